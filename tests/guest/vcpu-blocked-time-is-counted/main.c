/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A sleep in SCHEDOP_block shows as time in RUNSTATE_blocked, in the registered area too. */
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/time.h"

void test_main(void)
{
	struct xen_vcpu_runstate_info *area = page_alloc(1);
	struct xen_vcpu_register_runstate_memory_area call = {.addr.v = (uint64_t)area};
	uint64_t before, start;

	hypercall_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
	REQUIRE(event_bind_virq(VIRQ_TIMER, 0) > 0);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_register_runstate_memory_area, 0, &call), 0);
	before = area->time[RUNSTATE_blocked];
	start = time_ns();
	/* Long, as an emulator that stands still before the first block eats into it. */
	hypercall_set_timer_op(start + 200 * MILLISECOND);
	while (time_ns() < start + 200 * MILLISECOND)
		hypercall_sched_op(SCHEDOP_block, NULL);
	CHECK(area->time[RUNSTATE_blocked] - before >= 100 * MILLISECOND);
	CHECK_EQUAL(area->state, RUNSTATE_running);
}
