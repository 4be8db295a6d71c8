/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All memory that the hypervisor leaves to guests, taken by this one. */
#include "abi/memory.h"
#include "bench.h"
#include "guest/hypercall.h"
#include "guest/test.h"

#define LARGE_ORDER 9
#define BATCH 512

/* Takes until nothing of that size is left. The frames stay unused, hence no list of them. */
static void take_all(unsigned int order)
{
	struct xen_memory_reservation more = {
		.nr_extents = BATCH, .extent_order = order, .domid = DOMID_SELF};

	while (hypercall_memory_op(XENMEM_increase_reservation, &more) > 0)
		;
}

void bench_memory(void)
{
	uint16_t self = DOMID_SELF;
	long pages;

	take_all(LARGE_ORDER);
	take_all(0);
	pages = hypercall_memory_op(XENMEM_current_reservation, &self);
	if (pages < 0)
		printf("bench refused: memory of guests gives %ld\n", pages);
	else
		printf("bench: memory of guests = %ld.0\n", pages);
}
