/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ELF header, section headers, notes.
 */
#include "libdom/dump_format.h"

#include <stddef.h>
#include <string.h>

#include <xen/elfnote.h>

#define PAGE_BYTES 4096
#define MAGIC_PV 0xf00febedULL
#define FORMAT 1ULL

_Static_assert(offsetof(struct dump_layout, note) % 8 == 0, "notes are aligned");
_Static_assert(sizeof(struct dump_note) == 16 * 4 + 32 + 8 + 1280, "notes have no gaps");

static const struct {
	const char *name;
	uint32_t type;
} sections[NR_DUMP_SECTIONS] = {
	[DUMP_NULL] = {"", SHT_NULL},
	[DUMP_NAMES] = {".shstrtab", SHT_STRTAB},
	[DUMP_NOTE] = {".note.Xen", SHT_NOTE},
	[DUMP_CONTEXTS] = {".xen_prstatus", SHT_PROGBITS},
	[DUMP_SHARED_INFO] = {".xen_shared_info", SHT_PROGBITS},
	[DUMP_P2M] = {".xen_p2m", SHT_PROGBITS},
	[DUMP_PAGES] = {".xen_pages", SHT_PROGBITS},
};

static void set_head(Elf64_Ehdr *head)
{
	*head = (Elf64_Ehdr){
		.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			    EV_CURRENT},
		.e_type = ET_CORE,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_shoff = offsetof(struct dump_layout, sections),
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = NR_DUMP_SECTIONS,
		.e_shstrndx = DUMP_NAMES,
	};
}

static void set_note(struct dump_note_head *note, uint32_t type, size_t bytes)
{
	note->head = (Elf64_Nhdr){.n_namesz = 4, .n_descsz = (Elf64_Word)bytes, .n_type = type};
	memcpy(note->name, "Xen", 4);
}

static void set_version(struct dump_note *note, const struct ctl_version *version)
{
	note->version.major = version->major;
	note->version.minor = version->minor;
	memcpy(note->version.extra, version->extra, sizeof(note->version.extra));
	memcpy(note->version.compiler, version->compiler, sizeof(note->version.compiler));
	memcpy(note->version.compile_by, version->compile_by, sizeof(note->version.compile_by));
	memcpy(note->version.compile_domain, version->compile_domain,
	       sizeof(note->version.compile_domain));
	memcpy(note->version.compile_date, version->compile_date,
	       sizeof(note->version.compile_date));
	memcpy(note->version.capabilities, version->capabilities,
	       sizeof(note->version.capabilities));
	memcpy(note->version.changeset, version->changeset, sizeof(note->version.changeset));
	note->version.virt_start = version->virt_start;
	note->version.page_bytes = PAGE_BYTES;
}

static void set_notes(struct dump_note *note, const struct ctl_version *version, uint32_t nr_vcpus,
		      uint64_t nr_pages)
{
	set_note(&note->none, XEN_ELFNOTE_DUMPCORE_NONE, 0);
	set_note(&note->header_head, XEN_ELFNOTE_DUMPCORE_HEADER, 32);
	note->magic = MAGIC_PV;
	note->nr_vcpus = nr_vcpus;
	note->nr_pages = nr_pages;
	note->page_bytes = PAGE_BYTES;
	set_note(&note->version_head, XEN_ELFNOTE_DUMPCORE_XEN_VERSION, sizeof(note->version));
	set_version(note, version);
	set_note(&note->format_head, XEN_ELFNOTE_DUMPCORE_FORMAT_VERSION, 8);
	note->format = FORMAT;
}

static void set_place(struct dump_layout *layout, enum dump_section section, uint64_t offset,
		      uint64_t bytes, uint64_t entry_bytes)
{
	Elf64_Shdr *header = &layout->sections[section];

	header->sh_offset = offset;
	header->sh_size = bytes;
	header->sh_entsize = entry_bytes;
	header->sh_addralign = section == DUMP_PAGES ? PAGE_BYTES : 8;
}

static void set_places(struct dump_layout *layout, uint32_t nr_vcpus, uint64_t nr_pages)
{
	uint64_t contexts = sizeof(*layout);
	uint64_t shared = contexts + (uint64_t)nr_vcpus * sizeof(vcpu_guest_context_t);
	uint64_t p2m = shared + PAGE_BYTES;
	uint64_t pages = p2m + nr_pages * sizeof(struct dump_page);

	pages = (pages + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
	set_place(layout, DUMP_NAMES, offsetof(struct dump_layout, names), DUMP_NAMES_BYTES, 0);
	set_place(layout, DUMP_NOTE, offsetof(struct dump_layout, note), sizeof(layout->note), 0);
	set_place(layout, DUMP_CONTEXTS, contexts, shared - contexts, sizeof(vcpu_guest_context_t));
	set_place(layout, DUMP_SHARED_INFO, shared, PAGE_BYTES, PAGE_BYTES);
	set_place(layout, DUMP_P2M, p2m, nr_pages * sizeof(struct dump_page),
		  sizeof(struct dump_page));
	set_place(layout, DUMP_PAGES, pages, nr_pages * PAGE_BYTES, PAGE_BYTES);
}

void dump_format_layout(struct dump_layout *layout, const struct ctl_version *version,
			uint32_t nr_vcpus, uint64_t nr_pages)
{
	size_t length = 0;

	memset(layout, 0, sizeof(*layout));
	set_head(&layout->head);
	set_notes(&layout->note, version, nr_vcpus, nr_pages);
	set_places(layout, nr_vcpus, nr_pages);
	for (size_t n = 0; n < NR_DUMP_SECTIONS; n++) {
		layout->sections[n].sh_name = (Elf64_Word)length;
		layout->sections[n].sh_type = sections[n].type;
		strcpy(layout->names + length, sections[n].name);
		length += strlen(sections[n].name) + 1;
	}
}
