/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A read-only grant gives a read-only mapping, and none that asks for more. */
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
	uint64_t value = 0;

	*page = 77;
	map_tables(ADDRESS);
	grant_give(20, mfn_of(page), GTF_readonly);
	map = grant_map(ADDRESS, 20, GNTMAP_host_map);
	CHECK_EQUAL(map.status, GNTST_general_error);
	CHECK_EQUAL(table[20].flags & (GTF_reading | GTF_writing), 0);
	map = grant_map(ADDRESS, 20, GNTMAP_host_map | GNTMAP_readonly);
	REQUIRE_EQUAL(map.status, GNTST_okay);
	CHECK_EQUAL(table[20].flags & (GTF_reading | GTF_writing), GTF_reading);
	CHECK(!probe_read((void *)ADDRESS, &value, NULL));
	CHECK_EQUAL(value, 77);
	CHECK(probe_write((void *)ADDRESS, 78, NULL));
	CHECK_EQUAL(*page, 77);
	CHECK_EQUAL(grant_unmap(ADDRESS, map.handle), GNTST_okay);
}
