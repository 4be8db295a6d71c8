/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GNTTABOP_swap_grant_ref exchanges two idle entries and refuses one that is mapped. */
#include "abi/grant_table.h"
#include "guest/grant.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

#define ADDRESS 0x200000000000ul

static int swap(uint32_t left, uint32_t right)
{
	struct xen_gnttab_swap_grant_ref call = {.ref_a = left, .ref_b = right};

	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_swap_grant_ref, &call, 1), 0);
	return call.status;
}

void test_main(void)
{
	struct xen_grant_entry_v1 *table = grant_table_init();
	uint64_t mfn = mfn_of(page_alloc(1));

	map_tables(ADDRESS);
	grant_give(20, mfn, GTF_readonly);
	CHECK_EQUAL(swap(20, 21), GNTST_okay);
	CHECK_EQUAL(table[20].flags, 0);
	CHECK_EQUAL(table[21].flags, GTF_permit_access | GTF_readonly);
	CHECK_EQUAL(table[21].frame, mfn);
	REQUIRE_EQUAL(grant_map(ADDRESS, 21, GNTMAP_host_map | GNTMAP_readonly).status, GNTST_okay);
	CHECK_EQUAL(swap(20, 21), GNTST_eagain);
	CHECK_EQUAL(swap(21, 21), GNTST_okay);
}
