/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SCHEDOP_block unmasks upcalls, sleeps until the timer, and the callback has run when it returns. */
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/time.h"

void test_main(void)
{
	uint64_t start;
	long port;

	hypercall_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
	port = event_bind_virq(VIRQ_TIMER, 0);
	start = time_ns();
	REQUIRE(port > 0);
	CHECK_EQUAL(hypercall_set_timer_op(start + 20 * MILLISECOND), 0);
	CHECK_EQUAL(shared_info->vcpu_info[0].evtchn_upcall_mask, 1);
	while (event_count((uint32_t)port) == 0 && time_ns() < start + 5 * SECOND)
		CHECK_EQUAL(hypercall_sched_op(SCHEDOP_block, NULL), 0);
	CHECK_EQUAL(shared_info->vcpu_info[0].evtchn_upcall_mask, 0);
	CHECK_EQUAL(event_count((uint32_t)port), 1);
	CHECK(time_ns() >= start + 20 * MILLISECOND);
}
