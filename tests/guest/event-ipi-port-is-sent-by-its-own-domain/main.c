/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An IPI port delivers to the vcpu that it is bound to; its vcpu cannot be changed. */
#include "abi/event_channel.h"
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/test.h"

void test_main(void)
{
	struct xen_evtchn_status status = {.dom = DOMID_SELF};
	struct xen_evtchn_bind_vcpu move = {.vcpu = 0};
	long port = event_bind_ipi(0);

	REQUIRE(port > 0);
	status.port = move.port = (uint32_t)port;
	CHECK_EQUAL(hypercall_event_channel_op(EVTCHNOP_status, &status), 0);
	CHECK_EQUAL(status.status, EVTCHNSTAT_ipi);
	CHECK_EQUAL(hypercall_event_channel_op(EVTCHNOP_bind_vcpu, &move), -XEN_EINVAL);
	CHECK_EQUAL(event_bind_ipi(9), -XEN_ENOENT);
	event_clear((uint32_t)port);
	event_delivery_on();
	CHECK_EQUAL(event_send((uint32_t)port), 0);
	CHECK_EQUAL(event_count((uint32_t)port), 1);
}
