/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Map: not granted, out of range, to another domain, bad domain, bad flags, bad frame, bad address. */
#include "abi/grant_table.h"
#include "guest/grant.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

#define ADDRESS 0x200000000000ul

static int map_of(uint16_t domain, uint32_t ref)
{
	struct xen_gnttab_map_grant_ref map = {
		.host_addr = ADDRESS, .flags = GNTMAP_host_map, .ref = ref, .dom = domain};

	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_map_grant_ref, &map, 1), 0);
	return map.status;
}

void test_main(void)
{
	struct xen_grant_entry_v1 *table = grant_table_init();

	map_tables(ADDRESS);
	CHECK_EQUAL(map_of(0, 30), GNTST_general_error);
	CHECK_EQUAL(map_of(0, 0x1000000), GNTST_bad_gntref);
	CHECK_EQUAL(map_of(0, ~0u), GNTST_bad_gntref);
	CHECK_EQUAL(map_of(5, 20), GNTST_bad_domain);
	CHECK_EQUAL(map_of(DOMID_SELF, 20), GNTST_bad_domain);
	grant_give(20, mfn_of(page_alloc(1)), 0);
	table[20].domid = 5;
	CHECK_EQUAL(map_of(0, 20), GNTST_general_error);
	table[20].domid = 0;
	table[20].flags = GTF_accept_transfer;
	CHECK_EQUAL(map_of(0, 20), GNTST_general_error);
	grant_give(20, 0xfffffff, 0);
	CHECK(map_of(0, 20) < 0);
	grant_give(20, mfn_of(page_alloc(1)), 0);
	CHECK_EQUAL(grant_map(ADDRESS, 20, 0).status, GNTST_bad_gntref);
	CHECK_EQUAL(grant_map(0x300000000000, 20, GNTMAP_host_map).status, GNTST_general_error);
	CHECK(grant_map(0xffff830000000000, 20, GNTMAP_host_map).status < 0);
	CHECK_EQUAL(table[20].flags & (GTF_reading | GTF_writing), 0);
	CHECK_EQUAL(map_of(0, 20), GNTST_okay);
}
