/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GNTMAP_contains_pte: host_addr is the machine address of an L1 entry. */
#include "abi/grant_table.h"
#include "guest/grant.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

#define ADDRESS 0x200000000000ul

void test_main(void)
{
	volatile uint64_t *page = page_alloc(1);
	struct xen_gnttab_map_grant_ref map;
	uint64_t entry;

	grant_table_init();
	entry = maddr_of(map_tables(ADDRESS));
	grant_give(20, mfn_of(page), 0);
	map = grant_map(entry, 20, GNTMAP_host_map | GNTMAP_contains_pte);
	REQUIRE_EQUAL(map.status, GNTST_okay);
	*(volatile uint64_t *)ADDRESS = 9;
	CHECK_EQUAL(*page, 9);
	CHECK_EQUAL(grant_unmap(entry, map.handle), GNTST_okay);
	map = grant_map(maddr_of(page), 20, GNTMAP_host_map | GNTMAP_contains_pte);
	CHECK(map.status < 0);
	map = grant_map(0x7ffffff000, 20, GNTMAP_host_map | GNTMAP_contains_pte);
	CHECK(map.status < 0);
}
