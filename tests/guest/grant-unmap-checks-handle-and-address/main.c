/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unmap: unknown handles, a wrong address, a mapping replaced by the guest: refused, nothing lost. */
#include "abi/grant_table.h"
#include "guest/grant.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

#define ADDRESS 0x200000000000ul

void test_main(void)
{
	struct xen_grant_entry_v1 *table = grant_table_init();
	struct xen_gnttab_map_grant_ref map;

	map_tables(ADDRESS);
	map_at(ADDRESS + PAGE_SIZE, pte_make(mfn_of(page_alloc(1)), PTE_DATA));
	grant_give(20, mfn_of(page_alloc(1)), 0);
	map = grant_map(ADDRESS, 20, GNTMAP_host_map);
	REQUIRE_EQUAL(map.status, GNTST_okay);
	CHECK_EQUAL(grant_unmap(ADDRESS, map.handle + 1), GNTST_bad_handle);
	CHECK_EQUAL(grant_unmap(ADDRESS, ~0u), GNTST_bad_handle);
	CHECK(grant_unmap(ADDRESS + PAGE_SIZE, map.handle) < 0);
	CHECK(grant_unmap(ADDRESS + 2 * PAGE_SIZE, map.handle) < 0);
	CHECK_EQUAL(table[20].flags & (GTF_reading | GTF_writing), GTF_reading | GTF_writing);
	CHECK_EQUAL(grant_unmap(ADDRESS, map.handle), GNTST_okay);
	CHECK_EQUAL(table[20].flags & (GTF_reading | GTF_writing), 0);
}
