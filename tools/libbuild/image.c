/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ELF headers, segments and where notes are found. Segments are placed by physical address: Linux'
 * per-CPU segment has virtual address 0.
 */
#include "libbuild/image.h"

#include <elf.h>
#include <string.h>

#include <xen/features.h>
#include <xen/xen.h>

struct elf {
	const uint8_t *file;
	size_t bytes;
	Elf64_Ehdr header;
};

static bool elf_has(const struct elf *elf, uint64_t offset, uint64_t bytes)
{
	return offset <= elf->bytes && bytes <= elf->bytes - offset;
}

static int elf_check_ident(const uint8_t *file, size_t bytes, struct reason *why)
{
	if (bytes < EI_NIDENT || memcmp(file, ELFMAG, SELFMAG))
		return reason_set(why, "it is neither an ELF file nor a bzImage");
	if (file[EI_CLASS] == ELFCLASS32)
		return reason_set(why, "it is a 32-bit kernel; only 64-bit PV kernels are run");
	if (file[EI_CLASS] != ELFCLASS64 || file[EI_DATA] != ELFDATA2LSB)
		return reason_set(why, "it is an ELF file, but not of a 64-bit little-endian kind");
	if (bytes < sizeof(Elf64_Ehdr))
		return reason_set(why, "its ELF header is cut off at %zu bytes", bytes);
	return 0;
}

static int elf_open(struct elf *elf, const uint8_t *file, size_t bytes, struct reason *why)
{
	if (elf_check_ident(file, bytes, why))
		return -1;
	elf->file = file;
	elf->bytes = bytes;
	memcpy(&elf->header, file, sizeof(elf->header));
	if (elf->header.e_machine != EM_X86_64)
		return reason_set(why, "it is a kernel for machine type %u, not for x86-64",
				  elf->header.e_machine);
	if (elf->header.e_type != ET_EXEC && elf->header.e_type != ET_DYN)
		return reason_set(why, "it is an ELF file of type %u, not an executable",
				  elf->header.e_type);
	if (elf->header.e_phentsize != sizeof(Elf64_Phdr) || !elf->header.e_phnum)
		return reason_set(why, "it has no program headers that can be read");
	if (!elf_has(elf, elf->header.e_phoff, (uint64_t)elf->header.e_phnum * sizeof(Elf64_Phdr)))
		return reason_set(why, "its program headers lie outside the file");
	return 0;
}

static void elf_segment(const struct elf *elf, unsigned int i, Elf64_Phdr *segment)
{
	memcpy(segment, elf->file + elf->header.e_phoff + i * sizeof(*segment), sizeof(*segment));
}

static int notes_of_segments(const struct elf *elf, struct image_notes *notes, struct reason *why)
{
	for (unsigned int i = 0; i < elf->header.e_phnum; i++) {
		Elf64_Phdr segment;

		elf_segment(elf, i, &segment);
		if (segment.p_type != PT_NOTE)
			continue;
		if (!elf_has(elf, segment.p_offset, segment.p_filesz))
			return reason_set(why, "its ELF notes lie outside the file");
		if (notes_read(elf->file + segment.p_offset, segment.p_filesz, notes, why))
			return -1;
	}
	return 0;
}

/* False when there are none that can be read: a kernel may be stripped of them. */
static bool elf_section(const struct elf *elf, unsigned int i, Elf64_Shdr *section)
{
	uint64_t offset;

	if (elf->header.e_shentsize != sizeof(*section) || i >= elf->header.e_shnum)
		return false;
	if (__builtin_add_overflow(elf->header.e_shoff, (uint64_t)i * sizeof(*section), &offset) ||
	    !elf_has(elf, offset, sizeof(*section)))
		return false;
	memcpy(section, elf->file + offset, sizeof(*section));
	return true;
}

static int notes_of_sections(const struct elf *elf, struct image_notes *notes, struct reason *why)
{
	Elf64_Shdr section;

	for (unsigned int i = 0; elf_section(elf, i, &section); i++) {
		if (section.sh_type != SHT_NOTE ||
		    !elf_has(elf, section.sh_offset, section.sh_size))
			continue;
		if (notes_read(elf->file + section.sh_offset, section.sh_size, notes, why))
			return -1;
	}
	return 0;
}

/* Kernels of before 2006 described themselves in a string in this section. */
static bool elf_has_legacy_section(const struct elf *elf)
{
	static const char wanted[] = "__xen_guest";
	Elf64_Shdr names, section;

	if (!elf_section(elf, elf->header.e_shstrndx, &names) ||
	    !elf_has(elf, names.sh_offset, names.sh_size) || names.sh_size < sizeof(wanted))
		return false;
	for (unsigned int i = 0; elf_section(elf, i, &section); i++)
		if (section.sh_name <= names.sh_size - sizeof(wanted) &&
		    !memcmp(elf->file + names.sh_offset + section.sh_name, wanted, sizeof(wanted)))
			return true;
	return false;
}

static int image_find_notes(const struct elf *elf, struct image_notes *notes, struct reason *why)
{
	if (notes_of_segments(elf, notes, why))
		return -1;
	if (!notes->has_any && notes_of_sections(elf, notes, why))
		return -1;
	if (notes->has_any)
		return 0;
	if (elf_has_legacy_section(elf))
		return reason_set(why,
				  "it describes itself in a __xen_guest section, as kernels before "
				  "2006 did; only ELF notes are read");
	return reason_set(why, "it has no Xen notes, so it is no kernel for PV guests");
}

static int image_check_notes(const struct image_notes *notes, struct reason *why)
{
	const uint32_t never = 1u << XENFEAT_auto_translated_physmap |
			       1u << XENFEAT_supervisor_mode_kernel | 1u << XENFEAT_dom0 |
			       1u << XENFEAT_hvm_callback_vector;

	if (!notes->has_virt_base && !notes->has_entry && notes->has_physical_entry)
		return reason_set(why, "it is a kernel for PVH guests only");
	if (strncmp(notes->xen_version, "xen-3.0", strlen("xen-3.0")))
		return reason_set(why, "it is for interface \"%s\", not for \"xen-3.0\"",
				  notes->xen_version);
	if (notes->loader[0] && strcmp(notes->loader, "generic"))
		return reason_set(why, "it wants loader \"%s\", and there is only \"generic\"",
				  notes->loader);
	if (notes->features_required & never)
		return reason_set(why, "it requires features (mask 0x%x) that a PV guest never has",
				  notes->features_required & never);
	if (notes->has_hv_start_low && notes->hv_start_low > HYPERVISOR_VIRT_START)
		return reason_set(
			why, "it lets the hypervisor begin at 0x%lx only, which begins at 0x%lx",
			notes->hv_start_low, HYPERVISOR_VIRT_START);
	return 0;
}

static int segment_place(const struct elf *elf, const Elf64_Phdr *from, uint64_t paddr_offset,
			 struct image_segment *to, struct reason *why)
{
	uint64_t end;

	if (from->p_filesz > from->p_memsz)
		return reason_set(why, "a segment has more bytes in the file than in memory");
	if (!elf_has(elf, from->p_offset, from->p_filesz))
		return reason_set(why, "it is cut off: a segment ends beyond the file's %zu bytes",
				  elf->bytes);
	if (from->p_paddr < paddr_offset)
		return reason_set(why, "a segment's address 0x%lx lies below PADDR_OFFSET 0x%lx",
				  from->p_paddr, paddr_offset);
	*to = (struct image_segment){.offset = from->p_offset,
				     .file_bytes = from->p_filesz,
				     .physical = from->p_paddr - paddr_offset,
				     .memory_bytes = from->p_memsz};
	if (__builtin_add_overflow(to->physical, to->memory_bytes, &end) || end > IMAGE_MAX_END)
		return reason_set(why, "a segment of 0x%lx bytes at 0x%lx is too large",
				  to->memory_bytes, to->physical);
	return 0;
}

/* Kept in order by address, so that neighbours show whether any two overlap. */
static int segment_insert(struct image_plan *plan, const struct image_segment *segment,
			  struct reason *why)
{
	unsigned int i = plan->nr_segments;

	if (i == IMAGE_MAX_SEGMENTS)
		return reason_set(why, "it has more than %u segments to load", IMAGE_MAX_SEGMENTS);
	for (; i && plan->segments[i - 1].physical > segment->physical; i--)
		plan->segments[i] = plan->segments[i - 1];
	plan->segments[i] = *segment;
	plan->nr_segments++;
	return 0;
}

static int segments_check(const struct image_plan *plan, struct reason *why)
{
	for (unsigned int i = 1; i < plan->nr_segments; i++) {
		const struct image_segment *before = &plan->segments[i - 1];
		const struct image_segment *here = &plan->segments[i];

		if (before->physical + before->memory_bytes > here->physical)
			return reason_set(why, "its segments at 0x%lx and 0x%lx overlap",
					  before->physical, here->physical);
	}
	return plan->nr_segments ? 0 : reason_set(why, "it has nothing to load");
}

static int image_place_segments(const struct elf *elf, struct image_plan *plan, struct reason *why)
{
	for (unsigned int i = 0; i < elf->header.e_phnum; i++) {
		struct image_segment segment;
		Elf64_Phdr header;

		elf_segment(elf, i, &header);
		if (header.p_type != PT_LOAD || !header.p_memsz)
			continue;
		if (segment_place(elf, &header, plan->notes.paddr_offset, &segment, why) ||
		    segment_insert(plan, &segment, why))
			return -1;
	}
	if (segments_check(plan, why))
		return -1;
	plan->start = plan->segments[0].physical;
	plan->end = plan->segments[plan->nr_segments - 1].physical +
		    plan->segments[plan->nr_segments - 1].memory_bytes;
	return 0;
}

static bool address_is_in(const struct image_plan *plan, uint64_t address)
{
	uint64_t physical = address - plan->virt_base;

	return physical >= plan->start && physical < plan->end;
}

static int image_check_addresses(const struct image_plan *plan, struct reason *why)
{
	const struct image_notes *notes = &plan->notes;

	if (plan->virt_base % IMAGE_PAGE_BYTES)
		return reason_set(why, "its VIRT_BASE 0x%lx is not on a page boundary",
				  plan->virt_base);
	if (plan->virt_base + plan->end < plan->virt_base)
		return reason_set(why, "it wraps around the end of the address space");
	if (!address_is_in(plan, plan->entry))
		return reason_set(why, "its entry 0x%lx lies outside of what is loaded",
				  plan->entry);
	if (notes->has_hypercall_page && (notes->hypercall_page % IMAGE_PAGE_BYTES ||
					  !address_is_in(plan, notes->hypercall_page)))
		return reason_set(why, "its hypercall page 0x%lx is not a page of what is loaded",
				  notes->hypercall_page);
	if (notes->has_init_p2m && notes->init_p2m % IMAGE_PAGE_BYTES)
		return reason_set(why, "its INIT_P2M 0x%lx is not on a page boundary",
				  notes->init_p2m);
	return 0;
}

int image_read(const uint8_t *file, size_t bytes, struct image_plan *plan, struct reason *why)
{
	struct elf elf;

	memset(plan, 0, sizeof(*plan));
	if (elf_open(&elf, file, bytes, why) || image_find_notes(&elf, &plan->notes, why) ||
	    image_check_notes(&plan->notes, why) || image_place_segments(&elf, plan, why))
		return -1;
	plan->virt_base = plan->notes.virt_base;
	plan->entry = plan->notes.has_entry ? plan->notes.entry : elf.header.e_entry;
	return image_check_addresses(plan, why);
}
