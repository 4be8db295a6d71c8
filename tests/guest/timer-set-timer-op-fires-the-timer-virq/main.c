/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HYPERVISOR_set_timer_op: fires once at the time, at once for the past, never for 0. */
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/time.h"

void test_main(void)
{
	uint32_t port;
	uint64_t start;

	hypercall_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
	port = (uint32_t)event_bind_virq(VIRQ_TIMER, 0);
	event_delivery_on();
	start = time_ns();
	CHECK_EQUAL(hypercall_set_timer_op(start + 10 * MILLISECOND), 0);
	CHECK(event_wait(port, 1, 5 * SECOND));
	CHECK(time_ns() >= start + 10 * MILLISECOND);
	CHECK_EQUAL(hypercall_set_timer_op(1), 0);
	CHECK(event_wait(port, 2, 5 * SECOND));
	CHECK_EQUAL(hypercall_set_timer_op(time_ns() + 20 * MILLISECOND), 0);
	CHECK_EQUAL(hypercall_set_timer_op(0), 0);
	CHECK(!event_wait(port, 3, 60 * MILLISECOND));
}
