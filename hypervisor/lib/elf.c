/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reader of ELF64 executables. All checks are made once, in elf_open; the readers after it rely on
 * them. Headers are copied out, since nothing in the image need be aligned.
 */
#include "hv/elf.h"
#include "hv/errno.h"
#include "hv/string.h"

#define IDENT_BYTES 16U
#define IDENT_CLASS 4U
#define IDENT_DATA 5U
#define IDENT_VERSION 6U
#define CLASS_64 2U
#define DATA_LITTLE 1U
#define VERSION_CURRENT 1U
#define TYPE_EXECUTABLE 2U
#define TYPE_SHARED 3U
#define MACHINE_X86_64 62U
#define SEGMENTS_EXTENDED 0xffffU
#define NOTE_ALIGN 4U

struct file_header {
	uint8_t ident[IDENT_BYTES];
	uint16_t type;
	uint16_t machine;
	uint32_t version;
	uint64_t entry;
	uint64_t phoff;
	uint64_t shoff;
	uint32_t flags;
	uint16_t ehsize;
	uint16_t phentsize;
	uint16_t phnum;
	uint16_t shentsize;
	uint16_t shnum;
	uint16_t shstrndx;
};
_Static_assert(sizeof(struct file_header) == 64, "ELF64 file header");

struct program_header {
	uint32_t type;
	uint32_t flags;
	uint64_t offset;
	uint64_t vaddr;
	uint64_t paddr;
	uint64_t filesz;
	uint64_t memsz;
	uint64_t align;
};
_Static_assert(sizeof(struct program_header) == 56, "ELF64 program header");

struct section_header {
	uint32_t name;
	uint32_t type;
	uint64_t flags;
	uint64_t addr;
	uint64_t offset;
	uint64_t size;
	uint32_t link;
	uint32_t info;
	uint64_t addralign;
	uint64_t entsize;
};
_Static_assert(sizeof(struct section_header) == 64, "ELF64 section header");

struct note_header {
	uint32_t name_bytes;
	uint32_t desc_bytes;
	uint32_t type;
};

bool elf_is_elf(const void *image, size_t image_bytes)
{
	return image_bytes >= IDENT_BYTES && memcmp(image, "\177ELF", 4) == 0;
}

static bool is_inside(const struct elf_image *elf, uint64_t offset, uint64_t bytes)
{
	return offset <= elf->bytes && bytes <= elf->bytes - offset;
}

static struct program_header read_program_header(const struct elf_image *elf, unsigned int index)
{
	struct program_header header;

	memcpy(&header, elf->data + elf->segment_table + index * sizeof(header), sizeof(header));
	return header;
}

static struct section_header read_section_header(const struct elf_image *elf, unsigned int index)
{
	struct section_header header;

	memcpy(&header, elf->data + elf->section_table + index * sizeof(header), sizeof(header));
	return header;
}

static const char *check_file_header(const struct file_header *header)
{
	if (header->ident[IDENT_CLASS] != CLASS_64)
		return "ELF: not a 64-bit image";
	if (header->ident[IDENT_DATA] != DATA_LITTLE)
		return "ELF: not little-endian";
	if (header->ident[IDENT_VERSION] != VERSION_CURRENT || header->version != VERSION_CURRENT)
		return "ELF: unknown version";
	if (header->machine != MACHINE_X86_64)
		return "ELF: not for x86-64";
	if (header->type != TYPE_EXECUTABLE && header->type != TYPE_SHARED)
		return "ELF: not an executable";
	if (header->phnum == 0)
		return "ELF: no program headers";
	if (header->phnum == SEGMENTS_EXTENDED)
		return "ELF: too many program headers";
	if (header->phentsize != sizeof(struct program_header))
		return "ELF: program headers of unknown size";
	return NULL;
}

static const char *check_segments(struct elf_image *elf)
{
	struct program_header header;
	uint64_t end;

	for (unsigned int i = 0; i < elf->nr_segments; i++) {
		header = read_program_header(elf, i);
		if (header.type != ELF_PT_LOAD && header.type != ELF_PT_NOTE)
			continue;
		if (!is_inside(elf, header.offset, header.filesz))
			return "ELF: a segment lies outside the image";
		if (header.type == ELF_PT_NOTE) {
			elf->nr_sections = 0;
			continue;
		}
		if (header.filesz > header.memsz)
			return "ELF: a segment is larger in the file than in memory";
		if (__builtin_add_overflow(header.paddr, header.memsz, &end) ||
		    __builtin_add_overflow(header.vaddr, header.memsz, &end))
			return "ELF: a segment's addresses overflow";
	}
	return NULL;
}

static const char *check_sections(const struct elf_image *elf, unsigned int entry_bytes)
{
	struct section_header header;

	if (elf->nr_sections == 0)
		return NULL;
	if (entry_bytes != sizeof(header))
		return "ELF: section headers of unknown size";
	if (!is_inside(elf, elf->section_table, elf->nr_sections * sizeof(header)))
		return "ELF: section headers lie outside the image";
	for (unsigned int i = 0; i < elf->nr_sections; i++) {
		header = read_section_header(elf, i);
		if (header.type == ELF_SHT_NOTE && !is_inside(elf, header.offset, header.size))
			return "ELF: a note section lies outside the image";
	}
	return NULL;
}

static const char *check_image(struct elf_image *elf)
{
	struct file_header header;
	const char *wrong;

	if (!elf_is_elf(elf->data, elf->bytes))
		return "ELF: no ELF signature";
	if (elf->bytes < sizeof(header))
		return "ELF: file header is cut off";
	memcpy(&header, elf->data, sizeof(header));
	wrong = check_file_header(&header);
	if (wrong)
		return wrong;
	elf->entry = header.entry;
	elf->segment_table = header.phoff;
	elf->section_table = header.shoff;
	elf->nr_segments = header.phnum;
	elf->nr_sections = header.shoff ? header.shnum : 0;
	if (!is_inside(elf, header.phoff, header.phnum * sizeof(struct program_header)))
		return "ELF: program headers lie outside the image";
	wrong = check_segments(elf);
	return wrong ? wrong : check_sections(elf, header.shentsize);
}

int elf_open(struct elf_image *elf, const void *image, size_t image_bytes, const char **error)
{
	struct elf_image opened = {.data = image, .bytes = image_bytes};
	const char *wrong = check_image(&opened);

	if (wrong) {
		*error = wrong;
		return -EINVAL;
	}
	*elf = opened;
	return 0;
}

void elf_read_segment(const struct elf_image *elf, unsigned int index, struct elf_segment *segment)
{
	struct program_header header = read_program_header(elf, index);
	bool has_data = header.type == ELF_PT_LOAD || header.type == ELF_PT_NOTE;

	*segment = (struct elf_segment){
		.type = header.type,
		.flags = header.flags,
		.virt = header.vaddr,
		.phys = header.paddr,
		.mem_bytes = header.memsz,
		.file_bytes = has_data ? header.filesz : 0,
		.data = has_data ? elf->data + header.offset : NULL,
	};
}

int elf_find_load_range(const struct elf_image *elf, uint64_t *start, uint64_t *end)
{
	uint64_t low = UINT64_MAX, high = 0;
	struct elf_segment segment;

	for (unsigned int i = 0; i < elf->nr_segments; i++) {
		elf_read_segment(elf, i, &segment);
		if (segment.type != ELF_PT_LOAD || segment.mem_bytes == 0)
			continue;
		low = MIN(low, segment.phys);
		high = MAX(high, segment.phys + segment.mem_bytes);
	}
	if (high == 0)
		return -ENOENT;
	*start = low;
	*end = high;
	return 0;
}

void elf_note_walk_init(struct elf_note_walk *walk, const struct elf_image *elf, const char *name)
{
	*walk = (struct elf_note_walk){.elf = elf, .name = name};
}

/* Enters the next segment or section of notes; false when there is none. */
static bool enter_table(struct elf_note_walk *walk)
{
	const struct elf_image *elf = walk->elf;
	struct section_header section;
	struct elf_segment segment;

	while (walk->table < elf->nr_segments) {
		elf_read_segment(elf, walk->table++, &segment);
		if (segment.type == ELF_PT_NOTE) {
			walk->next = segment.data;
			walk->end = segment.data + segment.file_bytes;
			return true;
		}
	}
	while (walk->table < elf->nr_segments + elf->nr_sections) {
		section = read_section_header(elf, walk->table++ - elf->nr_segments);
		if (section.type == ELF_SHT_NOTE) {
			walk->next = elf->data + section.offset;
			walk->end = walk->next + section.size;
			return true;
		}
	}
	return false;
}

/* Reads the note at walk->next and steps over it; false when there is no whole note. */
static bool take_note(struct elf_note_walk *walk, struct elf_note *note)
{
	uint64_t left = (uint64_t)(walk->end - walk->next);
	uint64_t desc_offset, step;
	struct note_header header;

	if (left < sizeof(header)) {
		walk->next = walk->end;
		return false;
	}
	memcpy(&header, walk->next, sizeof(header));
	desc_offset = sizeof(header) + ROUND_UP((uint64_t)header.name_bytes, NOTE_ALIGN);
	if (desc_offset + header.desc_bytes > left) {
		walk->malformed = true;
		walk->next = walk->end;
		return false;
	}
	*note = (struct elf_note){
		.name = (const char *)walk->next + sizeof(header),
		.name_bytes = header.name_bytes,
		.type = header.type,
		.desc = walk->next + desc_offset,
		.desc_bytes = header.desc_bytes,
	};
	step = desc_offset + ROUND_UP((uint64_t)header.desc_bytes, NOTE_ALIGN);
	walk->next += MIN(step, left);
	return true;
}

/* The terminator of a note's name counts in its size, but not every tool writes one. */
static bool is_named(const struct elf_note *note, const char *name)
{
	size_t length = strlen(name);

	if (note->name_bytes != length && note->name_bytes != length + 1)
		return false;
	return memcmp(note->name, name, note->name_bytes) == 0;
}

bool elf_note_walk_next(struct elf_note_walk *walk, struct elf_note *note)
{
	struct elf_note found;

	while (walk->next != walk->end || enter_table(walk)) {
		if (!take_note(walk, &found))
			continue;
		if (!walk->name || is_named(&found, walk->name)) {
			*note = found;
			return true;
		}
	}
	return false;
}

bool elf_find_note(const struct elf_image *elf, const char *name, uint32_t type,
		   struct elf_note *note)
{
	struct elf_note_walk walk;
	struct elf_note found;

	elf_note_walk_init(&walk, elf, name);
	while (elf_note_walk_next(&walk, &found)) {
		if (found.type == type) {
			*note = found;
			return true;
		}
	}
	return false;
}

int elf_read_note_number(const struct elf_note *note, uint64_t *value)
{
	uint64_t number = 0;

	if (note->desc_bytes != sizeof(uint32_t) && note->desc_bytes != sizeof(uint64_t))
		return -EINVAL;
	for (unsigned int i = 0; i < note->desc_bytes; i++)
		number |= (uint64_t)note->desc[i] << (8 * i);
	*value = number;
	return 0;
}
