/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest's memory of tests that give and take frames: the operation's struct, and two lists. */
#ifndef TEST_MEMORY_LISTS_H
#define TEST_MEMORY_LISTS_H

#include "fixture.h"

#define NR_LISTED 2048

struct guest_lists {
	union {
		struct xen_memory_reservation r;
		struct xen_memory_exchange x;
	};
	uint64_t frames[NR_LISTED];
	uint64_t out[NR_LISTED];
};

/* In the window. */
extern struct guest_lists *const lists;

/* Of a test: the struct is for an operation of the caller's own on frames[]. */
int lists_setup(void **state);
/* Nothing may be missing. */
int lists_teardown(void **state);
int64_t lists_run(uint32_t operation, unsigned int *nr_calls);
/* All of nr extents must come. */
void lists_populate(uint64_t nr, unsigned int order);
/* An exchange of in_nr extents, populated here, for out_nr: the struct is set up. */
void lists_exchange(uint64_t in_nr, unsigned int in_order, uint64_t out_nr, unsigned int out_order);

#endif
