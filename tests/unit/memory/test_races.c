/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memory_op while another vcpu of the guest, played by the hook of guest accesses, does its worst in between. */
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

#define NR_LISTED 64
/* As a type word it would be a page table in use. */
#define EVIL_NUMBER (PAGE_TYPE_L1 | PAGE_TYPE_VALIDATED | 5)

static struct {
	union {
		struct xen_memory_reservation r;
		struct xen_memory_exchange x;
	};
	uint64_t frames[NR_LISTED];
	uint64_t out[NR_LISTED];
} *const g = (void *)window;

static struct page *moved;

static int setup(void **state)
{
	fixture_clear();
	fixture_act_as(guest);
	g->r.extent_start = (uint64_t)g->frames;
	g->r.domid = DOMID_SELF;
	return 0;
}

static int teardown(void **state)
{
	fixture_clear();
	assert_int_equal(heap_nr_free_pages(), free_at_start);
	return 0;
}

/* The frame that the guest is about to be told of is given back and becomes the other domain's. */
static void frame_changes_hands(uint64_t address, size_t bytes, bool write)
{
	struct page *page = page_list_first(&guest->page_list);

	if (!write || moved || !page)
		return;
	moved = page;
	page_put_allocated(page);
	other->max_pages = END_FRAME;
	while (page_owner(page) != other)
		assert_non_null(heap_alloc_domain(other, 0, HEAP_FLAG_DEFAULT));
}

static void a_frame_that_changed_hands_is_not_taken_from_its_new_owner(void **state)
{
	g->r.extent_start = UINT64_MAX - 4095;
	g->r.nr_extents = 1;
	moved = NULL;
	fake_guest_access_hook = frame_changes_hands;
	assert_int_equal(fixture_memory_op(XENMEM_increase_reservation, g, NULL), 0);
	fake_guest_access_hook = NULL;
	assert_non_null(moved);
	assert_ptr_equal(page_owner(moved), other);
	assert_int_equal(moved->count_info & (PAGE_ALLOCATED | PAGE_COUNT_MASK),
			 PAGE_ALLOCATED | 1);
}

static void types_are_looked_at(uint64_t address, size_t bytes, bool write)
{
	for (uint64_t n = FIRST_FRAME; n < END_FRAME; n++)
		assert_int_not_equal(mfn_to_page(mfn_from(n))->type_info, EVIL_NUMBER);
}

static void a_guests_number_is_never_a_type_of_a_frame(void **state)
{
	g->r.nr_extents = 1;
	g->r.extent_order = 2;
	g->frames[0] = 0x1000;
	assert_int_equal(fixture_memory_op(XENMEM_populate_physmap, g, NULL), 1);
	memset(&g->x, 0, sizeof(g->x));
	g->x.in.extent_start = (uint64_t)g->frames;
	g->x.in.nr_extents = 1;
	g->x.in.extent_order = 2;
	g->x.in.domid = DOMID_SELF;
	g->x.out = g->x.in;
	g->x.out.extent_start = (uint64_t)g->out;
	g->x.out.nr_extents = 4;
	g->x.out.extent_order = 0;
	for (unsigned int i = 0; i < 4; i++)
		g->out[i] = EVIL_NUMBER;
	fake_guest_access_hook = types_are_looked_at;
	assert_int_equal(fixture_memory_op(XENMEM_exchange, g, NULL), 0);
	assert_int_equal(m2p_get(mfn_from(g->out[0])), EVIL_NUMBER);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_frame_that_changed_hands_is_not_taken_from_its_new_owner),
		TEST(a_guests_number_is_never_a_type_of_a_frame),
	};

	fixture_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
