/* SPDX-License-Identifier: GPL-2.0-or-later */
/* alloc_unbound, bind_interdomain and close between two ports of one domain, seen by status. */
#include "abi/event_channel.h"
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/test.h"

static struct xen_evtchn_status status_of(uint32_t port)
{
	struct xen_evtchn_status status = {.dom = DOMID_SELF, .port = port};

	CHECK_EQUAL(hypercall_event_channel_op(EVTCHNOP_status, &status), 0);
	return status;
}

void test_main(void)
{
	long left = event_alloc_unbound(DOMID_SELF, DOMID_SELF), right;
	struct xen_evtchn_status status;

	REQUIRE(left > 0);
	status = status_of((uint32_t)left);
	CHECK_EQUAL(status.status, EVTCHNSTAT_unbound);
	CHECK_EQUAL(status.u.unbound.dom, 0);
	right = event_bind_interdomain(DOMID_SELF, (uint32_t)left);
	REQUIRE(right > 0 && right != left);
	status = status_of((uint32_t)left);
	CHECK_EQUAL(status.status, EVTCHNSTAT_interdomain);
	CHECK_EQUAL(status.u.interdomain.dom, 0);
	CHECK_EQUAL(status.u.interdomain.port, right);
	CHECK_EQUAL(status.vcpu, 0);
	CHECK_EQUAL(event_close((uint32_t)right), 0);
	CHECK_EQUAL(status_of((uint32_t)right).status, EVTCHNSTAT_closed);
	CHECK_EQUAL(status_of((uint32_t)left).status, EVTCHNSTAT_unbound);
	CHECK_EQUAL(event_close((uint32_t)left), 0);
	CHECK_EQUAL(status_of((uint32_t)left).status, EVTCHNSTAT_closed);
	CHECK_EQUAL(event_alloc_unbound(DOMID_SELF, DOMID_SELF), left);
}
