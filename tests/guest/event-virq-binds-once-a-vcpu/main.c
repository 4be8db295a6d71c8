/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Per-vcpu VIRQs bind on each vcpu once; global ones on vcpu 0; bad numbers and vcpus are refused. */
#include "abi/event_channel.h"
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/test.h"

void test_main(void)
{
	struct xen_evtchn_status status = {.dom = DOMID_SELF};
	long port = event_bind_virq(VIRQ_TIMER, 0);

	REQUIRE(port > 0);
	status.port = (uint32_t)port;
	CHECK_EQUAL(hypercall_event_channel_op(EVTCHNOP_status, &status), 0);
	CHECK_EQUAL(status.status, EVTCHNSTAT_virq);
	CHECK_EQUAL(status.u.virq, VIRQ_TIMER);
	CHECK_EQUAL(event_bind_virq(VIRQ_TIMER, 0), -XEN_EEXIST);
	CHECK(event_bind_virq(VIRQ_DEBUG, 0) > 0);
	CHECK(event_bind_virq(VIRQ_CONSOLE, 0) > 0);
	CHECK_EQUAL(event_bind_virq(NR_VIRQS, 0), -XEN_EINVAL);
	CHECK_EQUAL(event_bind_virq(~0u, 0), -XEN_EINVAL);
	CHECK_EQUAL(event_bind_virq(VIRQ_DEBUG, 9), -XEN_ENOENT);
	CHECK_EQUAL(event_send((uint32_t)port), -XEN_EINVAL);
	CHECK_EQUAL(event_close((uint32_t)port), 0);
	CHECK(event_bind_virq(VIRQ_TIMER, 0) > 0);
}
