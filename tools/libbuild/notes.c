/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's "Xen" ELF notes, by a table: a row says how a type is read and where to.
 */
#include "libbuild/image.h"

#include <elf.h>
#include <string.h>

#include <xen/elfnote.h>
#include <xen/features.h>

#define NO_FLAG SIZE_MAX
#define FIELD(name) offsetof(struct image_notes, name)

struct note {
	const uint8_t *data;
	size_t bytes;
};

struct row {
	int (*read)(struct image_notes *notes, const struct note *note, const struct row *row,
		    struct reason *why);
	size_t field;
	size_t has; /* the bool that says it was there, or NO_FLAG */
	const char *name;
};

static const char *const feature_names[] = {
	[XENFEAT_writable_page_tables] = "writable_page_tables",
	[XENFEAT_writable_descriptor_tables] = "writable_descriptor_tables",
	[XENFEAT_auto_translated_physmap] = "auto_translated_physmap",
	[XENFEAT_supervisor_mode_kernel] = "supervisor_mode_kernel",
	[XENFEAT_pae_pgdir_above_4gb] = "pae_pgdir_above_4gb",
	[XENFEAT_mmu_pt_update_preserve_ad] = "mmu_pt_update_preserve_ad",
	[XENFEAT_highmem_assist] = "highmem_assist",
	[XENFEAT_gnttab_map_avail_bits] = "gnttab_map_avail_bits",
	[XENFEAT_hvm_callback_vector] = "hvm_callback_vector",
	[XENFEAT_hvm_safe_pvclock] = "hvm_safe_pvclock",
	[XENFEAT_hvm_pirqs] = "hvm_pirqs",
	[XENFEAT_dom0] = "dom0",
	[XENFEAT_memory_op_vnode_supported] = "memory_op_vnode_supported",
	[XENFEAT_linux_rsdp_unrestricted] = "linux_rsdp_unrestricted",
};

static int number_of(const struct note *note, uint64_t *value)
{
	uint32_t low;

	if (note->bytes == sizeof(low)) {
		memcpy(&low, note->data, sizeof(low));
		*value = low;
		return 0;
	}
	if (note->bytes != sizeof(*value))
		return -1;
	memcpy(value, note->data, sizeof(*value));
	return 0;
}

static int read_number(struct image_notes *notes, const struct note *note, const struct row *row,
		       struct reason *why)
{
	uint64_t value;

	if (number_of(note, &value))
		return reason_set(why, "its Xen note %s is %zu bytes long, not 4 or 8", row->name,
				  note->bytes);
	memcpy((uint8_t *)notes + row->field, &value, sizeof(value));
	if (row->has != NO_FLAG)
		*((bool *)((uint8_t *)notes + row->has)) = true;
	return 0;
}

static int read_text(struct image_notes *notes, const struct note *note, const struct row *row,
		     struct reason *why)
{
	size_t length = note->bytes ? strnlen((const char *)note->data, note->bytes) : 0;
	char *to = (char *)notes + row->field;

	(void)why;
	if (length >= IMAGE_TEXT_BYTES)
		length = IMAGE_TEXT_BYTES - 1;
	memset(to, 0, IMAGE_TEXT_BYTES);
	if (length)
		memcpy(to, note->data, length);
	return 0;
}

/* Pairs of mask and value; the first is the one that Linux has. */
static int read_pair(struct image_notes *notes, const struct note *note, const struct row *row,
		     struct reason *why)
{
	struct note half = {note->data, note->bytes >= 16 ? 8 : note->bytes / 2};

	if (number_of(&half, &notes->l1_mfn_valid_mask))
		return reason_set(why, "its Xen note %s is %zu bytes long, not a pair of numbers",
				  row->name, note->bytes);
	half.data += half.bytes;
	notes->has_l1_mfn_valid = true;
	return number_of(&half, &notes->l1_mfn_valid_value);
}

static int feature_find(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(feature_names) / sizeof(feature_names[0]); i++)
		if (feature_names[i] && strlen(feature_names[i]) == length &&
		    !memcmp(feature_names[i], name, length))
			return i;
	return -1;
}

static int feature_add(struct image_notes *notes, const char *name, size_t length,
		       struct reason *why)
{
	bool required = length && *name == '!';
	int feature = feature_find(name + required, length - required);

	if (feature < 0)
		return required ? reason_set(why, "it requires feature %.*s, which is not known",
					     length > 60 ? 60 : (int)length - 1, name + 1)
				: 0;
	notes->features |= 1u << feature;
	if (required)
		notes->features_required |= 1u << feature;
	return 0;
}

static int read_features(struct image_notes *notes, const struct note *note, const struct row *row,
			 struct reason *why)
{
	const char *text = (const char *)note->data;
	size_t length = note->bytes ? strnlen(text, note->bytes) : 0;
	size_t start = 0;

	(void)row;
	for (size_t i = 0; i <= length; i++) {
		if (i < length && text[i] != '|')
			continue;
		if (feature_add(notes, text + start, i - start, why))
			return -1;
		start = i + 1;
	}
	return 0;
}

static const struct row rows[] = {
	[XEN_ELFNOTE_ENTRY] = {read_number, FIELD(entry), FIELD(has_entry), "ENTRY"},
	[XEN_ELFNOTE_HYPERCALL_PAGE] = {read_number, FIELD(hypercall_page),
					FIELD(has_hypercall_page), "HYPERCALL_PAGE"},
	[XEN_ELFNOTE_VIRT_BASE] = {read_number, FIELD(virt_base), FIELD(has_virt_base),
				   "VIRT_BASE"},
	[XEN_ELFNOTE_PADDR_OFFSET] = {read_number, FIELD(paddr_offset), NO_FLAG, "PADDR_OFFSET"},
	[XEN_ELFNOTE_XEN_VERSION] = {read_text, FIELD(xen_version), NO_FLAG, "XEN_VERSION"},
	[XEN_ELFNOTE_GUEST_OS] = {read_text, FIELD(system), NO_FLAG, "GUEST_OS"},
	[XEN_ELFNOTE_GUEST_VERSION] = {read_text, FIELD(version), NO_FLAG, "GUEST_VERSION"},
	[XEN_ELFNOTE_LOADER] = {read_text, FIELD(loader), NO_FLAG, "LOADER"},
	[XEN_ELFNOTE_FEATURES] = {read_features, 0, NO_FLAG, "FEATURES"},
	[XEN_ELFNOTE_HV_START_LOW] = {read_number, FIELD(hv_start_low), FIELD(has_hv_start_low),
				      "HV_START_LOW"},
	[XEN_ELFNOTE_L1_MFN_VALID] = {read_pair, 0, NO_FLAG, "L1_MFN_VALID"},
	[XEN_ELFNOTE_SUSPEND_CANCEL] = {read_number, FIELD(suspend_cancel), NO_FLAG,
					"SUSPEND_CANCEL"},
	[XEN_ELFNOTE_INIT_P2M] = {read_number, FIELD(init_p2m), FIELD(has_init_p2m), "INIT_P2M"},
	[XEN_ELFNOTE_MOD_START_PFN] = {read_number, FIELD(mod_start_pfn), NO_FLAG, "MOD_START_PFN"},
	[XEN_ELFNOTE_SUPPORTED_FEATURES] = {read_number, FIELD(supported_features), NO_FLAG,
					    "SUPPORTED_FEATURES"},
	[XEN_ELFNOTE_PHYS32_ENTRY] = {read_number, FIELD(physical_entry), FIELD(has_physical_entry),
				      "PHYS32_ENTRY"},
};

static int note_take(struct image_notes *notes, uint32_t type, const struct note *note,
		     struct reason *why)
{
	notes->has_any = true;
	if (type >= sizeof(rows) / sizeof(rows[0]) || !rows[type].read)
		return 0;
	return rows[type].read(notes, note, &rows[type], why);
}

/* Name and contents are each padded to four bytes; the last padding may be missing. */
static size_t note_padded(uint32_t bytes, size_t left)
{
	size_t padded = ((size_t)bytes + 3) & ~(size_t)3;

	return padded < left ? padded : left;
}

int notes_read(const uint8_t *bytes, size_t length, struct image_notes *notes, struct reason *why)
{
	while (length >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr header;
		const uint8_t *name;
		struct note note;
		size_t step;

		memcpy(&header, bytes, sizeof(header));
		name = bytes += sizeof(header);
		length -= sizeof(header);
		step = note_padded(header.n_namesz, length);
		if (header.n_namesz > length || header.n_descsz > length - step)
			return reason_set(why, "its ELF notes are cut off");
		note = (struct note){bytes + step, header.n_descsz};
		if (header.n_namesz == sizeof("Xen") && !memcmp(name, "Xen", sizeof("Xen")) &&
		    note_take(notes, header.n_type, &note, why))
			return -1;
		step += note_padded(header.n_descsz, length - step);
		bytes += step;
		length -= step;
	}
	return 0;
}
