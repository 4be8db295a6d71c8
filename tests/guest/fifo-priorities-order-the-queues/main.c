/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FIFO: set_priority moves a port to its queue; ready bits and order follow; bad values are refused. */
#include "abi/event_channel.h"
#include "guest/event.h"
#include "guest/fifo.h"
#include "guest/hypercall.h"
#include "guest/test.h"

static long set_priority(uint32_t port, uint32_t priority)
{
	struct xen_evtchn_set_priority call = {.port = port, .priority = priority};

	return hypercall_event_channel_op(EVTCHNOP_set_priority, &call);
}

void test_main(void)
{
	uint32_t left[3], right[3];

	fifo_init();
	for (unsigned int i = 0; i < 3; i++) {
		event_pair(&left[i], &right[i]);
		fifo_clear(right[i]);
	}
	event_delivery_on();
	event_delivery_off();
	CHECK_EQUAL(set_priority(right[0], EVTCHN_FIFO_PRIORITY_MIN), 0);
	CHECK_EQUAL(set_priority(right[1], EVTCHN_FIFO_PRIORITY_MAX), 0);
	CHECK_EQUAL(set_priority(right[2], 16), -XEN_EINVAL);
	CHECK_EQUAL(set_priority(100, 1), -XEN_EINVAL);
	for (unsigned int i = 0; i < 3; i++)
		CHECK_EQUAL(event_send(left[i]), 0);
	CHECK_EQUAL(fifo_ready(), 1u << 15 | 1u << 7 | 1u << 0);
	CHECK_EQUAL(fifo_take(), right[1]);
	CHECK_EQUAL(fifo_take(), right[2]);
	CHECK_EQUAL(fifo_take(), right[0]);
	CHECK_EQUAL(fifo_take(), 0);
}
