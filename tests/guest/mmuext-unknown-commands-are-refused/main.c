/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands without a meaning are refused and the count says where; superpage marks are gone. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	struct xen_mmuext_op operations[3] = {
		{.cmd = MMUEXT_TLB_FLUSH_LOCAL},
		{.cmd = 14},
		{.cmd = MMUEXT_TLB_FLUSH_LOCAL},
	};
	uint32_t done = 99;

	CHECK_EQUAL(mmuext(14, 0, 0), -XEN_ENOSYS);
	CHECK_EQUAL(mmuext(21, 0, 0), -XEN_ENOSYS);
	CHECK_EQUAL(mmuext(0x7fffffff, 0, 0), -XEN_ENOSYS);
	CHECK_EQUAL(mmuext(MMUEXT_MARK_SUPER, mfn_of(page_alloc(1)), 0), -XEN_EOPNOTSUPP);
	CHECK_EQUAL(mmuext(MMUEXT_UNMARK_SUPER, mfn_of(page_alloc(1)), 0), -XEN_EOPNOTSUPP);
	CHECK_EQUAL(hypercall_mmuext_op(operations, 3, &done, DOMID_SELF), -XEN_ENOSYS);
	CHECK_EQUAL(done, 1);
	CHECK_EQUAL(hypercall_mmuext_op(operations, 0, &done, DOMID_SELF), 0);
	CHECK_EQUAL(done, 0);
	CHECK_EQUAL(hypercall_mmuext_op(operations, 1, &done, 77), -XEN_ESRCH);
}
