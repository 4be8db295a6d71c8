/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a kernel's "Xen" ELF notes by a table: one row a note type, with the reader of its kind and
 * the fields that it fills.
 */
#include "abi/elfnote.h"
#include "abi/features.h"
#include "hv/errno.h"
#include "hv/pvnotes.h"
#include "hv/string.h"

#define NO_FIELD SIZE_MAX

struct row {
	/* Returns 0, or an errno with *error. */
	int (*read)(struct pv_notes *notes, const struct elf_note *note, const struct row *row,
		    const char **error);
	size_t value; /* offset of the value in struct pv_notes */
	size_t has;   /* offset of the bool that says the note was there, or NO_FIELD */
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
	[XENFEAT_ARM_SMCCC_supported] = "ARM_SMCCC_supported",
	[XENFEAT_linux_rsdp_unrestricted] = "linux_rsdp_unrestricted",
	[XENFEAT_not_direct_mapped] = "not_direct_mapped",
	[XENFEAT_direct_mapped] = "direct_mapped",
};
_Static_assert(ARRAY_SIZE(feature_names) <= 32 * PVNOTES_FEATURE_WORDS, "a word for each feature");

static void *field_at(struct pv_notes *notes, size_t offset)
{
	return (uint8_t *)notes + offset;
}

static void set_has(struct pv_notes *notes, const struct row *row)
{
	if (row->has != NO_FIELD)
		*(bool *)field_at(notes, row->has) = true;
}

static int read_number(struct pv_notes *notes, const struct elf_note *note, const struct row *row,
		       const char **error)
{
	if (elf_read_note_number(note, field_at(notes, row->value))) {
		*error = "Xen note: a number is neither 4 nor 8 bytes long";
		return -EINVAL;
	}
	set_has(notes, row);
	return 0;
}

static int read_number32(struct pv_notes *notes, const struct elf_note *note, const struct row *row,
			 const char **error)
{
	uint64_t value;

	if (elf_read_note_number(note, &value) || value > UINT32_MAX) {
		*error = "Xen note: not a number of 32 bits";
		return -EINVAL;
	}
	*(uint32_t *)field_at(notes, row->value) = (uint32_t)value;
	set_has(notes, row);
	return 0;
}

static int read_flag(struct pv_notes *notes, const struct elf_note *note, const struct row *row,
		     const char **error)
{
	uint64_t value;

	if (elf_read_note_number(note, &value)) {
		*error = "Xen note: a flag is neither 4 nor 8 bytes long";
		return -EINVAL;
	}
	*(bool *)field_at(notes, row->value) = value != 0;
	set_has(notes, row);
	return 0;
}

static int read_text(struct pv_notes *notes, const struct elf_note *note, const struct row *row,
		     const char **error)
{
	size_t length = strnlen((const char *)note->desc, note->desc_bytes);
	char *text = field_at(notes, row->value);

	if (length >= PVNOTES_TEXT_BYTES)
		length = PVNOTES_TEXT_BYTES - 1;
	memcpy(text, note->desc, length);
	memset(text + length, 0, PVNOTES_TEXT_BYTES - length);
	return 0;
}

/* The first pair of mask and value, each of the guest's machine address size. */
static int read_l1_mfn_valid(struct pv_notes *notes, const struct elf_note *note,
			     const struct row *row, const char **error)
{
	struct elf_note half = *note;

	half.desc_bytes = note->desc_bytes >= 2 * sizeof(uint64_t) ? sizeof(uint64_t)
								   : note->desc_bytes / 2;
	if (elf_read_note_number(&half, &notes->l1_mfn_valid_mask)) {
		*error = "Xen note: L1_MFN_VALID is not a pair of numbers";
		return -EINVAL;
	}
	half.desc += half.desc_bytes;
	if (elf_read_note_number(&half, &notes->l1_mfn_valid_value))
		return -EINVAL;
	set_has(notes, row);
	return 0;
}

static bool find_feature(const char *name, size_t length, unsigned int *feature)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(feature_names); i++) {
		if (feature_names[i] && strlen(feature_names[i]) == length &&
		    memcmp(feature_names[i], name, length) == 0) {
			*feature = i;
			return true;
		}
	}
	return false;
}

/* One name of the feature list, with an exclamation mark before it when it is required. */
static int add_feature(struct pv_notes *notes, const char *name, size_t length, const char **error)
{
	bool required = length > 0 && *name == '!';
	unsigned int feature;

	if (!find_feature(name + required, length - required, &feature)) {
		if (!required)
			return 0;
		*error = "Xen note: the kernel requires a feature that is not known";
		return -EOPNOTSUPP;
	}
	notes->features_supported[feature / 32] |= 1U << (feature % 32);
	if (required)
		notes->features_required[feature / 32] |= 1U << (feature % 32);
	return 0;
}

static int read_feature_names(struct pv_notes *notes, const struct elf_note *note,
			      const struct row *row, const char **error)
{
	size_t length = strnlen((const char *)note->desc, note->desc_bytes);
	const char *text = (const char *)note->desc;
	size_t start = 0;
	int rc = 0;

	for (size_t i = 0; i <= length && rc == 0; i++) {
		if (i < length && text[i] != '|')
			continue;
		rc = add_feature(notes, text + start, i - start, error);
		start = i + 1;
	}
	return rc;
}

static int read_feature_bits(struct pv_notes *notes, const struct elf_note *note,
			     const struct row *row, const char **error)
{
	uint64_t bits;

	if (elf_read_note_number(note, &bits)) {
		*error = "Xen note: SUPPORTED_FEATURES is neither 4 nor 8 bytes long";
		return -EINVAL;
	}
	notes->features_supported[0] |= (uint32_t)bits;
	return 0;
}

#define FIELD(name) offsetof(struct pv_notes, name)

static const struct row rows[] = {
	[XEN_ELFNOTE_ENTRY] = {read_number, FIELD(entry), FIELD(has_entry)},
	[XEN_ELFNOTE_HYPERCALL_PAGE] = {read_number, FIELD(hypercall_page),
					FIELD(has_hypercall_page)},
	[XEN_ELFNOTE_VIRT_BASE] = {read_number, FIELD(virt_base), NO_FIELD},
	[XEN_ELFNOTE_PADDR_OFFSET] = {read_number, FIELD(paddr_offset), NO_FIELD},
	[XEN_ELFNOTE_XEN_VERSION] = {read_text, FIELD(xen_version), NO_FIELD},
	[XEN_ELFNOTE_GUEST_OS] = {read_text, FIELD(guest_os), NO_FIELD},
	[XEN_ELFNOTE_GUEST_VERSION] = {read_text, FIELD(guest_version), NO_FIELD},
	[XEN_ELFNOTE_LOADER] = {read_text, FIELD(loader), NO_FIELD},
	[XEN_ELFNOTE_PAE_MODE] = {read_text, FIELD(pae_mode), NO_FIELD},
	[XEN_ELFNOTE_FEATURES] = {read_feature_names, NO_FIELD, NO_FIELD},
	[XEN_ELFNOTE_HV_START_LOW] = {read_number, FIELD(hv_start_low), FIELD(has_hv_start_low)},
	[XEN_ELFNOTE_L1_MFN_VALID] = {read_l1_mfn_valid, NO_FIELD, FIELD(has_l1_mfn_valid)},
	[XEN_ELFNOTE_SUSPEND_CANCEL] = {read_flag, FIELD(suspend_cancel), NO_FIELD},
	[XEN_ELFNOTE_INIT_P2M] = {read_number, FIELD(init_p2m), FIELD(has_init_p2m)},
	[XEN_ELFNOTE_MOD_START_PFN] = {read_flag, FIELD(mod_start_pfn), FIELD(has_mod_start_pfn)},
	[XEN_ELFNOTE_SUPPORTED_FEATURES] = {read_feature_bits, NO_FIELD, NO_FIELD},
	[XEN_ELFNOTE_PHYS32_ENTRY] = {read_number32, FIELD(phys_entry32), FIELD(has_phys_entry32)},
};

/* What is built for another loader or interface says so; saying nothing is no objection. */
static const char *check_notes(const struct pv_notes *notes)
{
	if (notes->loader[0] && strcmp(notes->loader, "generic") != 0)
		return "Xen note: the kernel is not for the generic loader";
	if (notes->xen_version[0] && strcmp(notes->xen_version, "xen-3.0") != 0)
		return "Xen note: the kernel is not for interface xen-3.0";
	return NULL;
}

static int read_notes(const struct elf_image *elf, struct pv_notes *notes, const char **error)
{
	unsigned int nr_notes = 0;
	struct elf_note_walk walk;
	struct elf_note note;
	int rc;

	elf_note_walk_init(&walk, elf, "Xen");
	for (; elf_note_walk_next(&walk, &note); nr_notes++) {
		if (note.type >= ARRAY_SIZE(rows) || !rows[note.type].read)
			continue;
		rc = rows[note.type].read(notes, &note, &rows[note.type], error);
		if (rc)
			return rc;
	}
	if (walk.malformed) {
		*error = "Xen note: a note reaches out of its segment";
		return -EINVAL;
	}
	if (nr_notes == 0) {
		*error = "no Xen notes";
		return -ENOENT;
	}
	*error = check_notes(notes);
	return *error ? -EINVAL : 0;
}

int pvnotes_read(const struct elf_image *elf, struct pv_notes *notes, const char **error)
{
	struct pv_notes found = {.entry = elf->entry};
	int rc = read_notes(elf, &found, error);

	if (rc == 0)
		*notes = found;
	return rc;
}
