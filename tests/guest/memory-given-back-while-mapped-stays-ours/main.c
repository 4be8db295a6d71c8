/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A page in use as a table or mapped elsewhere is not lost by decrease_reservation until its last use. */
#include "abi/memory.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

static long give(uint64_t mfn)
{
	struct xen_memory_reservation call = {
		.extent_start = (uint64_t)&mfn, .nr_extents = 1, .domid = DOMID_SELF};

	return hypercall_memory_op(XENMEM_decrease_reservation, &call);
}

void test_main(void)
{
	volatile uint64_t *page = page_alloc(1);
	uint64_t mfn = mfn_of(page);

	*page = 123;
	CHECK_EQUAL(give(mfn), 1);
	CHECK_EQUAL(*page, 123);
	*page = 124;
	CHECK_EQUAL(*page, 124);
	/* A second time changes nothing, whatever the count says. */
	CHECK(give(mfn) <= 1);
	CHECK_EQUAL(*page, 124);
	CHECK_EQUAL(hypercall_update_va_mapping((uint64_t)page, 0, UVMF_INVLPG), 0);
	CHECK(hypercall_update_va_mapping((uint64_t)page, pte_make(mfn, PTE_DATA), 0) < 0);
}
