/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of grants and reservations. */
#include "abi/memory.h"
#include "bench.h"
#include "guest/grant.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/time.h"

#define ADDRESS 0x200000400000ul
#define REF 20
#define COPIES 8

void bench_grant_maps(void)
{
	struct xen_gnttab_map_grant_ref map = {
		.host_addr = ADDRESS, .flags = GNTMAP_host_map, .ref = REF};
	struct xen_gnttab_unmap_grant_ref unmap = {.host_addr = ADDRESS};

	grant_table_init();
	map_tables(ADDRESS);
	grant_give(REF, mfn_of(page_alloc(1)), 0);
	if (!bench_expect("grant map", hypercall_grant_table_op(GNTTABOP_map_grant_ref, &map, 1),
			  0))
		return;
	unmap.handle = map.handle;
	if (!bench_expect("grant unmap",
			  hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, &unmap, 1), 0))
		return;
	BENCH_PAIR("grant map", hypercall_grant_table_op(GNTTABOP_map_grant_ref, &map, 1),
		   "grant unmap", unmap.handle = map.handle;
		   hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, &unmap, 1));
	CHECK_EQUAL(map.status, GNTST_okay);
	CHECK_EQUAL(unmap.status, GNTST_okay);
}

void bench_grant_copies(void)
{
	static struct xen_gnttab_copy copies[COPIES];
	char *pages = page_alloc(COPIES + 1);

	grant_table_init();
	grant_give(REF, mfn_of(pages + COPIES * PAGE_SIZE), 0);
	for (unsigned int i = 0; i < COPIES; i++) {
		copies[i].source.u.ref = REF;
		copies[i].source.domid = 0;
		copies[i].dest.u.gmfn = mfn_of(pages + i * PAGE_SIZE);
		copies[i].dest.domid = DOMID_SELF;
		copies[i].len = 64;
		copies[i].flags = GNTCOPY_source_gref;
	}
	BENCH_CALL("grant copy 64 bytes", 0, hypercall_grant_table_op(GNTTABOP_copy, copies, 1), );
	CHECK_EQUAL(copies[0].status, GNTST_okay);
	for (unsigned int i = 0; i < COPIES; i++)
		copies[i].len = PAGE_SIZE;
	BENCH_CALL("grant copy 8 pages", 0,
		   hypercall_grant_table_op(GNTTABOP_copy, copies, COPIES), );
	CHECK_EQUAL(copies[COPIES - 1].status, GNTST_okay);
}

void bench_reservation(void)
{
	void *page = page_alloc(1);
	uint64_t extent = mfn_of(page), pfn = pfn_of(page);
	struct xen_memory_reservation give = {
		.extent_start = (uint64_t)&extent, .nr_extents = 1, .domid = DOMID_SELF};

	hypercall_update_va_mapping((uint64_t)page, 0, UVMF_INVLPG);
	BENCH_CALL("give a page back and take one", 1,
		   hypercall_memory_op(XENMEM_decrease_reservation, &give), extent = pfn;
		   hypercall_memory_op(XENMEM_populate_physmap, &give));
	CHECK_EQUAL(mfn_to_pfn(extent), pfn);
}
