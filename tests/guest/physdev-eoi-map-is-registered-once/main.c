/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pirq_eoi_gmfn: a frame of ours is taken once; others are refused. */
#include "abi/physdev.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	struct xen_physdev_pirq_eoi_gmfn call = {.gmfn = 0xfffffffff};
	char *page = page_alloc(1);

	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_pirq_eoi_gmfn_v2, &call), -XEN_EINVAL);
	call.gmfn = mfn_of(table_alloc());
	REQUIRE_EQUAL(mmuext(MMUEXT_PIN_L1_TABLE, call.gmfn, 0), 0);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_pirq_eoi_gmfn_v2, &call), -XEN_EINVAL);
	call.gmfn = mfn_of(page);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_pirq_eoi_gmfn_v2, &call), 0);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_pirq_eoi_gmfn_v2, &call), -XEN_EBUSY);
}
