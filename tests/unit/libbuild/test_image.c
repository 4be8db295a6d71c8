/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Images: a good one becomes a plan; each kind of bad one is refused with a sentence that names what
 * is wrong with it.
 */
#include "support.h"

#include <xen/elfnote.h>

static struct test_image image;

static void linux_image_is_taken(void **state)
{
	struct image_plan plan;

	test_image_make(&image);
	assert_taken(&image, &plan);
	assert_int_equal(plan.nr_segments, 1);
	assert_int_equal(plan.start, 16 << 20);
	assert_int_equal(plan.end, (16 << 20) + 3 * 4096);
	assert_int_equal(plan.segments[0].file_bytes, 4096);
	assert_int_equal(plan.virt_base, 0xffffffff80000000UL);
	assert_int_equal(plan.entry, 0xffffffff81000010UL);
}

/* Linux' per-CPU data has virtual address 0: only the physical one counts. */
static void virtual_addresses_are_not_looked_at(void **state)
{
	struct image_plan plan;

	test_image_make(&image);
	image.segments[0].p_vaddr = 0xdead0000;
	assert_taken(&image, &plan);
	assert_int_equal(plan.start, 16 << 20);
}

static void segments_are_put_in_order(void **state)
{
	struct image_plan plan;

	test_image_make(&image);
	test_image_add_segment(&image, 8 << 20, "low", 3, 3);
	test_image_add_segment(&image, 12 << 20, "mid", 3, 4096);
	assert_taken(&image, &plan);
	assert_int_equal(plan.segments[0].physical, 8 << 20);
	assert_int_equal(plan.segments[1].physical, 12 << 20);
	assert_int_equal(plan.segments[2].physical, 16 << 20);
}

static void no_elf_file_is_refused(void **state)
{
	test_image_make(&image);
	image.bytes[1] = 'X';
	assert_refused(&image, "neither an ELF file nor a bzImage");
	image.used = 3;
	assert_refused(&image, "neither an ELF file nor a bzImage");
}

static void truncated_header_is_refused(void **state)
{
	test_image_make(&image);
	for (image.used = 16; image.used < sizeof(Elf64_Ehdr); image.used += 7)
		assert_refused(&image, "ELF header is cut off");
}

static void wrong_machines_are_refused(void **state)
{
	test_image_make(&image);
	image.header->e_ident[EI_CLASS] = ELFCLASS32;
	assert_refused(&image, "32-bit kernel");
	image.header->e_ident[EI_CLASS] = ELFCLASS64;
	image.header->e_ident[EI_DATA] = ELFDATA2MSB;
	assert_refused(&image, "little-endian");
	image.header->e_ident[EI_DATA] = ELFDATA2LSB;
	image.header->e_machine = EM_AARCH64;
	assert_refused(&image, "not for x86-64");
	image.header->e_machine = EM_X86_64;
	image.header->e_type = ET_REL;
	assert_refused(&image, "not an executable");
}

static void program_headers_outside_are_refused(void **state)
{
	test_image_make(&image);
	image.header->e_phoff = image.used - 20;
	assert_refused(&image, "program headers lie outside");
	image.header->e_phoff = UINT64_MAX - 8;
	assert_refused(&image, "program headers lie outside");
	image.header->e_phoff = sizeof(Elf64_Ehdr);
	image.header->e_phnum = 0xffff;
	assert_refused(&image, "program headers lie outside");
	image.header->e_phnum = 0;
	assert_refused(&image, "no program headers");
}

static void segments_outside_are_refused(void **state)
{
	test_image_make(&image);
	image.segments[0].p_offset = image.used - 100;
	assert_refused(&image, "cut off: a segment ends beyond");
	image.segments[0].p_offset = UINT64_MAX;
	assert_refused(&image, "cut off: a segment ends beyond");
}

static void impossible_sizes_are_refused(void **state)
{
	test_image_make(&image);
	image.segments[0].p_memsz = 100;
	assert_refused(&image, "more bytes in the file than in memory");
	image.segments[0].p_memsz = UINT64_MAX;
	assert_refused(&image, "is too large");
	image.segments[0].p_memsz = 1UL << 41;
	assert_refused(&image, "is too large");
	image.segments[0].p_memsz = 4096;
	image.segments[0].p_paddr = UINT64_MAX - 4095;
	assert_refused(&image, "is too large");
}

static void overlapping_segments_are_refused(void **state)
{
	test_image_make(&image);
	test_image_add_segment(&image, (16 << 20) + 3 * 4096 - 1, "x", 1, 1);
	assert_refused(&image, "overlap");
	image.segments[2].p_paddr++;
	assert_taken(&image, &(struct image_plan){0});
}

static void too_many_segments_are_refused(void **state)
{
	test_image_make(&image);
	for (unsigned int i = 0; i < IMAGE_MAX_SEGMENTS; i++)
		test_image_add_segment(&image, (32UL + i) << 20, "x", 1, 1);
	assert_refused(&image, "more than 32 segments");
}

static void image_without_segments_is_refused(void **state)
{
	test_image_make(&image);
	image.segments[0].p_type = PT_NULL;
	assert_refused(&image, "nothing to load");
}

static void entry_outside_is_refused(void **state)
{
	test_image_make(&image);
	test_image_add_number(&image, XEN_ELFNOTE_ENTRY, 0xffffffff80000000UL);
	assert_refused(&image, "entry 0xffffffff80000000 lies outside");
}

static void hypercall_page_must_be_a_page_of_it(void **state)
{
	struct image_plan plan;

	test_image_make(&image);
	test_image_add_number(&image, XEN_ELFNOTE_HYPERCALL_PAGE, 0xffffffff81001000UL);
	assert_taken(&image, &plan);
	test_image_add_number(&image, XEN_ELFNOTE_HYPERCALL_PAGE, 0xffffffff81001008UL);
	assert_refused(&image, "hypercall page 0xffffffff81001008");
	test_image_add_number(&image, XEN_ELFNOTE_HYPERCALL_PAGE, 0xffffffff81003000UL);
	assert_refused(&image, "hypercall page 0xffffffff81003000");
}

static void bases_that_cannot_be_are_refused(void **state)
{
	test_image_make(&image);
	test_image_add_number(&image, XEN_ELFNOTE_VIRT_BASE, 0xffffffff80000001UL);
	assert_refused(&image, "not on a page boundary");
	test_image_add_number(&image, XEN_ELFNOTE_VIRT_BASE, 0xfffffffffffff000UL);
	assert_refused(&image, "wraps around");
	test_image_add_number(&image, XEN_ELFNOTE_VIRT_BASE, 0xffffffff80000000UL);
	test_image_add_number(&image, XEN_ELFNOTE_INIT_P2M, 5);
	assert_refused(&image, "INIT_P2M 0x5");
}

static void physical_offset_is_taken_off(void **state)
{
	struct image_plan plan;

	test_image_make(&image);
	image.segments[0].p_paddr += 0xffffffff80000000UL;
	test_image_add_number(&image, XEN_ELFNOTE_PADDR_OFFSET, 0xffffffff80000000UL);
	assert_taken(&image, &plan);
	assert_int_equal(plan.start, 16 << 20);
	image.segments[0].p_paddr = 0;
	assert_refused(&image, "below PADDR_OFFSET");
}

/* Whatever of it is missing, it is refused or sound: the sanitizers watch. */
static void every_truncation_is_survived(void **state)
{
	struct image_plan plan;
	struct reason why;

	test_image_make(&image);
	for (size_t bytes = image.used; bytes-- > 0;) {
		if (image_read(image.bytes, bytes, &plan, &why))
			assert_true(strlen(why.text) > 10);
		else
			assert_true(plan.end > plan.start);
	}
}

int run_image_cases(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(linux_image_is_taken),
		cmocka_unit_test(virtual_addresses_are_not_looked_at),
		cmocka_unit_test(segments_are_put_in_order),
		cmocka_unit_test(no_elf_file_is_refused),
		cmocka_unit_test(truncated_header_is_refused),
		cmocka_unit_test(wrong_machines_are_refused),
		cmocka_unit_test(program_headers_outside_are_refused),
		cmocka_unit_test(segments_outside_are_refused),
		cmocka_unit_test(impossible_sizes_are_refused),
		cmocka_unit_test(overlapping_segments_are_refused),
		cmocka_unit_test(too_many_segments_are_refused),
		cmocka_unit_test(image_without_segments_is_refused),
		cmocka_unit_test(entry_outside_is_refused),
		cmocka_unit_test(hypercall_page_must_be_a_page_of_it),
		cmocka_unit_test(bases_that_cannot_be_are_refused),
		cmocka_unit_test(physical_offset_is_taken_off),
		cmocka_unit_test(every_truncation_is_survived),
	};

	return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
