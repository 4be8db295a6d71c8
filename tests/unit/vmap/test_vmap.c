/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The virtual mapping area against a map of which page shows which frame; page tables are played here. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake.h"
#include "hv/errno.h"
#include "hv/heap.h"

/* The tests stay within this many pages of the area. */
#define NR_PAGES 65536
#define NR_AREAS 400
#define MAX_PAGES 40

static struct {
	uint64_t frame, flags; /* frame 0: nothing */
} mapped[NR_PAGES];
static unsigned int maps_allowed, nr_unmap_calls;

static uint64_t page_of(uint64_t address)
{
	uint64_t page = (address - VMAP_START) >> PAGE_SHIFT;

	assert_true(address >= VMAP_START && page < NR_PAGES);
	return page;
}

int hv_map(uint64_t address, mfn_t mfn, uint64_t nr_pages, uint64_t flags)
{
	if (maps_allowed-- == 0)
		return -ENOMEM;
	for (uint64_t i = 0; i < nr_pages; i++) {
		uint64_t page = page_of(address) + i;

		assert_int_equal(mapped[page].frame, 0);
		mapped[page].frame = mfn.n + i;
		mapped[page].flags = flags;
	}
	return 0;
}

void hv_unmap(uint64_t address, uint64_t nr_pages)
{
	nr_unmap_calls++;
	for (uint64_t i = 0; i < nr_pages; i++)
		mapped[page_of(address) + i].frame = 0;
}

static int setup(void **state)
{
	fake_machine_start();
	memset(mapped, 0, sizeof(mapped));
	maps_allowed = UINT32_MAX;
	return 0;
}

static int teardown(void **state)
{
	for (unsigned int i = 0; i < NR_PAGES; i++)
		assert_int_equal(mapped[i].frame, 0);
	assert_int_equal(fake_heap_nr_objects(), 0);
	return 0;
}

static void check_area(const char *address, const mfn_t *mfns, unsigned int nr_pages)
{
	uint64_t page = page_of((uint64_t)address);

	for (unsigned int i = 0; i < nr_pages; i++) {
		assert_int_equal(mapped[page + i].frame, mfns[i].n);
		assert_int_equal(mapped[page + i].flags, PTE_HV_DATA);
	}
	/* The guard pages. */
	assert_int_equal(mapped[page + nr_pages].frame, 0);
	assert_true(page == 0 || mapped[page - 1].frame == 0);
}

static void random_areas_keep_apart_and_show_their_frames(void **state)
{
	static struct {
		char *address;
		unsigned int nr_pages;
		mfn_t mfns[MAX_PAGES];
	} areas[NR_AREAS];

	srand(11);
	for (unsigned int step = 0; step < 20000; step++) {
		unsigned int n = (unsigned int)rand() % NR_AREAS;

		if (areas[n].address) {
			check_area(areas[n].address, areas[n].mfns, areas[n].nr_pages);
			vmap_unmap(areas[n].address);
			areas[n].address = NULL;
			continue;
		}
		areas[n].nr_pages = 1 + (unsigned int)rand() % MAX_PAGES;
		for (unsigned int i = 0; i < areas[n].nr_pages; i++)
			areas[n].mfns[i] = rand() % 2 && i ? mfn_from(areas[n].mfns[i - 1].n + 1)
							   : mfn_from(1 + (uint64_t)rand());
		areas[n].address = vmap_map(areas[n].mfns, areas[n].nr_pages, PTE_HV_DATA);
		assert_non_null(areas[n].address);
		check_area(areas[n].address, areas[n].mfns, areas[n].nr_pages);
	}
	for (unsigned int n = 0; n < NR_AREAS; n++)
		vmap_unmap(areas[n].address);
	/* All free again: the lowest address is. */
	assert_int_equal(vmap_reserve(1000, PAGE_SIZE), VMAP_START);
	vmap_release(VMAP_START);
}

static void a_failed_mapping_leaves_nothing(void **state)
{
	const mfn_t mfns[] = {{5}, {9}, {13}};

	maps_allowed = 2;
	assert_null(vmap_map(mfns, 3, PTE_HV_DATA));
	maps_allowed = 1;
	fake_heap_limit(0);
	assert_null(vmap_map_contiguous(mfn_from(7), 2, PTE_HV_DATA));
	fake_heap_unlimit();
	assert_null(vmap_map(mfns, 0, PTE_HV_DATA));
	assert_null(vmap_map_contiguous(mfn_from(1), UINT32_MAX, PTE_HV_DATA));
}

static void reserved_addresses_are_aligned_and_not_mapped(void **state)
{
	uint64_t first = vmap_reserve(8, 32768), second = vmap_reserve(8, 32768);

	nr_unmap_calls = 0;
	assert_true(first && second);
	assert_int_equal(first % 32768, 0);
	assert_int_equal(second % 32768, 0);
	assert_true(second >= first + 9 * PAGE_SIZE);
	vmap_release(first);
	vmap_release(second);
	assert_int_equal(nr_unmap_calls, 0);
	assert_int_equal(vmap_reserve(VMAP_BYTES >> PAGE_SHIFT, PAGE_SIZE), 0);
	assert_int_equal(vmap_reserve(UINT64_MAX, PAGE_SIZE), 0);
	assert_int_equal(vmap_reserve(1, VMAP_BYTES * 2), 0);
}

static void device_memory_of_any_alignment_is_uncached(void **state)
{
	char *device = ioremap(paddr_from(0xfee00ff8), 16);
	uint64_t page = page_of((uint64_t)device & PAGE_MASK);

	assert_non_null(device);
	assert_int_equal((uint64_t)device & (PAGE_SIZE - 1), 0xff8);
	assert_int_equal(mapped[page].frame, 0xfee00);
	assert_int_equal(mapped[page + 1].frame, 0xfee01);
	assert_int_equal(mapped[page].flags, PTE_HV_IO);
	iounmap(device);
	assert_null(ioremap(paddr_from(0x1000), 0));
	assert_null(ioremap(paddr_from(UINT64_MAX - 5), 10));
}

static void unmapping_what_is_not_mapped_stops_the_machine(void **state)
{
	vmap_unmap(NULL);
	assert_true(FAKE_PANICS(vmap_unmap((void *)(VMAP_START + PAGE_SIZE))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(random_areas_keep_apart_and_show_their_frames,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_failed_mapping_leaves_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(reserved_addresses_are_aligned_and_not_mapped,
						setup, teardown),
		cmocka_unit_test_setup_teardown(device_memory_of_any_alignment_is_uncached, setup,
						teardown),
		cmocka_unit_test_setup_teardown(unmapping_what_is_not_mapped_stops_the_machine,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
