/* SPDX-License-Identifier: GPL-2.0-or-later */
/* EVTCHNOP_reset on ourselves closes all ports and VIRQs. */
#include "abi/event_channel.h"
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/test.h"

void test_main(void)
{
	struct xen_evtchn_reset reset = {.dom = DOMID_SELF};
	uint32_t left, right;

	event_pair(&left, &right);
	CHECK(event_bind_virq(VIRQ_TIMER, 0) > 0);
	CHECK_EQUAL(hypercall_event_channel_op(EVTCHNOP_reset, &reset), 0);
	CHECK_EQUAL(event_send(left), -XEN_EINVAL);
	CHECK_EQUAL(event_close(right), -XEN_EINVAL);
	CHECK(event_bind_virq(VIRQ_TIMER, 0) > 0);
	event_pair(&left, &right);
	event_delivery_on();
	CHECK_EQUAL(event_send(left), 0);
	CHECK_EQUAL(event_count(right), 1);
}
