/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VCPUOP_set_singleshot_timer: fires once, -ETIME for the past when asked, can be stopped. */
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/time.h"

static long set(uint64_t when, uint32_t flags)
{
	struct xen_vcpu_set_singleshot_timer timer = {.timeout_abs_ns = when, .flags = flags};

	return hypercall_vcpu_op(VCPUOP_set_singleshot_timer, 0, &timer);
}

void test_main(void)
{
	uint32_t port;

	hypercall_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
	port = (uint32_t)event_bind_virq(VIRQ_TIMER, 0);
	event_delivery_on();
	CHECK_EQUAL(set(time_ns() + 5 * MILLISECOND, 0), 0);
	CHECK(event_wait(port, 1, 5 * SECOND));
	CHECK_EQUAL(set(1, 0), 0);
	CHECK(event_wait(port, 2, 5 * SECOND));
	CHECK_EQUAL(set(time_ns() + 20 * MILLISECOND, 0), 0);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_stop_singleshot_timer, 0, NULL), 0);
	CHECK(!event_wait(port, 3, 60 * MILLISECOND));
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_set_singleshot_timer, 9, &port), -XEN_ENOENT);
}
