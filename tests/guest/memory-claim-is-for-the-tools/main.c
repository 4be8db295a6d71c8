/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XENMEM_claim_pages checks its arguments: order, flags, domain. */
#include "abi/memory.h"
#include "guest/hypercall.h"
#include "guest/test.h"

void test_main(void)
{
	struct xen_memory_reservation call = {.nr_extents = 1, .domid = 5};

	CHECK_EQUAL(hypercall_memory_op(XENMEM_claim_pages, &call), -XEN_EINVAL);
	call.domid = DOMID_SELF;
	call.extent_order = 1;
	CHECK_EQUAL(hypercall_memory_op(XENMEM_claim_pages, &call), -XEN_EINVAL);
	call.extent_order = 0;
	call.mem_flags = 1;
	CHECK_EQUAL(hypercall_memory_op(XENMEM_claim_pages, &call), -XEN_EINVAL);
}
