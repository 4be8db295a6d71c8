/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page tables: a walk finds each mapped page's frame, tables are read-only, nothing else is mapped.
 */
#include "support.h"

#include <stdlib.h>

#include "libbuild/tables.h"

#define PRESENT 1UL
#define WRITABLE 2UL
#define FRAME 0x000ffffffffff000UL

static struct build_layout layout;
static uint64_t *p2m, *tables;

/* Frames that follow no order, so that a mistake does not look right. */
static uint64_t frame_of(uint64_t pfn)
{
	return 0x100000 + (pfn * 7919) % 1000003;
}

static void build(struct image_plan plan, uint64_t pages, uint64_t ramdisk)
{
	struct reason why;

	assert_int_equal(layout_make(&plan, pages, ramdisk, &layout, &why), 0);
	p2m = malloc(pages * sizeof(*p2m));
	tables = malloc(layout.nr_tables * 4096);
	assert_true(p2m && tables);
	memset(tables, 0xa5, layout.nr_tables * 4096);
	for (uint64_t i = 0; i < pages; i++)
		p2m[i] = frame_of(i);
	assert_int_equal(tables_write(&layout, p2m, tables), 0);
}

static void drop(void)
{
	free(p2m);
	free(tables);
}

/* A table's number by its frame. */
static uint64_t *table_by_frame(uint64_t frame)
{
	for (uint64_t i = 0; i < layout.nr_tables; i++)
		if (p2m[layout.tables_pfn + i] == frame)
			return tables + i * 512;
	fail_msg("no table has frame 0x%lx", frame);
	return NULL;
}

/* The leaf entry, or 0. */
static uint64_t walk(uint64_t address)
{
	uint64_t *table = tables;

	for (int shift = 39; shift > 12; shift -= 9) {
		uint64_t entry = table[(address >> shift) % 512];

		if (!(entry & PRESENT))
			return 0;
		assert_true(entry & WRITABLE);
		table = table_by_frame((entry & FRAME) >> 12);
	}
	return table[(address >> 12) % 512];
}

static uint64_t count_leaves(const uint64_t *table, int level)
{
	uint64_t count = 0;

	for (int i = 0; i < 512; i++) {
		if (!(table[i] & PRESENT))
			assert_int_equal(table[i], 0);
		else
			count += level == 1 ? 1
					    : count_leaves(table_by_frame((table[i] & FRAME) >> 12),
							   level - 1);
	}
	return count;
}

static void assert_mapped(uint64_t address, uint64_t pfn)
{
	uint64_t entry = walk(address);
	bool is_table = pfn >= layout.tables_pfn && pfn < layout.stack_pfn;

	assert_true(entry & PRESENT);
	assert_int_equal((entry & FRAME) >> 12, frame_of(pfn));
	assert_int_equal((entry & WRITABLE) != 0, !is_table);
}

static void linux_is_mapped(void **state)
{
	build((struct image_plan){.virt_base = 0xffffffff80000000UL,
				  .start = 16 << 20,
				  .end = 30 << 20,
				  .notes = {.has_init_p2m = true,
					    .init_p2m = 0x8000000000,
					    .mod_start_pfn = 1}},
	      300000, 5 << 20);
	for (uint64_t pfn = 0; pfn < layout.map_end_pfn; pfn++)
		assert_mapped(layout.base + pfn * 4096, pfn);
	for (uint64_t i = 0; i < layout.p2m_pages; i++)
		assert_mapped(layout.p2m_address + i * 4096, layout.p2m_pfn + i);
	assert_int_equal(count_leaves(tables, 4), layout.map_end_pfn + layout.p2m_pages);
	drop();
}

static void odd_base_is_mapped(void **state)
{
	build((struct image_plan){.virt_base = 0x7fffc0000000UL - 3 * 4096, .end = 9 << 20}, 8192,
	      0);
	for (uint64_t pfn = 0; pfn < layout.map_end_pfn; pfn++)
		assert_mapped(layout.base + pfn * 4096, pfn);
	assert_int_equal(count_leaves(tables, 4), layout.map_end_pfn);
	drop();
}

/* Both ranges in one slot: fewer tables are needed than were planned, the rest is empty. */
static void shared_tables_leave_empty_ones(void **state)
{
	build((struct image_plan){.virt_base = 0x40000000,
				  .end = 1 << 20,
				  .notes = {.has_init_p2m = true, .init_p2m = 0x44000000}},
	      8192, 0);
	assert_int_equal(count_leaves(tables, 4), layout.map_end_pfn + layout.p2m_pages);
	for (int i = 0; i < 512; i++)
		assert_int_equal(tables[(layout.nr_tables - 1) * 512 + i], 0);
	drop();
}

static void too_few_tables_are_told(void **state)
{
	build((struct image_plan){.virt_base = 0, .end = 1 << 20}, 8192, 0);
	layout.nr_tables--;
	assert_int_equal(tables_write(&layout, p2m, tables), -1);
	drop();
}

int run_tables_cases(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(linux_is_mapped),
		cmocka_unit_test(odd_base_is_mapped),
		cmocka_unit_test(shared_tables_leave_empty_ones),
		cmocka_unit_test(too_few_tables_are_told),
	};

	return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
