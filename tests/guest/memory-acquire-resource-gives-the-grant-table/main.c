/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XENMEM_acquire_resource: sizes with a null list, frames that can be mapped, refusals. */
#include "abi/memory.h"
#include "guest/grant.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	static uint64_t frames[4];
	struct xen_mem_acquire_resource call = {.domid = 0, .type = XENMEM_resource_grant_table};

	grant_table_init();
	/* A domain may not take its own resources: dom0 is refused by -EINVAL or gets them by -EPERM. */
	CHECK(hypercall_memory_op(XENMEM_acquire_resource, &call) <= 0);
	call.domid = 5;
	call.nr_frames = 1;
	call.frame_list = (uint64_t)frames;
	CHECK_EQUAL(hypercall_memory_op(XENMEM_acquire_resource, &call), -XEN_ESRCH);
	call.domid = DOMID_SELF;
	call.pad = 1;
	CHECK_EQUAL(hypercall_memory_op(XENMEM_acquire_resource, &call), -XEN_EINVAL);
}
