/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Extents and exchanges that go in pieces, and what becomes of those that are left half way. */
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

static void check_extent_is_the_controls(uint64_t first, unsigned int order)
{
	for (uint64_t i = 0; i < 1UL << order; i++) {
		assert_ptr_equal(page_owner(mfn_to_page(mfn_from(first + i))), control);
		assert_int_equal(m2p_get(mfn_from(first + i)), 0x1000 + i);
	}
}

static void large_extents_are_given_and_taken_in_pieces(void **state)
{
	unsigned int nr_calls;

	lists->r.nr_extents = 1;
	lists->r.extent_order = 11;
	lists->frames[0] = 0x1000;
	fixture_preempt(true);
	assert_int_equal(lists_run(XENMEM_populate_physmap, &nr_calls), 1);
	assert_true(nr_calls >= 4);
	check_extent_is_the_controls(lists->frames[0], 11);
	assert_int_equal(control->tot_pages, 2048);
	assert_int_equal(lists_run(XENMEM_decrease_reservation, &nr_calls), 1);
	assert_true(nr_calls >= 4);
	assert_int_equal(control->tot_pages, 0);
	assert_null(control->vcpu[0]->large_extent);
}

/* The first call of several. */
static void begin_large_extent(void)
{
	lists->r.nr_extents = 1;
	lists->r.extent_order = 11;
	lists->frames[0] = 0x1000;
	while (heap_scrub_step())
		;
	fixture_preempt(true);
	assert_int_equal(hypercall_memory_op(XENMEM_populate_physmap, (uint64_t)lists), -ERESTART);
	assert_non_null(control->vcpu[0]->large_extent);
	assert_int_equal(control->tot_pages, 512);
}

static void a_large_extent_left_half_way_is_taken_back(void **state)
{
	begin_large_extent();
	lists->r.extent_order = 0;
	assert_int_equal(lists_run(XENMEM_populate_physmap, NULL), 1);
	assert_null(control->vcpu[0]->large_extent);
	assert_int_equal(control->tot_pages, 1);
}

static void a_large_extent_that_meets_the_limit_is_taken_back(void **state)
{
	uint32_t before = control->max_pages;

	begin_large_extent();
	control->max_pages = 1000;
	assert_int_equal(lists_run(XENMEM_populate_physmap, NULL), 0);
	control->max_pages = before;
	assert_int_equal(control->tot_pages, 0);
	assert_null(control->vcpu[0]->large_extent);
}

static void a_large_extent_with_another_list_is_taken_back(void **state)
{
	begin_large_extent();
	lists->r.extent_start = (uint64_t)window + WINDOW_BYTES;
	assert_int_equal(lists_run(XENMEM_populate_physmap, NULL), 0);
	assert_int_equal(control->tot_pages, 0);
}

/* The frames of a chunk that was begun are the guest's again before its next exchange, and before its end. */
static void an_exchange_left_half_way_is_taken_back(void **state)
{
	fixture_act_as(guest);
	guest->max_pages = 1024;
	lists_exchange(1024, 0, 2, 9);
	fixture_preempt(true);
	assert_int_equal(hypercall_memory_op(XENMEM_exchange, (uint64_t)lists), -ERESTART);
	assert_non_null(guest->vcpu[0]->exchange);
	assert_int_equal(guest->page_list.nr_pages, 1024 - 256);
	lists->x.in.nr_extents = 512;
	lists->x.out.nr_extents = 1;
	assert_int_equal(lists_run(XENMEM_exchange, NULL), 0);
	assert_null(guest->vcpu[0]->exchange);
	assert_int_equal(guest->tot_pages, 1024);
	assert_int_equal(guest->page_list.nr_pages, 1024);
	lists->x.nr_exchanged = 512;
	lists->x.in.nr_extents = 1024;
	lists->x.out.nr_extents = 2;
	assert_int_equal(hypercall_memory_op(XENMEM_exchange, (uint64_t)lists), -ERESTART);
	while (memory_module_registration->relinquish(guest) == -ERESTART)
		;
	assert_null(guest->vcpu[0]->exchange);
	assert_int_equal(guest->page_list.nr_pages, 1024);
}

static unsigned int nr_writes;

static void access_count(uint64_t address, size_t bytes, bool writes)
{
	nr_writes += writes;
}

/* Addresses that a dying guest named for its list are the memory of who destroys it by then. */
static void an_exchange_that_the_end_completes_writes_to_nobodys_memory(void **state)
{
	unsigned int nr_calls = 0;

	fixture_act_as(guest);
	guest->max_pages = 1024;
	lists_exchange(1, 9, 512, 0);
	fixture_preempt(true);
	/* Until the new frames are given one by one. */
	while (!lists->x.nr_exchanged && lists->out[0] == 0x9000 && nr_calls++ < 2048)
		assert_int_equal(hypercall_memory_op(XENMEM_exchange, (uint64_t)lists), -ERESTART);
	assert_int_equal(lists->x.nr_exchanged, 0);
	assert_int_not_equal(lists->out[0], 0x9000);
	fixture_act_as(control);
	fake_guest_access_hook = access_count;
	nr_writes = 0;
	while (memory_module_registration->relinquish(guest) == -ERESTART)
		;
	fake_guest_access_hook = NULL;
	assert_null(guest->vcpu[0]->exchange);
	assert_int_equal(nr_writes, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, lists_setup, lists_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(large_extents_are_given_and_taken_in_pieces),
		TEST(a_large_extent_left_half_way_is_taken_back),
		TEST(a_large_extent_that_meets_the_limit_is_taken_back),
		TEST(a_large_extent_with_another_list_is_taken_back),
		TEST(an_exchange_left_half_way_is_taken_back),
		TEST(an_exchange_that_the_end_completes_writes_to_nobodys_memory),
	};

	fixture_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
