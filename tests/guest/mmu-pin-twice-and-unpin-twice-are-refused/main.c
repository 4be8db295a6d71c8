/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table is pinned once, and unpinned once. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	uint64_t mfn = mfn_of(table_alloc());

	CHECK_EQUAL(mmuext(MMUEXT_UNPIN_TABLE, mfn, 0), -XEN_EINVAL);
	CHECK_EQUAL(mmuext(MMUEXT_PIN_L1_TABLE, mfn, 0), 0);
	CHECK_EQUAL(mmuext(MMUEXT_PIN_L1_TABLE, mfn, 0), -XEN_EINVAL);
	CHECK_EQUAL(mmuext(MMUEXT_UNPIN_TABLE, mfn, 0), 0);
	CHECK_EQUAL(mmuext(MMUEXT_UNPIN_TABLE, mfn, 0), -XEN_EINVAL);
	CHECK_EQUAL(mmuext(MMUEXT_PIN_L1_TABLE, mfn, 0), 0);
	CHECK_EQUAL(mmuext(MMUEXT_UNPIN_TABLE, mfn, 0), 0);
}
