/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See lists.h. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "lists.h"
#include "hv/heap.h"

struct guest_lists *const lists = (void *)window;

_Static_assert(sizeof(struct guest_lists) <= WINDOW_BYTES, "window");

int lists_setup(void **state)
{
	fixture_clear();
	lists->r.extent_start = (uint64_t)lists->frames;
	lists->r.domid = DOMID_SELF;
	return 0;
}

int lists_teardown(void **state)
{
	fixture_preempt(false);
	fixture_act_as(control);
	assert_true(fixture_is_consistent());
	fixture_clear();
	assert_int_equal(heap_nr_free_pages(), free_at_start);
	return 0;
}

int64_t lists_run(uint32_t operation, unsigned int *nr_calls)
{
	return fixture_memory_op(operation, lists, nr_calls);
}

void lists_populate(uint64_t nr, unsigned int order)
{
	lists->r.nr_extents = nr;
	lists->r.extent_order = order;
	for (uint64_t i = 0; i < nr; i++)
		lists->frames[i] = 0x1000 + (i << order);
	assert_int_equal(lists_run(XENMEM_populate_physmap, NULL), nr);
}

void lists_exchange(uint64_t in_nr, unsigned int in_order, uint64_t out_nr, unsigned int out_order)
{
	lists->r.domid = DOMID_SELF;
	lists_populate(in_nr, in_order);
	memset(&lists->x, 0, sizeof(lists->x));
	lists->x.in.extent_start = (uint64_t)lists->frames;
	lists->x.in.nr_extents = in_nr;
	lists->x.in.extent_order = in_order;
	lists->x.in.domid = DOMID_SELF;
	lists->x.out = lists->x.in;
	lists->x.out.extent_start = (uint64_t)lists->out;
	lists->x.out.nr_extents = out_nr;
	lists->x.out.extent_order = out_order;
	for (uint64_t i = 0; i < out_nr; i++)
		lists->out[i] = 0x9000 + (i << out_order);
}
