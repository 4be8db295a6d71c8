/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page allocator against a model of who has which frame; nodes, address widths, kinds, wiping,
 * charging. One heap serves all tests: each leaves it as it was.
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
static struct vcpu *idle;
static struct block blocks[NR_BLOCKS];
static bool used[FAKE_NR_FRAMES];

static int group_setup(void **state)
{
	static struct domain idle_storage;
	static struct vcpu idle_vcpu;

	fake_machine_start();
	for (uint64_t n = 0; n < FAKE_NR_FRAMES; n++)
		mfn_to_page(mfn_from(n))->count_info = PAGE_HYPERVISOR | 1;
	memset((void *)DIRECT_MAP_START, 0xee, DIRECT_MAP_BYTES);
	heap_add_range(mfn_from(4000), NODE0_END - 4000, 0);
	heap_add_range(mfn_from(NODE1_FIRST), FAKE_NR_FRAMES - NODE1_FIRST, 1);
	heap_add_range(mfn_from(0), 4000, 0);
	heap_start_scrub();
	guest = fake_domain_create(1, 1);
	idle_storage.is_idle = true;
	idle_vcpu.domain = &idle_storage;
	idle = &idle_vcpu;
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
	fake_current_set(idle);
	while (steps-- && heap_needs_scrub()) {
		softirq_raise(SOFTIRQ_SCRUB);
		softirq_run();
	}
	fake_current_set(NULL);
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
			block_alloc(b, (unsigned int)rand() % 7, flags & ~(rand() % 2 ? 0 : HEAP_FLAG_NO_SCRUB),
				    rand() % 2);
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
	/* A busy CPU leaves it to others. */
	block_alloc(&blocks[0], 0, HEAP_FLAG_DEFAULT, false);
	block_free(&blocks[0]);
	fake_current_set(guest->vcpu[0]);
	softirq_raise(SOFTIRQ_SCRUB);
	softirq_run();
	assert_true(heap_needs_scrub());
	idle_for(10);
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

static void charging_keeps_the_limit(void **state)
{
	unsigned int references = guest->references;
	struct page *pages[2], *page;

	guest->max_pages = 5;
	pages[0] = heap_alloc_domain(guest, 2, HEAP_FLAG_DEFAULT);
	assert_non_null(pages[0]);
	assert_int_equal(guest->tot_pages, 4);
	assert_int_equal(guest->page_list.nr_pages, 4);
	assert_int_equal(guest->references, references + 1);
	assert_null(heap_alloc_domain(guest, 1, HEAP_FLAG_DEFAULT));
	page = heap_alloc_unowned(1, HEAP_FLAG_DEFAULT);
	assert_int_equal(heap_assign_pages(guest, page, 1, 0), -E2BIG);
	assert_int_equal(heap_assign_pages(guest, page, 1, HEAP_FLAG_NO_CHARGE), 0);
	assert_int_equal(guest->tot_pages, 4);
	assert_ptr_equal(page_owner(page), guest);
	pages[1] = heap_alloc_domain(guest, 0, HEAP_FLAG_DEFAULT);
	assert_int_equal(guest->tot_pages, 5);
	guest->state = DOMAIN_DYING;
	guest->max_pages = UINT32_MAX;
	assert_null(heap_alloc_domain(guest, 0, HEAP_FLAG_DEFAULT));
	guest->state = DOMAIN_ALIVE;
	/* A reference of someone else's keeps the page charged. */
	assert_true(page_get(pages[1], guest));
	page_put_allocated(pages[1]);
	page_put_allocated(pages[1]);
	assert_int_equal(guest->tot_pages, 5);
	page_put(pages[1]);
	for (unsigned int i = 0; i < 4; i++)
		page_put_allocated(&pages[0][i]);
	assert_int_equal(guest->tot_pages, 0);
	assert_int_equal(guest->page_list.nr_pages, 0);
	assert_int_equal(guest->references, references);
	page_put_allocated(&page[0]);
	page_put_allocated(&page[1]);
	assert_int_equal(guest->references, references);
	page = heap_alloc_unowned(3, HEAP_FLAG_NO_SCRUB | HEAP_FLAG_DEFAULT);
	heap_free_unowned(page, 3);
}

static void claims_keep_others_off(void **state)
{
	uint64_t all = heap_nr_free_pages();
	struct domain *other = fake_domain_create(2, 1);
	struct page *page;

	scrub_all();
	guest->max_pages = UINT32_MAX;
	all = heap_nr_free_pages();
	assert_int_equal(heap_set_claim(guest, all + 1), -ENOMEM);
	assert_int_equal(heap_set_claim(guest, all), 0);
	assert_int_equal(heap_set_claim(guest, 4), -EINVAL);
	assert_null(heap_alloc(0, HEAP_FLAG_DEFAULT));
	assert_null(heap_alloc_domain(other, 0, HEAP_FLAG_DEFAULT));
	page = heap_alloc_domain(guest, 4, HEAP_FLAG_DEFAULT);
	assert_non_null(page);
	assert_int_equal(guest->outstanding_pages, all - 16);
	assert_int_equal(heap_nr_claimed_pages(), all - 16);
	assert_int_equal(heap_set_claim(guest, 0), 0);
	assert_int_equal(heap_nr_claimed_pages(), 0);
	for (unsigned int i = 0; i < 16; i++)
		page_put_allocated(&page[i]);
}

static void shared_pages_come_back_when_the_guest_is_done(void **state)
{
	void *address = heap_alloc(0, HEAP_FLAG_DEFAULT);
	struct page *page = virt_to_page(address);

	heap_share_with(address, guest, false);
	assert_int_equal(page_get_and_type(page, guest, PAGE_TYPE_WRITABLE), -EINVAL);
	assert_true(page_get(page, guest));
	assert_false(heap_unshare(address));
	page_put(page);
	assert_true(heap_unshare(address));
	assert_false(page_get(page, guest));
	heap_share_with(address, guest, true);
	assert_int_equal(page_get_and_type(page, guest, PAGE_TYPE_WRITABLE), 0);
	page_put_and_type(page);
	assert_true(heap_unshare(address));
	assert_int_equal(guest->shared_list.nr_pages, 0);
	heap_free(address, 0);
}

static void a_stray_reference_frees_the_hypervisors_page_later(void **state)
{
	uint64_t before = heap_nr_free_pages();
	void *address = heap_alloc(1, HEAP_FLAG_DEFAULT);
	struct page *page = virt_to_page(address);

	/* What page_get() of another CPU does for an instant, before it sees that the owner is another. */
	page_get_known(&page[1]);
	heap_free(address, 1);
	assert_int_equal(heap_nr_free_pages(), before - 1);
	page_put(&page[1]);
	assert_int_equal(heap_nr_free_pages(), before);
}

static void module_frames_are_adopted_or_donated(void **state)
{
	uint64_t before = heap_nr_free_pages(), total = heap_nr_total_pages();
	struct page *page = mfn_to_page(mfn_from(NODE0_END + 8));

	heap_adopt_reserved(page_to_mfn(page), 8);
	assert_int_equal(heap_nr_total_pages(), total + 8);
	assert_int_equal(heap_assign_pages(guest, page, 3, 0), 0);
	assert_true(page_get(page, guest));
	page_put(page);
	for (unsigned int i = 0; i < 8; i++)
		page_put_allocated(&page[i]);
	assert_int_equal(heap_nr_free_pages(), before + 8);
	heap_donate(mfn_from(NODE0_END + 16), 5);
	assert_int_equal(heap_nr_free_pages(), before + 13);
	assert_int_equal(heap_nr_total_pages(), total + 13);
}

static void broken_frees_stop_the_machine(void **state)
{
	void *address = heap_alloc(0, HEAP_FLAG_DEFAULT);

	heap_free(NULL, 0);
	heap_free(address, 0);
	assert_true(FAKE_PANICS(heap_free(address, 0)));
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
		cmocka_unit_test(charging_keeps_the_limit),
		cmocka_unit_test(claims_keep_others_off),
		cmocka_unit_test(shared_pages_come_back_when_the_guest_is_done),
		cmocka_unit_test(a_stray_reference_frees_the_hypervisors_page_later),
		cmocka_unit_test(module_frames_are_adopted_or_donated),
		cmocka_unit_test(broken_frees_stop_the_machine),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
