/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The old number 16 takes the command inside its argument, or is absent. */
#include "abi/event_channel.h"
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/test.h"

void test_main(void)
{
	struct xen_evtchn_op call = {.cmd = EVTCHNOP_alloc_unbound};
	long result;

	call.u.alloc_unbound.dom = DOMID_SELF;
	call.u.alloc_unbound.remote_dom = DOMID_SELF;
	result = hypercall(__HYPERVISOR_event_channel_op_compat, (uint64_t)&call, 0, 0, 0, 0);
	if (result == -XEN_ENOSYS)
		test_finish();
	CHECK_EQUAL(result, 0);
	CHECK(call.u.alloc_unbound.port > 0);
	CHECK_EQUAL(event_close(call.u.alloc_unbound.port), 0);
	call.cmd = 99;
	CHECK(hypercall(__HYPERVISOR_event_channel_op_compat, (uint64_t)&call, 0, 0, 0, 0) < 0);
}
