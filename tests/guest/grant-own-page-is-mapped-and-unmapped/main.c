/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A page granted to ourselves is mapped at another address, counted in the entry, and unmapped. */
#include "abi/grant_table.h"
#include "guest/grant.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"

#define ADDRESS 0x200000000000ul

void test_main(void)
{
	struct xen_grant_entry_v1 *table = grant_table_init();
	volatile uint64_t *page = page_alloc(1);
	struct xen_gnttab_map_grant_ref map;

	map_tables(ADDRESS);
	grant_give(20, mfn_of(page), 0);
	map = grant_map(ADDRESS, 20, GNTMAP_host_map);
	REQUIRE_EQUAL(map.status, GNTST_okay);
	CHECK_EQUAL(map.dev_bus_addr >> PAGE_SHIFT, mfn_of(page));
	CHECK_EQUAL(table[20].flags & (GTF_reading | GTF_writing), GTF_reading | GTF_writing);
	*(volatile uint64_t *)ADDRESS = 0x1234;
	CHECK_EQUAL(*page, 0x1234);
	CHECK_EQUAL(grant_unmap(ADDRESS, map.handle), GNTST_okay);
	CHECK(probe_read((void *)ADDRESS, NULL, NULL));
	CHECK_EQUAL(table[20].flags & (GTF_reading | GTF_writing), 0);
	CHECK_EQUAL(grant_unmap(ADDRESS, map.handle), GNTST_bad_handle);
	CHECK_EQUAL(page_set_flags(page, PTE_READ_ONLY), 0);
	CHECK_EQUAL(mmuext(MMUEXT_PIN_L1_TABLE, mfn_of(page), 0), 0);
}
