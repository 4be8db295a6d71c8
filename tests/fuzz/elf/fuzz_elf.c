/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes hv/elf.h and hv/pvnotes.h: whatever elf_open accepts, all that the readers hand out lies in
 * the image and all texts are terminated.
 */
#include <stdlib.h>
#include <string.h>

#include "hv/elf.h"
#include "hv/pvnotes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void check_inside(const struct elf_image *elf, const void *start, uint64_t bytes)
{
	const uint8_t *p = start;

	if (p < elf->data || p > elf->data + elf->bytes ||
	    bytes > (uint64_t)(elf->data + elf->bytes - p))
		abort();
}

static void check_segments(const struct elf_image *elf)
{
	struct elf_segment segment;
	uint64_t start, end;
	bool has_range = elf_find_load_range(elf, &start, &end) == 0;

	for (unsigned int i = 0; i < elf->nr_segments; i++) {
		elf_read_segment(elf, i, &segment);
		if (segment.data)
			check_inside(elf, segment.data, segment.file_bytes);
		if (segment.type != ELF_PT_LOAD || segment.mem_bytes == 0)
			continue;
		if (!has_range || segment.phys < start || segment.phys + segment.mem_bytes > end ||
		    segment.file_bytes > segment.mem_bytes)
			abort();
	}
}

static void check_notes(const struct elf_image *elf)
{
	struct elf_note_walk walk;
	struct elf_note note;

	elf_note_walk_init(&walk, elf, NULL);
	while (elf_note_walk_next(&walk, &note)) {
		check_inside(elf, note.name, note.name_bytes);
		check_inside(elf, note.desc, note.desc_bytes);
	}
}

static void check_text(const char *text)
{
	if (!memchr(text, 0, PVNOTES_TEXT_BYTES))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	uint8_t *copy = malloc(bytes ? bytes : 1);
	const char *error = NULL;
	struct pv_notes notes;
	struct elf_image elf;

	memcpy(copy, data, bytes);
	if (elf_open(&elf, copy, bytes, &error) == 0) {
		check_segments(&elf);
		check_notes(&elf);
		if (pvnotes_read(&elf, &notes, &error) == 0) {
			check_text(notes.guest_os);
			check_text(notes.guest_version);
			check_text(notes.xen_version);
			check_text(notes.loader);
			check_text(notes.pae_mode);
		} else if (!error) {
			abort();
		}
	} else if (!error) {
		abort();
	}
	free(copy);
	return 0;
}
