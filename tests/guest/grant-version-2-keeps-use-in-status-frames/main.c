/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Version 2: 16-byte entries; reading and writing show in the status frames, not in the entry. */
#include "abi/grant_table.h"
#include "guest/grant.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

#define ADDRESS 0x200000000000ul
#define STATUS_ADDRESS 0x200000200000ul

void test_main(void)
{
	union xen_grant_entry_v2 *table = (union xen_grant_entry_v2 *)grant_table_init();
	struct xen_gnttab_set_version version = {.version = 2};
	uint64_t status_frame = 0;
	struct xen_gnttab_get_status_frames frames = {
		.nr_frames = 1, .dom = DOMID_SELF, .frame_list = (uint64_t)&status_frame};
	volatile uint16_t *status = (uint16_t *)STATUS_ADDRESS;
	volatile uint64_t *page = page_alloc(1);
	struct xen_gnttab_map_grant_ref map;

	REQUIRE_EQUAL(hypercall_grant_table_op(GNTTABOP_set_version, &version, 1), 0);
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_get_status_frames, &frames, 1), 0);
	REQUIRE_EQUAL(frames.status, GNTST_okay);
	map_at(STATUS_ADDRESS, pte_make(status_frame, PTE_DATA));
	map_tables(ADDRESS);
	table[20].full_page.frame = mfn_of(page);
	table[20].full_page.hdr.domid = 0;
	barrier();
	table[20].full_page.hdr.flags = GTF_permit_access;
	map = grant_map(ADDRESS, 20, GNTMAP_host_map);
	REQUIRE_EQUAL(map.status, GNTST_okay);
	CHECK_EQUAL(status[20], GTF_reading | GTF_writing);
	CHECK_EQUAL(table[20].hdr.flags, GTF_permit_access);
	*(volatile uint64_t *)ADDRESS = 3;
	CHECK_EQUAL(*page, 3);
	CHECK_EQUAL(grant_unmap(ADDRESS, map.handle), GNTST_okay);
	CHECK_EQUAL(status[20], 0);
	table[21].sub_page.frame = mfn_of(page);
	table[21].sub_page.length = 64;
	barrier();
	table[21].hdr.flags = GTF_permit_access | GTF_sub_page;
	CHECK(grant_map(ADDRESS, 21, GNTMAP_host_map).status < 0);
}
