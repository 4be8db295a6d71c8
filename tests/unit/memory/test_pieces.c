/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Extents and exchanges that go in pieces, and what becomes of those that are left half way. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fixture.h"
#include "hv/errno.h"
#include "hv/handlers.h"
#include "hv/heap.h"

#define NR_LISTED 2048

/* The guest's memory: the operation's struct, and two lists. */
static struct {
	union {
		struct xen_memory_reservation r;
		struct xen_memory_exchange x;
	};
	uint64_t frames[NR_LISTED];
	uint64_t out[NR_LISTED];
} *const g = (void *)window;

_Static_assert(sizeof(*g) <= WINDOW_BYTES, "window");

static int setup(void **state)
{
	fixture_clear();
	g->r.extent_start = (uint64_t)g->frames;
	g->r.domid = DOMID_SELF;
	return 0;
}

static int teardown(void **state)
{
	fixture_preempt(false);
	fixture_act_as(control);
	assert_true(fixture_is_consistent());
	fixture_clear();
	assert_int_equal(heap_nr_free_pages(), free_at_start);
	return 0;
}

static int64_t run(uint32_t operation, unsigned int *nr_calls)
{
	return fixture_memory_op(operation, g, nr_calls);
}

static void populate(uint64_t nr, unsigned int order)
{
	g->r.nr_extents = nr;
	g->r.extent_order = order;
	for (uint64_t i = 0; i < nr; i++)
		g->frames[i] = 0x1000 + (i << order);
	assert_int_equal(run(XENMEM_populate_physmap, NULL), nr);
}

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

	g->r.nr_extents = 1;
	g->r.extent_order = 11;
	g->frames[0] = 0x1000;
	fixture_preempt(true);
	assert_int_equal(run(XENMEM_populate_physmap, &nr_calls), 1);
	assert_true(nr_calls >= 4);
	check_extent_is_the_controls(g->frames[0], 11);
	assert_int_equal(control->tot_pages, 2048);
	assert_int_equal(run(XENMEM_decrease_reservation, &nr_calls), 1);
	assert_true(nr_calls >= 4);
	assert_int_equal(control->tot_pages, 0);
	assert_null(control->vcpu[0]->large_extent);
}

/* The first call of several. */
static void begin_large_extent(void)
{
	g->r.nr_extents = 1;
	g->r.extent_order = 11;
	g->frames[0] = 0x1000;
	while (heap_scrub_step())
		;
	fixture_preempt(true);
	assert_int_equal(hypercall_memory_op(XENMEM_populate_physmap, (uint64_t)g), -ERESTART);
	assert_non_null(control->vcpu[0]->large_extent);
	assert_int_equal(control->tot_pages, 512);
}

static void a_large_extent_left_half_way_is_taken_back(void **state)
{
	begin_large_extent();
	g->r.extent_order = 0;
	assert_int_equal(run(XENMEM_populate_physmap, NULL), 1);
	assert_null(control->vcpu[0]->large_extent);
	assert_int_equal(control->tot_pages, 1);
}

static void a_large_extent_that_meets_the_limit_is_taken_back(void **state)
{
	uint32_t before = control->max_pages;

	begin_large_extent();
	control->max_pages = 1000;
	assert_int_equal(run(XENMEM_populate_physmap, NULL), 0);
	control->max_pages = before;
	assert_int_equal(control->tot_pages, 0);
	assert_null(control->vcpu[0]->large_extent);
}

static void a_large_extent_with_another_list_is_taken_back(void **state)
{
	begin_large_extent();
	g->r.extent_start = (uint64_t)window + WINDOW_BYTES;
	assert_int_equal(run(XENMEM_populate_physmap, NULL), 0);
	assert_int_equal(control->tot_pages, 0);
}

static void exchange_setup(uint64_t in_nr, unsigned int in_order, uint64_t out_nr,
			   unsigned int out_order)
{
	g->r.domid = DOMID_SELF;
	populate(in_nr, in_order);
	memset(&g->x, 0, sizeof(g->x));
	g->x.in.extent_start = (uint64_t)g->frames;
	g->x.in.nr_extents = in_nr;
	g->x.in.extent_order = in_order;
	g->x.in.domid = DOMID_SELF;
	g->x.out = g->x.in;
	g->x.out.extent_start = (uint64_t)g->out;
	g->x.out.nr_extents = out_nr;
	g->x.out.extent_order = out_order;
	for (uint64_t i = 0; i < out_nr; i++)
		g->out[i] = 0x9000 + (i << out_order);
}

/* The frames of a chunk that was begun are the guest's again before its next exchange, and before its end. */
static void an_exchange_left_half_way_is_taken_back(void **state)
{
	fixture_act_as(guest);
	guest->max_pages = 1024;
	exchange_setup(1024, 0, 2, 9);
	fixture_preempt(true);
	assert_int_equal(hypercall_memory_op(XENMEM_exchange, (uint64_t)g), -ERESTART);
	assert_non_null(guest->vcpu[0]->exchange);
	assert_int_equal(guest->page_list.nr_pages, 1024 - 256);
	g->x.in.nr_extents = 512;
	g->x.out.nr_extents = 1;
	assert_int_equal(run(XENMEM_exchange, NULL), 0);
	assert_null(guest->vcpu[0]->exchange);
	assert_int_equal(guest->tot_pages, 1024);
	assert_int_equal(guest->page_list.nr_pages, 1024);
	g->x.nr_exchanged = 512;
	g->x.in.nr_extents = 1024;
	g->x.out.nr_extents = 2;
	assert_int_equal(hypercall_memory_op(XENMEM_exchange, (uint64_t)g), -ERESTART);
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
	exchange_setup(1, 9, 512, 0);
	fixture_preempt(true);
	/* Until the new frames are given one by one. */
	while (!g->x.nr_exchanged && g->out[0] == 0x9000 && nr_calls++ < 2048)
		assert_int_equal(hypercall_memory_op(XENMEM_exchange, (uint64_t)g), -ERESTART);
	assert_int_equal(g->x.nr_exchanged, 0);
	assert_int_not_equal(g->out[0], 0x9000);
	fixture_act_as(control);
	fake_guest_access_hook = access_count;
	nr_writes = 0;
	while (memory_module_registration->relinquish(guest) == -ERESTART)
		;
	fake_guest_access_hook = NULL;
	assert_null(guest->vcpu[0]->exchange);
	assert_int_equal(nr_writes, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

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
