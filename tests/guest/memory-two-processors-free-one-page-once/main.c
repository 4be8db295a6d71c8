/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Both vcpus give the same page back at once: one of them does, and the count drops by one. */
#include "abi/memory.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/vcpu.h"

#define PAGES 100

static uint64_t frames[PAGES];
static uint32_t gate, given[2], finished;

static void give_all(void)
{
	unsigned int id = vcpu_current()->id;

	for (unsigned int i = 0; i < PAGES; i++) {
		struct xen_memory_reservation call = {
			.extent_start = (uint64_t)&frames[i], .nr_extents = 1, .domid = DOMID_SELF};

		__atomic_fetch_add(&gate, 1, __ATOMIC_SEQ_CST);
		while (read_once(gate) < 2 * (i + 1))
			cpu_relax();
		given[id] += (uint32_t)hypercall_memory_op(XENMEM_decrease_reservation, &call);
	}
	__atomic_fetch_add(&finished, 1, __ATOMIC_SEQ_CST);
}

static void run(void *argument)
{
	give_all();
	for (;;)
		hypercall_sched_op(SCHEDOP_yield, NULL);
}

void test_main(void)
{
	struct xen_memory_domain self = {.domid = DOMID_SELF};
	char *pages = page_alloc(PAGES);
	long before;
	uint64_t end;

	for (unsigned int i = 0; i < PAGES; i++) {
		frames[i] = mfn_of(pages + i * PAGE_SIZE);
		REQUIRE_EQUAL(hypercall_update_va_mapping((uint64_t)pages + i * PAGE_SIZE, 0,
							  UVMF_INVLPG),
			      0);
	}
	vcpu_start(1, run, NULL);
	before = hypercall_memory_op(XENMEM_current_reservation, &self);
	give_all();
	end = time_ns() + 20 * SECOND;
	while (read_once(finished) < 2 && time_ns() < end)
		hypercall_sched_op(SCHEDOP_yield, NULL);
	CHECK_EQUAL(finished, 2);
	printf("%u and %u given\n", given[0], given[1]);
	CHECK_EQUAL(before - hypercall_memory_op(XENMEM_current_reservation, &self), PAGES);
}
