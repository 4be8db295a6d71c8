/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SCHEDOP_poll: pending port returns at once, timeout ends the wait, bad arguments are refused. */
#include "abi/event_channel.h"
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/time.h"

static uint32_t ports[200];

static long poll(uint32_t count, uint64_t timeout)
{
	struct xen_sched_poll call = {
		.ports = (uint64_t)ports, .nr_ports = count, .timeout = timeout};

	return hypercall_sched_op(SCHEDOP_poll, &call);
}

void test_main(void)
{
	uint32_t left, right;
	uint64_t start;

	event_pair(&left, &right);
	event_mask(right);
	ports[0] = right;
	start = time_ns();
	CHECK_EQUAL(poll(1, start + 20 * MILLISECOND), 0);
	CHECK(time_ns() >= start + 20 * MILLISECOND);
	CHECK(time_ns() < start + 5 * SECOND);
	CHECK_EQUAL(event_send(left), 0);
	start = time_ns();
	CHECK_EQUAL(poll(1, start + 10 * SECOND), 0);
	CHECK(time_ns() < start + 5 * SECOND);
	CHECK_EQUAL(poll(1, 1), 0);
	CHECK_EQUAL(poll(129, 1), -XEN_EINVAL);
	ports[0] = 1000000;
	event_clear(right);
	CHECK_EQUAL(poll(1, time_ns() + MILLISECOND), -XEN_EINVAL);
	ports[0] = right;
	ports[1] = left;
	CHECK_EQUAL(poll(2, time_ns() + MILLISECOND), 0);
	CHECK_EQUAL(poll(0, time_ns() + MILLISECOND), 0);
}
