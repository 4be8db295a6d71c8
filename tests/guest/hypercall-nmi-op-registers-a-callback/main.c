/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The old nmi_op: registers a handler on vcpu 0, unregisters, refuses the rest. */
#include "abi/nmi.h"
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/trap.h"

void test_main(void)
{
	struct xen_xennmi_callback callback = {.handler_address = (uint64_t)nmi_entry};

	CHECK_EQUAL(hypercall(__HYPERVISOR_nmi_op, XENNMI_register_callback, (uint64_t)&callback, 0,
			      0, 0),
		    0);
	CHECK_EQUAL(hypercall(__HYPERVISOR_nmi_op, XENNMI_unregister_callback, 0, 0, 0, 0), 0);
	CHECK_EQUAL(hypercall(__HYPERVISOR_nmi_op, 9, 0, 0, 0, 0), -XEN_ENOSYS);
	callback.handler_address = 0x1234567812345678;
	CHECK_EQUAL(hypercall(__HYPERVISOR_nmi_op, XENNMI_register_callback, (uint64_t)&callback, 0,
			      0, 0),
		    -XEN_EINVAL);
}
