/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memory_op's reservations and exchange: what they do, what they refuse, pre-emption at every step. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "lists.h"
#include "hv/errno.h"
#include "hv/handlers.h"
#include "hv/heap.h"

static void populate_gives_frames_and_writes_both_tables(void **state)
{
	unsigned int nr_calls;

	fixture_act_as(guest);
	fixture_preempt(true);
	lists->r.nr_extents = 10;
	lists->r.extent_order = 2;
	for (unsigned int i = 0; i < 10; i++)
		lists->frames[i] = 100 * i;
	assert_int_equal(lists_run(XENMEM_populate_physmap, &nr_calls), 10);
	assert_int_equal(nr_calls, 10);
	assert_int_equal(guest->tot_pages, 40);
	for (uint64_t i = 0; i < 40; i++) {
		mfn_t mfn = mfn_from(lists->frames[i / 4] + i % 4);

		assert_ptr_equal(page_owner(mfn_to_page(mfn)), guest);
		assert_int_equal(m2p_get(mfn), 100 * (i / 4) + i % 4);
	}
}

static void increase_needs_no_list_and_decrease_takes_it_back(void **state)
{
	unsigned int nr_calls;

	fixture_act_as(guest);
	lists->r.extent_start = 0;
	lists->r.nr_extents = 3;
	assert_int_equal(lists_run(XENMEM_increase_reservation, NULL), 3);
	assert_int_equal(guest->tot_pages, 3);
	lists->r.extent_start = (uint64_t)lists->frames;
	lists->r.nr_extents = 20;
	lists->r.extent_order = 1;
	assert_int_equal(lists_run(XENMEM_increase_reservation, NULL), 20);
	assert_int_equal(guest->tot_pages, 43);
	fixture_preempt(true);
	assert_int_equal(lists_run(XENMEM_decrease_reservation, &nr_calls), 20);
	assert_int_equal(nr_calls, 20);
	assert_int_equal(guest->tot_pages, 3);
	assert_int_equal(m2p_get(mfn_from(lists->frames[0])), INVALID_FRAME);
	/* Once gone they aren't the guest's to give. */
	assert_int_equal(lists_run(XENMEM_decrease_reservation, NULL), 0);
}

static void the_limit_ends_the_call_part_way(void **state)
{
	fixture_act_as(guest);
	guest->max_pages = 13;
	lists->r.nr_extents = 10;
	lists->r.extent_order = 1;
	assert_int_equal(lists_run(XENMEM_populate_physmap, NULL), 6);
	assert_int_equal(guest->tot_pages, 12);
	guest->max_pages = MAX_PAGES;
	guest->state = DOMAIN_DYING;
	assert_int_equal(lists_run(XENMEM_populate_physmap, NULL), 0);
	guest->state = DOMAIN_ALIVE;
}

static void hostile_reservations_do_nothing(void **state)
{
	static const struct xen_memory_reservation bad[] = {
		{.nr_extents = 0},
		{.nr_extents = UINT64_MAX},
		{.nr_extents = (UINT32_MAX >> 6) + 1UL},
		{.nr_extents = 1, .extent_order = ORDER_2M + 1},
		{.nr_extents = 1, .extent_order = 64},
		{.nr_extents = 1, .extent_order = UINT32_MAX},
		{.nr_extents = 1, .domid = 6},
		{.nr_extents = 1, .domid = 1234},
		{.nr_extents = 1, .domid = DOMID_IO},
		{.nr_extents = 1, .mem_flags = XENMEMF_address_bits(12)},
		{.nr_extents = 1, .mem_flags = XENMEMF_address_bits(20)},
		{.nr_extents = 1, .mem_flags = XENMEMF_exact_node(0)},
		{.nr_extents = 1, .mem_flags = XENMEMF_vnode},
	};

	fixture_act_as(guest);
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		lists->r = bad[i];
		lists->r.extent_start = (uint64_t)lists->frames;
		if (!lists->r.domid)
			lists->r.domid = DOMID_SELF;
		assert_int_equal(lists_run(XENMEM_populate_physmap, NULL), 0);
		assert_int_equal(lists_run(XENMEM_increase_reservation, NULL), 0);
		assert_int_equal(guest->tot_pages, 0);
		assert_int_equal(other->tot_pages, 0);
	}
	/* A wish for a node is no order. */
	lists->r = (struct xen_memory_reservation){.nr_extents = 1,
						   .mem_flags = XENMEMF_node(3),
						   .extent_start = (uint64_t)lists->frames,
						   .domid = DOMID_SELF};
	assert_int_equal(lists_run(XENMEM_populate_physmap, NULL), 1);
	/* A continuation that claims more than there is. */
	assert_int_equal(hypercall_memory_op(XENMEM_populate_physmap | 5 << 6, (uint64_t)lists), 5);
	assert_int_equal(hypercall_memory_op(XENMEM_populate_physmap | ~0UL << 6, (uint64_t)lists),
			 UINT64_MAX >> 6);
	assert_int_equal(hypercall_memory_op(XENMEM_populate_physmap, 8), 0);
	assert_int_equal(guest->tot_pages, 1);
}

static void lists_that_fault_leave_nothing_behind(void **state)
{
	fixture_act_as(guest);
	/* Two entries fit before the end of what is readable. */
	lists->r.extent_start = (uint64_t)window + WINDOW_BYTES - 16;
	lists->r.nr_extents = 4;
	assert_int_equal(lists_run(XENMEM_populate_physmap, NULL), 2);
	assert_int_equal(lists_run(XENMEM_increase_reservation, NULL), 2);
	assert_int_equal(guest->tot_pages, 4);
	assert_int_equal(lists_run(XENMEM_decrease_reservation, NULL), 2);
	lists->r.extent_start = UINT64_MAX - 7;
	assert_int_equal(lists_run(XENMEM_increase_reservation, NULL), 0);
	assert_int_equal(guest->tot_pages, 2);
}

static void decrease_refuses_what_is_not_the_guests(void **state)
{
	struct page *page;

	fixture_act_as(guest);
	lists_populate(3, 0);
	page = mfn_to_page(mfn_from(lists->frames[1]));
	page->type_info |= PAGE_TYPE_PINNED;
	lists->r.nr_extents = 3;
	assert_int_equal(lists_run(XENMEM_decrease_reservation, NULL), 1);
	page->type_info &= ~PAGE_TYPE_PINNED;
	/* Still mapped: it goes with its mapping. */
	assert_true(page_get(page, guest));
	lists->frames[0] = lists->frames[1];
	assert_int_equal(lists_run(XENMEM_decrease_reservation, NULL), 1);
	assert_int_equal(guest->tot_pages, 2);
	page_put(page);
	assert_int_equal(guest->tot_pages, 1);
	for (unsigned int i = 0; i < 5; i++) {
		static const uint64_t bad[] = {0, 1, END_FRAME + 5, UINT64_MAX, 1UL << 52};

		lists->frames[0] = bad[i];
		assert_int_equal(lists_run(XENMEM_decrease_reservation, NULL), 0);
	}
	/* shared_info is the hypervisor's. */
	heap_share_with(guest->shared_info, guest, true);
	lists->frames[0] = virt_to_mfn(guest->shared_info).n;
	assert_int_equal(lists_run(XENMEM_decrease_reservation, NULL), 0);
	assert_true(heap_unshare(guest->shared_info));
}

static void the_control_domain_acts_for_others(void **state)
{
	lists->r.domid = guest->id;
	lists->r.mem_flags = XENMEMF_exact_node(0) | XENMEMF_address_bits(24);
	lists_populate(5, 3);
	assert_int_equal(guest->tot_pages, 40);
	assert_in_range(lists->frames[0], FIRST_FRAME, 4095);
	assert_int_equal(lists_run(XENMEM_decrease_reservation, NULL), 5);
	lists->r.mem_flags = XENMEMF_exact_node(7);
	assert_int_equal(lists_run(XENMEM_increase_reservation, NULL), 0);
	lists->r.mem_flags = XENMEMF_populate_on_demand;
	assert_int_equal(lists_run(XENMEM_populate_physmap, NULL), 0);
}

static void large_extents_wait_for_wiped_memory(void **state)
{
	unsigned int nr_calls;

	/* Most memory was a guest's and isn't wiped yet. */
	control->max_pages = 8000;
	lists->r.extent_start = 0;
	lists->r.nr_extents = 6000;
	assert_int_equal(lists_run(XENMEM_increase_reservation, NULL), 6000);
	for (struct page *page; (page = page_list_first(&control->page_list));)
		page_put_allocated(page);
	lists->r.extent_start = (uint64_t)lists->frames;
	lists->r.nr_extents = 6;
	lists->r.extent_order = 10;
	assert_int_equal(lists_run(XENMEM_populate_physmap, &nr_calls), 5);
	assert_true(nr_calls > 4);
}

static void exchange_makes_memory_contiguous_and_back(void **state)
{
	unsigned int nr_calls;
	uint64_t first;

	fixture_act_as(guest);
	guest->max_pages = 64;
	lists_exchange(64, 0, 4, 4);
	lists->x.out.mem_flags = XENMEMF_address_bits(24);
	fixture_preempt(true);
	assert_int_equal(lists_run(XENMEM_exchange, &nr_calls), 0);
	assert_true(nr_calls >= 4);
	assert_int_equal(lists->x.nr_exchanged, 64);
	assert_int_equal(guest->tot_pages, 64);
	for (uint64_t i = 0; i < 64; i++) {
		mfn_t mfn = mfn_from(lists->out[i / 16] + i % 16);

		assert_true(mfn.n < 4096);
		assert_ptr_equal(page_owner(mfn_to_page(mfn)), guest);
		assert_int_equal(m2p_get(mfn), 0x9000 + i);
		assert_int_equal(m2p_get(mfn_from(lists->frames[i])), INVALID_FRAME);
	}
	first = lists->out[2];
	lists->frames[0] = first;
	lists->x.in.nr_extents = 1;
	lists->x.in.extent_order = 4;
	lists->x.out.nr_extents = 16;
	lists->x.out.extent_order = 0;
	lists->x.nr_exchanged = 0;
	assert_int_equal(lists_run(XENMEM_exchange, NULL), 0);
	assert_int_equal(lists->x.nr_exchanged, 1);
	assert_int_equal(guest->tot_pages, 64);
	assert_ptr_equal(page_owner(mfn_to_page(mfn_from(first))), NULL);
}

static void exchange_of_mapped_or_foreign_frames_changes_nothing(void **state)
{
	struct page *page;

	fixture_act_as(guest);
	lists_exchange(32, 0, 2, 4);
	page = mfn_to_page(mfn_from(lists->frames[20]));
	assert_true(page_get(page, guest));
	/* The first chunk is done, the second isn't begun. */
	assert_int_equal(lists_run(XENMEM_exchange, NULL), -EINVAL);
	assert_int_equal(lists->x.nr_exchanged, 16);
	assert_int_equal(guest->tot_pages, 32);
	assert_int_equal(lists->out[1], 0x9010);
	page_put(page);
	lists->x.nr_exchanged = 16;
	lists->frames[31] = virt_to_mfn(guest).n;
	assert_int_equal(lists_run(XENMEM_exchange, NULL), -EINVAL);
	/* No memory for the new block. */
	lists->frames[31] = lists->frames[30];
	assert_int_equal(lists_run(XENMEM_exchange, NULL), -EINVAL);
	lists->x.out.mem_flags = XENMEMF_address_bits(20);
	lists->x.nr_exchanged = 16;
	lists->frames[31] = lists->frames[16];
	assert_int_equal(lists_run(XENMEM_exchange, NULL), -EINVAL);
	assert_int_equal(guest->tot_pages, 32);
	assert_true(fixture_is_consistent());
}

static void hostile_exchanges_are_refused(void **state)
{
	struct xen_memory_exchange good;

	fixture_act_as(guest);
	lists_exchange(4, 0, 1, 2);
	good = lists->x;
#define REFUSED_AS(error, change)                                             \
	do {                                                                  \
		lists->x = good;                                              \
		change;                                                       \
		assert_int_equal(lists_run(XENMEM_exchange, NULL), -(error)); \
		assert_int_equal(guest->tot_pages, 4);                        \
	} while (0)
	REFUSED_AS(EINVAL, lists->x.nr_exchanged = 5);
	REFUSED_AS(EINVAL, lists->x.out.domid = 5);
	REFUSED_AS(EINVAL, lists->x.in.nr_extents = 3);
	REFUSED_AS(EINVAL, (lists->x.in.nr_extents = 1UL << 62, lists->x.in.extent_order = 2));
	REFUSED_AS(EPERM, lists->x.in.extent_order = 10);
	REFUSED_AS(EPERM, lists->x.out.extent_order = UINT32_MAX);
	REFUSED_AS(EFAULT, lists->x.in.extent_start = HV_VIRT_START);
	REFUSED_AS(EFAULT, lists->x.out.extent_start = 0x800000000000);
	REFUSED_AS(EFAULT, lists->x.out.extent_start = 0x10000);
	REFUSED_AS(EPERM, lists->x.in.domid = lists->x.out.domid = 6);
	REFUSED_AS(ESRCH, lists->x.in.domid = lists->x.out.domid = 77);
	REFUSED_AS(ENOMEM, lists->x.out.mem_flags = XENMEMF_address_bits(20));
	lists->x = good;
	assert_int_equal(hypercall_memory_op(XENMEM_exchange | 1 << 6, (uint64_t)lists), -EINVAL);
	assert_int_equal(hypercall_memory_op(XENMEM_exchange, 16), -EFAULT);
	assert_int_equal(lists_run(XENMEM_exchange, NULL), 0);
}

static void an_exchange_cannot_pass_the_limit(void **state)
{
	fixture_act_as(guest);
	guest->max_pages = 16;
	lists_exchange(16, 0, 1, 4);
	assert_int_equal(lists_run(XENMEM_exchange, NULL), 0);
	assert_int_equal(guest->tot_pages, 16);
	assert_null(heap_alloc_domain(guest, 0, HEAP_FLAG_DEFAULT));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, lists_setup, lists_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(populate_gives_frames_and_writes_both_tables),
		TEST(increase_needs_no_list_and_decrease_takes_it_back),
		TEST(the_limit_ends_the_call_part_way),
		TEST(hostile_reservations_do_nothing),
		TEST(lists_that_fault_leave_nothing_behind),
		TEST(decrease_refuses_what_is_not_the_guests),
		TEST(the_control_domain_acts_for_others),
		TEST(large_extents_wait_for_wiped_memory),
		TEST(exchange_makes_memory_contiguous_and_back),
		TEST(exchange_of_mapped_or_foreign_frames_changes_nothing),
		TEST(hostile_exchanges_are_refused),
		TEST(an_exchange_cannot_pass_the_limit),
	};

	fixture_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
