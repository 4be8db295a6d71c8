/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MMUEXT_NEW_USER_BASEPTR holds its table, refuses others, and 0 drops it. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	uint64_t *user = table_alloc();

	CHECK_EQUAL(mmuext(MMUEXT_NEW_USER_BASEPTR, mfn_of(user), 0), 0);
	CHECK_EQUAL(page_set_flags(user, PTE_DATA), -XEN_EBUSY);
	CHECK(mmuext(MMUEXT_NEW_USER_BASEPTR, mfn_of(page_alloc(1)), 0) < 0);
	CHECK(mmuext(MMUEXT_NEW_USER_BASEPTR, 0xfffffffff, 0) < 0);
	CHECK_EQUAL(page_set_flags(user, PTE_DATA), -XEN_EBUSY);
	CHECK_EQUAL(mmuext(MMUEXT_NEW_USER_BASEPTR, 0, 0), 0);
	CHECK_EQUAL(page_set_flags(user, PTE_DATA), 0);
}
