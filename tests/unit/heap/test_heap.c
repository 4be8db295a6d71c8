/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page allocator against a model of who has which frame; nodes, address widths, kinds, wiping. One heap serves all tests: each leaves it as it was.
 */
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
#include "hv/softirq.h"
#include "neighbours.h"

/* Node 0: frames 1 to 4095 (24 bits) and 4096 to 6143; a hole; node 1: 6200 to 8191. */
#define NODE1_FIRST 6200UL
#define NODE0_END 6144UL
#define NR_ADDED (NODE0_END - 1 + FAKE_NR_FRAMES - NODE1_FIRST)
#define NR_BLOCKS 300

struct block {
	struct page *page;
	unsigned int order;
	bool is_hypervisor;
	uint8_t pattern;
};

static struct domain *guest;
static struct block blocks[NR_BLOCKS];
static bool used[FAKE_NR_FRAMES];

static int group_setup(void **state)
{
	fake_machine_start();
	for (uint64_t n = 0; n < FAKE_NR_FRAMES; n++)
		mfn_to_page(mfn_from(n))->count_info = PAGE_HYPERVISOR | 1;
	memset((void *)DIRECT_MAP_START, 0xee, DIRECT_MAP_BYTES);
	heap_add_range(mfn_from(4000), NODE0_END - 4000, 0);
	heap_add_range(mfn_from(NODE1_FIRST), FAKE_NR_FRAMES - NODE1_FIRST, 1);
	heap_add_range(mfn_from(0), 4000, 0);
	heap_start_scrub();
	guest = fake_domain_create(1, 1);
	return 0;
}

static bool is_zero(const void *memory, size_t bytes)
{
	const char *p = memory;

	return p[0] == 0 && memcmp(p, p + 1, bytes - 1) == 0;
}

static void block_alloc(struct block *b, unsigned int order, uint32_t flags, bool is_hypervisor)
{
	uint64_t first;

	b->order = order;
	b->is_hypervisor = is_hypervisor;
	b->page = NULL;
	if (is_hypervisor) {
		void *address = heap_alloc(order, flags);

		b->page = address ? virt_to_page(address) : NULL;
	} else {
		b->page = heap_alloc_domain(guest, order, flags);
	}
	if (!b->page)
		return;
	first = page_to_mfn(b->page).n;
	assert_int_equal(first & ((1UL << order) - 1), 0);
	assert_true(first > 0 && first + (1UL << order) <= FAKE_NR_FRAMES);
	for (uint64_t i = 0; i < 1UL << order; i++) {
		assert_false(used[first + i]);
		used[first + i] = true;
	}
	if (!(flags & HEAP_FLAG_NO_SCRUB))
		assert_true(is_zero(page_to_virt(b->page), PAGE_SIZE << order));
	memset(page_to_virt(b->page), 0xa5, PAGE_SIZE << order);
}

static void block_free(struct block *b)
{
	uint64_t first = page_to_mfn(b->page).n;

	memset(&used[first], false, 1UL << b->order);
	if (b->is_hypervisor)
		heap_free(page_to_virt(b->page), b->order);
	else
		for (uint64_t i = 0; i < 1UL << b->order; i++)
			page_put_allocated(&b->page[i]);
	b->page = NULL;
}

static void idle_for(unsigned int steps)
{
	while (steps-- && heap_needs_scrub()) {
		softirq_raise(SOFTIRQ_SCRUB);
		softirq_run();
	}
}

static void scrub_all(void)
{
	while (heap_scrub_step())
		;
}

static void random_allocations_never_overlap_and_coalesce(void **state)
{
	uint64_t free_before = heap_nr_free_pages(), in_use = 0;

	srand(7);
	for (unsigned int step = 0; step < 40000; step++) {
		struct block *b = &blocks[rand() % NR_BLOCKS];

		if (rand() % 64 == 0)
			idle_for(8);
		if (b->page) {
			in_use -= 1UL << b->order;
			block_free(b);
		} else {
			uint32_t flags = HEAP_FLAG_DEFAULT;

			if (rand() % 8 == 0)
				flags = HEAP_FLAG_NODE((unsigned int)rand() % 2);
			if (rand() % 8 == 0)
				flags |= HEAP_FLAG_NO_SCRUB;
			block_alloc(b, (unsigned int)rand() % 7,
				    flags & ~(rand() % 2 ? 0 : HEAP_FLAG_NO_SCRUB), rand() % 2);
			if (b->page)
				in_use += 1UL << b->order;
		}
		assert_int_equal(heap_nr_free_pages(), free_before - in_use);
	}
	for (unsigned int i = 0; i < NR_BLOCKS; i++)
		if (blocks[i].page)
			block_free(&blocks[i]);
	assert_int_equal(guest->tot_pages, 0);
	assert_int_equal(heap_nr_free_pages(), free_before);
	scrub_all();
	/* Whole again: the largest block of each part can be had. */
	block_alloc(&blocks[0], 11, HEAP_FLAG_ADDRESS_BITS(24), true);
	assert_non_null(blocks[0].page);
	block_alloc(&blocks[1], 10, HEAP_FLAG_NODE(0) | HEAP_FLAG_EXACT_NODE, true);
	assert_non_null(blocks[1].page);
	block_alloc(&blocks[2], 10, HEAP_FLAG_NODE(1) | HEAP_FLAG_EXACT_NODE, true);
	assert_non_null(blocks[2].page);
	for (unsigned int i = 0; i < 3; i++)
		block_free(&blocks[i]);
}

static void kinds_join_when_a_large_block_is_short(void **state)
{
	static struct block all[FAKE_NR_FRAMES];
	unsigned int nr = 0;

	scrub_all();
	do
		block_alloc(&all[nr], 0, HEAP_FLAG_DEFAULT, true);
	while (all[nr++].page);
	nr--;
	/* Every other page becomes dirty and is wiped, then the others become dirty. */
	for (unsigned int i = 0; i < nr; i++)
		if (page_to_mfn(all[i].page).n % 2)
			block_free(&all[i]);
	scrub_all();
	for (unsigned int i = 0; i < nr; i++)
		if (all[i].page)
			block_free(&all[i]);
	/* Each look joins some of them: the budget of one call is small. */
	for (unsigned int i = 0; i < 64; i++) {
		block_alloc(&blocks[0], 8, HEAP_FLAG_DEFAULT, true);
		if (blocks[0].page)
			break;
	}
	assert_non_null(blocks[0].page);
	block_free(&blocks[0]);
	scrub_all();
}

static uint64_t node_of_block(const struct block *b)
{
	return page_to_mfn(b->page).n >= NODE1_FIRST;
}

static void the_preferred_node_comes_first_and_exact_means_it(void **state)
{
	unsigned int nr = 0;

	scrub_all();
	for (unsigned int node = 0; node < 2; node++) {
		block_alloc(&blocks[0], 3, HEAP_FLAG_NODE(node), true);
		assert_int_equal(node_of_block(&blocks[0]), node);
		block_free(&blocks[0]);
	}
	while (nr < NR_BLOCKS) {
		block_alloc(&blocks[nr], 6, HEAP_FLAG_NODE(1) | HEAP_FLAG_EXACT_NODE, true);
		if (!blocks[nr].page)
			break;
		assert_int_equal(node_of_block(&blocks[nr++]), 1);
	}
	assert_true(nr > 25);
	block_alloc(&blocks[nr], 6, HEAP_FLAG_NODE(1), true);
	assert_int_equal(node_of_block(&blocks[nr++]), 0);
	assert_null(heap_alloc(0, HEAP_FLAG_NODE(5) | HEAP_FLAG_EXACT_NODE));
	while (nr-- > 0)
		block_free(&blocks[nr]);
}

static void address_widths_are_kept(void **state)
{
	for (unsigned int i = 0; i < 20; i++) {
		block_alloc(&blocks[i], 2, HEAP_FLAG_ADDRESS_BITS(24), true);
		assert_true(page_to_mfn(blocks[i].page).n < 4096);
		block_free(&blocks[i]);
	}
	/* Low memory is only taken when there's no other. */
	block_alloc(&blocks[0], 0, HEAP_FLAG_NODE(0), true);
	assert_true(page_to_mfn(blocks[0].page).n >= 4096);
	block_free(&blocks[0]);
	assert_null(heap_alloc(0, HEAP_FLAG_ADDRESS_BITS(23)));
	block_alloc(&blocks[0], 0, HEAP_FLAG_BELOW_4G | HEAP_NODE_ANY, true);
	assert_non_null(blocks[0].page);
	block_free(&blocks[0]);
}

static void freed_guest_memory_is_flushed_and_wiped_before_reuse(void **state)
{
	unsigned int nr = 0, before;

	scrub_all();
	before = stale_flushes;
	block_alloc(&blocks[0], 0, HEAP_FLAG_DEFAULT, false);
	assert_int_equal(stale_flushes, before);
	block_free(&blocks[0]);
	for (; nr < 100 && stale_flushes == before; nr++)
		idle_for(1);
	assert_int_equal(stale_flushes, before + 1);
	assert_false(heap_needs_scrub());
}

static void large_blocks_are_only_handed_out_clean(void **state)
{
	struct page *page;
	unsigned int nr_steps = 0;

	scrub_all();
	block_alloc(&blocks[0], 10, HEAP_FLAG_NODE(0), true);
	block_alloc(&blocks[1], 10, HEAP_FLAG_NODE(1), true);
	block_alloc(&blocks[2], 10, HEAP_FLAG_ADDRESS_BITS(24), true);
	block_alloc(&blocks[3], 10, HEAP_FLAG_ADDRESS_BITS(24), true);
	block_alloc(&blocks[4], 10, HEAP_FLAG_ADDRESS_BITS(24), true);
	assert_null(heap_alloc_domain(guest, 10, HEAP_FLAG_DEFAULT));
	block_free(&blocks[0]);
	assert_null(heap_alloc_domain(guest, 10, HEAP_FLAG_DEFAULT));
	while (!(page = heap_alloc_domain(guest, 10, HEAP_FLAG_DEFAULT))) {
		assert_true(heap_scrub_step());
		nr_steps++;
	}
	assert_in_range(nr_steps, 4, 8);
	assert_true(is_zero(page_to_virt(page), PAGE_SIZE << 10));
	for (unsigned int i = 0; i < 1024; i++)
		page_put_allocated(&page[i]);
	for (unsigned int i = 1; i < 5; i++)
		block_free(&blocks[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_allocations_never_overlap_and_coalesce),
		cmocka_unit_test(kinds_join_when_a_large_block_is_short),
		cmocka_unit_test(the_preferred_node_comes_first_and_exact_means_it),
		cmocka_unit_test(address_widths_are_kept),
		cmocka_unit_test(freed_guest_memory_is_flushed_and_wiped_before_reuse),
		cmocka_unit_test(large_blocks_are_only_handed_out_clean),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
