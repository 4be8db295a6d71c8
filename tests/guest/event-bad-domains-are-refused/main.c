/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Domains that do not exist: -ESRCH from every call that names one. */
#include "abi/event_channel.h"
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/test.h"

void test_main(void)
{
	static const uint16_t domains[] = {1, 0x7fef, 0x7ff1, 0x7ff4, 0x7fff};

	for (unsigned int i = 0; i < ARRAY_SIZE(domains); i++) {
		struct xen_evtchn_status status = {.dom = domains[i], .port = 1};
		struct xen_evtchn_reset reset = {.dom = domains[i]};

		CHECK_EQUAL(event_alloc_unbound(domains[i], DOMID_SELF), -XEN_ESRCH);
		CHECK_EQUAL(event_bind_interdomain(domains[i], 1), -XEN_ESRCH);
		CHECK_EQUAL(hypercall_event_channel_op(EVTCHNOP_status, &status), -XEN_ESRCH);
		CHECK_EQUAL(hypercall_event_channel_op(EVTCHNOP_reset, &reset), -XEN_ESRCH);
	}
}
