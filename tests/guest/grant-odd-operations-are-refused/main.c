/* SPDX-License-Identifier: GPL-2.0-or-later */
/* transfer, unmap_and_replace, swap, dump and cache flush with bad arguments: the ABI's refusals. */
#include "abi/grant_table.h"
#include "guest/grant.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	struct xen_gnttab_transfer transfer = {.mfn = mfn_of(page_alloc(1)), .domid = 5};
	struct xen_gnttab_unmap_and_replace replace = {.host_addr = 0x1000, .handle = 999};
	struct xen_gnttab_swap_grant_ref swap = {.ref_a = 20, .ref_b = 0x1000000};
	struct xen_gnttab_cache_flush flush = {
		.a.dev_bus_addr = 0x7ffffff000, .length = 64, .op = GNTTAB_CACHE_CLEAN};

	grant_table_init();
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_transfer, &transfer, 1), 0);
	/* The page is still mapped. */
	CHECK_EQUAL(transfer.status, GNTST_bad_page);
	transfer.domid = DOMID_SELF;
	transfer.mfn = 0xfffffffff;
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_transfer, &transfer, 1), 0);
	CHECK(transfer.status < 0);
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_unmap_and_replace, &replace, 1), 0);
	CHECK_EQUAL(replace.status, GNTST_bad_handle);
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_swap_grant_ref, &swap, 1), 0);
	CHECK_EQUAL(swap.status, GNTST_bad_gntref);
	CHECK(hypercall_grant_table_op(GNTTABOP_cache_flush, &flush, 1) < 0);
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_map_grant_ref, (void *)0x7000dead0000, 1),
		    -XEN_EFAULT);
}
