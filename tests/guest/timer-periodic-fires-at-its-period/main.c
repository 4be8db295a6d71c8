/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VCPUOP_set_periodic_timer: ticks come at the period until stopped; tiny periods are refused. */
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/time.h"

static long set(uint64_t period)
{
	struct xen_vcpu_set_periodic_timer timer = {.period_ns = period};

	return hypercall_vcpu_op(VCPUOP_set_periodic_timer, 0, &timer);
}

void test_main(void)
{
	uint32_t port = (uint32_t)event_bind_virq(VIRQ_TIMER, 0);
	uint64_t start = time_ns();
	uint32_t count;

	CHECK_EQUAL(set(1000), -XEN_EINVAL);
	CHECK_EQUAL(set(~0ull), -XEN_EINVAL);
	CHECK_EQUAL(set(10 * MILLISECOND), 0);
	event_delivery_on();
	CHECK(event_wait(port, 5, 10 * SECOND));
	CHECK(time_ns() - start >= 35 * MILLISECOND);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL), 0);
	event_wait(port, ~0u, 5 * MILLISECOND);
	count = event_count(port);
	CHECK(!event_wait(port, count + 1, 50 * MILLISECOND));
}
