/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reader of ELF64 little-endian x86-64 executables: segments and notes of kernel images.
 *
 * Source: System V ABI, ELF-64 object file format. The image is untrusted: elf_open checks every
 * header, and that what each PT_LOAD and note covers lies in the image, so the readers cannot fail.
 * A struct elf_image borrows the image and owns nothing. Linux's per-CPU segment has virtual address
 * zero: segments are therefore placed by physical address, and virtual overlap is no error.
 */
#ifndef HV_ELF_H
#define HV_ELF_H

#include "hv/types.h"

#define ELF_PT_LOAD 1U
#define ELF_PT_NOTE 4U
#define ELF_SHT_NOTE 7U

#define ELF_PF_X 1U
#define ELF_PF_W 2U
#define ELF_PF_R 4U

struct elf_image {
	const uint8_t *data;
	size_t bytes;
	uint64_t entry;
	uint64_t segment_table; /* offset in the image */
	uint64_t section_table;
	unsigned int nr_segments;
	unsigned int
		nr_sections; /* 0 when the file has a PT_NOTE: sections are then not looked at */
};

struct elf_segment {
	uint32_t type;
	uint32_t flags;
	uint64_t virt;
	uint64_t phys;
	uint64_t mem_bytes; /* what lies beyond file_bytes is zero */
	uint64_t file_bytes;
	const uint8_t *data; /* file_bytes long */
};

struct elf_note {
	const char *name; /* name_bytes long, not always terminated */
	uint32_t name_bytes;
	uint32_t type;
	const uint8_t *desc; /* any alignment */
	uint32_t desc_bytes;
};

/* A walk over all notes; private to elf.c but for its size. */
struct elf_note_walk {
	const struct elf_image *elf;
	const char *name;
	const uint8_t *next;
	const uint8_t *end;
	unsigned int table; /* next segment, then nr_segments + next section */
	bool malformed;	    /* a note reached out of its segment, the rest of which was left out */
};

/* Whether the image starts as an ELF file of any kind. */
bool elf_is_elf(const void *image, size_t image_bytes);

/* Checks an image and opens it. -EINVAL with *error a constant text; *elf is set only on success. */
must_check int elf_open(struct elf_image *elf, const void *image, size_t image_bytes,
			const char **error);

/* Reads program header index, below nr_segments. data is NULL for one that is neither LOAD nor NOTE. */
void elf_read_segment(const struct elf_image *elf, unsigned int index, struct elf_segment *segment);

/* Lowest physical address of the PT_LOADs and the first behind them all. -ENOENT: no PT_LOAD. */
must_check int elf_find_load_range(const struct elf_image *elf, uint64_t *start, uint64_t *end);

/*
 * Walks the notes called name (all when NULL): those of PT_NOTE segments, or of SHT_NOTE sections
 * when the file has no PT_NOTE. Notes are aligned to 4 bytes, whatever the segment's own alignment.
 */
void elf_note_walk_init(struct elf_note_walk *walk, const struct elf_image *elf, const char *name);
bool elf_note_walk_next(struct elf_note_walk *walk, struct elf_note *note);

/* First note of that name and type; false when there is none. */
bool elf_find_note(const struct elf_image *elf, const char *name, uint32_t type,
		   struct elf_note *note);

/* A note's number: a description of 4 or 8 bytes, little-endian. -EINVAL for any other size. */
must_check int elf_read_note_number(const struct elf_note *note, uint64_t *value);

#endif /* HV_ELF_H */
