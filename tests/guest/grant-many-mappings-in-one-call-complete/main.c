/* SPDX-License-Identifier: GPL-2.0-or-later */
/* 200 maps and unmaps by one call each, of the same reference: all counted, all released. */
#include "abi/grant_table.h"
#include "guest/grant.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

#define COUNT 200
#define ADDRESS 0x200000000000ul

static struct xen_gnttab_map_grant_ref maps[COUNT];
static struct xen_gnttab_unmap_grant_ref unmaps[COUNT];

void test_main(void)
{
	struct xen_grant_entry_v1 *table = grant_table_init();

	map_tables(ADDRESS);
	grant_give(20, mfn_of(page_alloc(1)), 0);
	for (unsigned int i = 0; i < COUNT; i++) {
		maps[i] = (struct xen_gnttab_map_grant_ref){
			.host_addr = ADDRESS + i * PAGE_SIZE,
			.flags = GNTMAP_host_map | (i & 1 ? GNTMAP_readonly : 0),
			.ref = 20,
			.dom = 0,
		};
	}
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_map_grant_ref, maps, COUNT), 0);
	for (unsigned int i = 0; i < COUNT; i++) {
		CHECK_EQUAL(maps[i].status, GNTST_okay);
		unmaps[i].host_addr = maps[i].host_addr;
		unmaps[i].handle = maps[i].handle;
	}
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, unmaps, COUNT / 2), 0);
	CHECK_EQUAL(table[20].flags & (GTF_reading | GTF_writing), GTF_reading | GTF_writing);
	CHECK_EQUAL(
		hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, unmaps + COUNT / 2, COUNT / 2),
		0);
	for (unsigned int i = 0; i < COUNT; i++)
		CHECK_EQUAL(unmaps[i].status, GNTST_okay);
	CHECK_EQUAL(table[20].flags & (GTF_reading | GTF_writing), 0);
}
