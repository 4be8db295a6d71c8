/* SPDX-License-Identifier: GPL-2.0-or-later */
/* EVTCHNOP_bind_pirq: lines beyond the domain's are -EINVAL, lines not set up are refused. */
#include "abi/event_channel.h"
#include "guest/hypercall.h"
#include "guest/test.h"

static long bind(uint32_t pirq, uint32_t flags)
{
	struct xen_evtchn_bind_pirq call = {.pirq = pirq, .flags = flags};

	return hypercall_event_channel_op(EVTCHNOP_bind_pirq, &call);
}

void test_main(void)
{
	CHECK_EQUAL(bind(0x7fffffff, 0), -XEN_EINVAL);
	CHECK_EQUAL(bind(~0u, 0), -XEN_EINVAL);
	CHECK_EQUAL(bind(5000, BIND_PIRQ__WILL_SHARE), -XEN_EINVAL);
}
