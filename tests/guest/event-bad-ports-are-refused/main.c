/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Port 0, closed, unallocated and absurd ports: every operation refuses them. */
#include "abi/event_channel.h"
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/test.h"

static long set_vcpu(uint32_t port, uint32_t vcpu)
{
	struct xen_evtchn_bind_vcpu call = {.port = port, .vcpu = vcpu};

	return hypercall_event_channel_op(EVTCHNOP_bind_vcpu, &call);
}

void test_main(void)
{
	static const uint32_t ports[] = {0, 77, 4095, 4096, 0x1ffff, 0x20000, 0x80000000, ~0u};

	for (unsigned int i = 0; i < ARRAY_SIZE(ports); i++) {
		struct xen_evtchn_status status = {.dom = DOMID_SELF, .port = ports[i]};

		CHECK_EQUAL(event_send(ports[i]), -XEN_EINVAL);
		CHECK_EQUAL(event_close(ports[i]), -XEN_EINVAL);
		CHECK_EQUAL(set_vcpu(ports[i], 0), -XEN_EINVAL);
		CHECK_EQUAL(event_bind_interdomain(DOMID_SELF, ports[i]), -XEN_EINVAL);
		if (ports[i] > 4096)
			CHECK_EQUAL(hypercall_event_channel_op(EVTCHNOP_status, &status),
				    -XEN_EINVAL);
		if (ports[i] > 4096)
			CHECK_EQUAL(event_unmask(ports[i]), -XEN_EINVAL);
	}
	CHECK_EQUAL(hypercall_event_channel_op(15, NULL), -XEN_ENOSYS);
	CHECK_EQUAL(hypercall_event_channel_op(~0u, NULL), -XEN_ENOSYS);
}
