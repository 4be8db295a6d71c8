/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hv/elf.h: a sound image is read right, each unsound header is refused by name, and no truncation or
 * changed byte makes the readers leave the image (the sanitizers watch).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "hv/errno.h"
#include "hv/elf.h"
#include "kernel_image.h"

static struct kernel_image image;

static void build(bool notes_in_section)
{
	kernel_image_start(&image);
	image.notes_in_section = notes_in_section;
	kernel_image_add_note(&image, "GNU", 3, "build", 5);
	kernel_image_add_text(&image, 6, "linux");
	kernel_image_add_number(&image, 1, 0x1122334455667788);
	kernel_image_add_note(&image, "Xenon", 1, "x", 1);
	kernel_image_finish(&image);
}

static struct elf_image open_image(void)
{
	struct elf_image elf;
	const char *error = NULL;

	assert_int_equal(elf_open(&elf, image.bytes, sizeof(image.bytes), &error), 0);
	return elf;
}

static void check_refused(const char *expected)
{
	struct elf_image elf;
	const char *error = NULL;

	assert_int_equal(elf_open(&elf, image.bytes, sizeof(image.bytes), &error), -EINVAL);
	assert_string_equal(error, expected);
	build(false);
}

static void segments_are_read(void **state)
{
	struct elf_segment segment;
	uint64_t start, end;
	struct elf_image elf;

	build(false);
	elf = open_image();
	assert_int_equal(elf.entry, KERNEL_IMAGE_ENTRY);
	assert_int_equal(elf.nr_segments, 3);
	elf_read_segment(&elf, 0, &segment);
	assert_int_equal(segment.type, ELF_PT_LOAD);
	assert_int_equal(segment.flags, ELF_PF_R | ELF_PF_X);
	assert_int_equal(segment.virt, 0xffffffff81000000);
	assert_int_equal(segment.phys, 0x1000000);
	assert_int_equal(segment.file_bytes, 1024);
	assert_int_equal(segment.mem_bytes, 4096);
	assert_ptr_equal(segment.data, image.bytes + 4096);
	elf_read_segment(&elf, 1, &segment);
	assert_int_equal(segment.virt, 0);
	assert_int_equal(elf_find_load_range(&elf, &start, &end), 0);
	assert_int_equal(start, 0x1000000);
	assert_int_equal(end, 0x1003000);
}

static void image_without_load_has_no_range(void **state)
{
	struct elf_segment segment;
	uint64_t start, end;
	struct elf_image elf;

	build(false);
	kernel_image_segment(&image, 0)->p_type = PT_NULL;
	kernel_image_segment(&image, 1)->p_memsz = 0;
	kernel_image_segment(&image, 1)->p_filesz = 0;
	elf = open_image();
	assert_int_equal(elf_find_load_range(&elf, &start, &end), -ENOENT);
	elf_read_segment(&elf, 0, &segment);
	assert_null(segment.data);
	assert_int_equal(segment.file_bytes, 0);
}

static void check_notes(void)
{
	struct elf_image elf = open_image();
	struct elf_note_walk walk;
	struct elf_note note;
	uint64_t value;

	elf_note_walk_init(&walk, &elf, "Xen");
	assert_true(elf_note_walk_next(&walk, &note));
	assert_int_equal(note.type, 6);
	assert_int_equal(note.desc_bytes, 6);
	assert_string_equal((const char *)note.desc, "linux");
	assert_int_equal(elf_read_note_number(&note, &value), -EINVAL);
	assert_true(elf_note_walk_next(&walk, &note));
	assert_int_equal(elf_read_note_number(&note, &value), 0);
	assert_int_equal(value, 0x1122334455667788);
	assert_false(elf_note_walk_next(&walk, &note));
	assert_false(elf_note_walk_next(&walk, &note));
	assert_false(walk.malformed);
	elf_note_walk_init(&walk, &elf, NULL);
	for (unsigned int i = 0; i < 4; i++)
		assert_true(elf_note_walk_next(&walk, &note));
	assert_false(elf_note_walk_next(&walk, &note));
	assert_true(elf_find_note(&elf, "GNU", 3, &note));
	assert_int_equal(note.desc_bytes, 5);
	assert_false(elf_find_note(&elf, "GNU", 1, &note));
	assert_true(elf_find_note(&elf, "Xenon", 1, &note));
}

static void notes_are_found_in_segment_and_section(void **state)
{
	build(false);
	check_notes();
	build(true);
	check_notes();
}

static void sections_do_not_repeat_the_segments_notes(void **state)
{
	build(false);
	kernel_image_section(&image, 1)->sh_offset = UINT64_MAX;
	check_notes();
}

static void note_over_the_end_stops_the_walk(void **state)
{
	struct elf_note_walk walk;
	struct elf_image elf;
	struct elf_note note;
	uint32_t *size;

	build(false);
	size = (uint32_t *)(void *)(image.bytes + KERNEL_IMAGE_NOTES + 4);
	*size = UINT32_MAX;
	elf = open_image();
	elf_note_walk_init(&walk, &elf, NULL);
	assert_false(elf_note_walk_next(&walk, &note));
	assert_true(walk.malformed);
}

static void unsound_file_headers_are_refused(void **state)
{
	build(false);
	image.bytes[0] = 0;
	check_refused("ELF: no ELF signature");
	image.bytes[EI_CLASS] = ELFCLASS32;
	check_refused("ELF: not a 64-bit image");
	image.bytes[EI_DATA] = ELFDATA2MSB;
	check_refused("ELF: not little-endian");
	kernel_image_header(&image)->e_version = 2;
	check_refused("ELF: unknown version");
	kernel_image_header(&image)->e_machine = EM_AARCH64;
	check_refused("ELF: not for x86-64");
	kernel_image_header(&image)->e_type = ET_REL;
	check_refused("ELF: not an executable");
	kernel_image_header(&image)->e_phnum = 0;
	check_refused("ELF: no program headers");
	kernel_image_header(&image)->e_phnum = PN_XNUM;
	check_refused("ELF: too many program headers");
	kernel_image_header(&image)->e_phentsize = 32;
	check_refused("ELF: program headers of unknown size");
	kernel_image_header(&image)->e_phoff = UINT64_MAX - 8;
	check_refused("ELF: program headers lie outside the image");
}

static void unsound_segments_are_refused(void **state)
{
	build(false);
	kernel_image_segment(&image, 0)->p_offset = UINT64_MAX - 100;
	check_refused("ELF: a segment lies outside the image");
	kernel_image_segment(&image, 2)->p_filesz = KERNEL_IMAGE_BYTES;
	check_refused("ELF: a segment lies outside the image");
	kernel_image_segment(&image, 1)->p_memsz = 1;
	check_refused("ELF: a segment is larger in the file than in memory");
	kernel_image_segment(&image, 1)->p_paddr = UINT64_MAX - 4;
	check_refused("ELF: a segment's addresses overflow");
	kernel_image_segment(&image, 0)->p_vaddr = UINT64_MAX - 4;
	check_refused("ELF: a segment's addresses overflow");
}

static void unsound_sections_are_refused(void **state)
{
	build(true);
	kernel_image_header(&image)->e_shentsize = 40;
	check_refused("ELF: section headers of unknown size");
	build(true);
	kernel_image_header(&image)->e_shoff = KERNEL_IMAGE_BYTES - 64;
	check_refused("ELF: section headers lie outside the image");
	build(true);
	kernel_image_section(&image, 1)->sh_size = UINT64_MAX;
	check_refused("ELF: a note section lies outside the image");
}

/* Opens what may be broken and, if it is accepted, reads all there is in it. */
static void read_all(const uint8_t *data, size_t bytes)
{
	const char *error = NULL;
	struct elf_segment segment;
	struct elf_note_walk walk;
	struct elf_image elf;
	struct elf_note note;
	volatile uint8_t sink = 0;

	if (elf_open(&elf, data, bytes, &error)) {
		assert_non_null(error);
		return;
	}
	for (unsigned int i = 0; i < elf.nr_segments; i++) {
		elf_read_segment(&elf, i, &segment);
		for (uint64_t k = 0; k < segment.file_bytes; k++)
			sink ^= segment.data[k];
	}
	elf_note_walk_init(&walk, &elf, NULL);
	while (elf_note_walk_next(&walk, &note))
		for (uint32_t k = 0; k < note.desc_bytes; k++)
			sink ^= note.desc[k];
}

static void truncation_and_change_never_lead_outside(void **state)
{
	for (int in_section = 0; in_section < 2; in_section++) {
		build(in_section);
		for (size_t bytes = 0; bytes <= sizeof(image.bytes);
		     bytes += bytes < 1200 ? 1 : 61) {
			uint8_t *copy = malloc(bytes ? bytes : 1);

			memcpy(copy, image.bytes, bytes);
			read_all(copy, bytes);
			free(copy);
		}
		srand(5);
		for (unsigned int i = 0; i < 20000; i++) {
			uint8_t *copy = malloc(sizeof(image.bytes));
			size_t span = i & 1 ? 64 + 3 * 56 : 1200;

			memcpy(copy, image.bytes, sizeof(image.bytes));
			copy[(size_t)rand() % span] = (uint8_t)rand();
			copy[(size_t)rand() % span] ^= (uint8_t)(1 << rand() % 8);
			read_all(copy, sizeof(image.bytes));
			free(copy);
		}
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(segments_are_read),
		cmocka_unit_test(image_without_load_has_no_range),
		cmocka_unit_test(notes_are_found_in_segment_and_section),
		cmocka_unit_test(sections_do_not_repeat_the_segments_notes),
		cmocka_unit_test(note_over_the_end_stops_the_walk),
		cmocka_unit_test(unsound_file_headers_are_refused),
		cmocka_unit_test(unsound_segments_are_refused),
		cmocka_unit_test(unsound_sections_are_refused),
		cmocka_unit_test(truncation_and_change_never_lead_outside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
