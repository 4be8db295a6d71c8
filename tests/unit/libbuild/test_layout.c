/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Layouts: parts in the ABI's order, apart where the kernel allows it, never over each other or over
 * the domain's end; what does not fit is refused with the numbers.
 */
#include "support.h"

#include "libbuild/layout.h"

#define MIB_PAGES 256UL

static struct image_plan linux_plan(void)
{
	return (struct image_plan){
		.virt_base = 0xffffffff80000000UL,
		.start = 16 << 20,
		.end = 74 << 20,
		.notes = {.has_init_p2m = true, .init_p2m = 0x8000000000, .mod_start_pfn = 1}};
}

static struct image_plan plain_plan(void)
{
	return (struct image_plan){.virt_base = 0, .start = 0, .end = 0x613dc8};
}

/* What any layout promises. */
static void assert_sound(const struct build_layout *l)
{
	const uint64_t stack_end = l->stack_pfn + 1;
	uint64_t end = l->map_end_pfn;

	assert_true(l->start_info_pfn < l->store_pfn && l->store_pfn < l->console_pfn);
	assert_true(l->console_pfn < l->tables_pfn);
	assert_int_equal(l->tables_pfn + l->nr_tables, l->stack_pfn);
	assert_true(stack_end + 128 <= l->map_end_pfn);
	if (l->p2m_apart) {
		assert_int_equal(l->p2m_pfn, end);
		end += l->p2m_pages;
	} else {
		assert_int_equal(l->p2m_address, layout_address(l, l->p2m_pfn));
		assert_int_equal(l->p2m_pfn + l->p2m_pages, l->start_info_pfn);
	}
	if (l->ramdisk_apart) {
		assert_int_equal(l->ramdisk_pfn, end);
		end += l->ramdisk_pages;
	}
	assert_int_equal(l->end_pfn, end);
	assert_true(l->end_pfn <= l->nr_pages);
	assert_true(l->p2m_pages * 512 >= l->nr_pages);
}

static void linux_is_laid_out(void **state)
{
	struct image_plan plan = linux_plan();
	struct build_layout l;
	struct reason why;

	assert_int_equal(layout_make(&plan, 128 * MIB_PAGES, 1028578, &l, &why), 0);
	assert_sound(&l);
	assert_true(l.p2m_apart && l.ramdisk_apart);
	assert_int_equal(l.start_info_pfn, 74 * MIB_PAGES);
	assert_int_equal(l.ramdisk_pages, 252);
	assert_int_equal((l.base + l.map_end_pfn * 4096) % (4 << 20), 0);
}

static void plain_kernel_has_all_in_one_range(void **state)
{
	struct image_plan plan = plain_plan();
	struct build_layout l;
	struct reason why;

	assert_int_equal(layout_make(&plan, 32 * MIB_PAGES, 5000, &l, &why), 0);
	assert_sound(&l);
	assert_int_equal(l.ramdisk_pfn, 0x614);
	assert_int_equal(l.ramdisk_pages, 2);
	assert_int_equal(l.p2m_pfn, 0x616);
	assert_int_equal(l.p2m_pages, 16);
}

static void least_memory_is_enough_and_one_page_less_is_not(void **state)
{
	const uint64_t ramdisks[] = {0, 1, 4096, 4097, 1 << 20, 300 << 20};
	struct image_plan plans[] = {linux_plan(), plain_plan()};

	for (int p = 0; p < 2; p++) {
		for (int r = 0; r < 6; r++) {
			uint64_t least = layout_least_pages(&plans[p], ramdisks[r]);
			struct build_layout l;
			struct reason why;

			assert_int_equal(layout_make(&plans[p], least, ramdisks[r], &l, &why), 0);
			assert_sound(&l);
			assert_int_equal(layout_make(&plans[p], least - 1, ramdisks[r], &l, &why),
					 -1);
			assert_non_null(strstr(why.text, "too little"));
		}
	}
}

static void refusal_has_the_numbers(void **state)
{
	struct image_plan plan = linux_plan();
	struct build_layout l;
	struct reason why;

	assert_int_equal(layout_make(&plan, 70 * MIB_PAGES, 20 << 20, &l, &why), -1);
	assert_non_null(strstr(why.text, "70 MiB are too little"));
	assert_non_null(strstr(why.text, "kernel takes 74 MiB"));
	assert_non_null(strstr(why.text, "RAM disk 20 MiB"));
}

static void every_size_is_sound_or_refused(void **state)
{
	struct image_plan plans[] = {linux_plan(), plain_plan()};

	for (int p = 0; p < 2; p++) {
		for (uint64_t pages = 1; pages < 1UL << 33; pages += 1 + pages / 7) {
			struct build_layout l;
			struct reason why = {""};

			if (layout_make(&plans[p], pages, pages * 16, &l, &why))
				assert_true(strlen(why.text) > 20);
			else
				assert_sound(&l);
		}
	}
}

static void too_large_is_refused(void **state)
{
	struct image_plan plan = plain_plan();
	struct build_layout l;
	struct reason why;

	assert_int_equal(layout_make(&plan, (1UL << 32) + 1, 0, &l, &why), -1);
	assert_non_null(strstr(why.text, "16777216 MiB"));
	assert_int_equal(layout_make(&plan, 1 << 20, UINT64_MAX, &l, &why), -1);
}

static void addresses_of_others_are_refused(void **state)
{
	static const uint64_t bases[] = {0xffff800000000000UL, 0xffff87fffff00000UL,
					 0xffff7ffffff00000UL, 0x00007ffffff00000UL,
					 0x0000800000000000UL, 0xfffffffffff00000UL};
	struct build_layout l;
	struct reason why;

	for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
		struct image_plan plan = plain_plan();

		plan.virt_base = bases[i];
		assert_int_equal(layout_make(&plan, 64 * MIB_PAGES, 0, &l, &why), -1);
		assert_non_null(strstr(why.text, "do not lie where a guest may be mapped"));
		plan = linux_plan();
		plan.notes.init_p2m = bases[i];
		/* A list of 16 MiB: longer than what is left before any border. */
		assert_int_equal(layout_make(&plan, 8192 * MIB_PAGES, 0, &l, &why), -1);
		assert_non_null(strstr(why.text, "page list at INIT_P2M"));
	}
}

static void list_over_the_kernel_is_refused(void **state)
{
	struct image_plan plan = linux_plan();
	struct build_layout l;
	struct reason why;

	plan.notes.init_p2m = plan.virt_base + (70 << 20);
	assert_int_equal(layout_make(&plan, 512 * MIB_PAGES, 0, &l, &why), -1);
	assert_non_null(strstr(why.text, "overlaps the kernel"));
}

int run_layout_cases(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(linux_is_laid_out),
		cmocka_unit_test(plain_kernel_has_all_in_one_range),
		cmocka_unit_test(least_memory_is_enough_and_one_page_less_is_not),
		cmocka_unit_test(refusal_has_the_numbers),
		cmocka_unit_test(every_size_is_sound_or_refused),
		cmocka_unit_test(too_large_is_refused),
		cmocka_unit_test(addresses_of_others_are_refused),
		cmocka_unit_test(list_over_the_kernel_is_refused),
	};

	return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
