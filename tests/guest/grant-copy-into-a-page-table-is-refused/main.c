/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A copy never writes into a frame in use as a page table. */
#include "abi/grant_table.h"
#include "guest/grant.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	uint64_t *table = table_alloc();
	struct xen_gnttab_copy call = {.len = 8};

	grant_table_init();
	REQUIRE_EQUAL(mmuext(MMUEXT_PIN_L1_TABLE, mfn_of(table), 0), 0);
	call.source.domid = call.dest.domid = DOMID_SELF;
	call.source.u.gmfn = mfn_of(page_alloc(1));
	call.dest.u.gmfn = mfn_of(table);
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_copy, &call, 1), 0);
	CHECK_EQUAL(call.status, GNTST_general_error);
	grant_give(20, mfn_of(table), 0);
	call.dest.u.ref = 20;
	call.flags = GNTCOPY_dest_gref;
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_copy, &call, 1), 0);
	CHECK_EQUAL(call.status, GNTST_general_error);
}
