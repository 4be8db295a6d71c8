/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A frame that nothing maps goes to a domain, here back to its own, by an entry that accepts it; what is in it stays. */
#include "abi/grant_table.h"
#include "abi/memory.h"
#include "guest/grant.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

#define REF 20

static int transfer(uint64_t mfn)
{
	struct xen_gnttab_transfer call = {.mfn = mfn, .domid = 0, .ref = REF};

	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_transfer, &call, 1), 0);
	return call.status;
}

void test_main(void)
{
	struct xen_grant_entry_v1 *table = grant_table_init();
	uint64_t *page = page_alloc(1), mfn = mfn_of(page), freed = mfn_of(page_alloc(1));
	struct xen_memory_reservation give = {
		.extent_start = (uint64_t)&freed, .nr_extents = 1, .domid = DOMID_SELF};

	/* Room for one more while it is on its way. */
	REQUIRE_EQUAL(hypercall_memory_op(XENMEM_decrease_reservation, &give), 1);
	page[3] = 0x1234;
	CHECK_EQUAL(transfer(mfn), GNTST_bad_page);
	REQUIRE_EQUAL(hypercall_update_va_mapping((uint64_t)page, 0, UVMF_INVLPG), 0);
	CHECK_EQUAL(transfer(mfn), GNTST_general_error);
	table[REF].domid = 0;
	barrier();
	table[REF].flags = GTF_accept_transfer;
	CHECK_EQUAL(transfer(mfn), GNTST_okay);
	CHECK_EQUAL(table[REF].flags,
		    GTF_accept_transfer | GTF_transfer_committed | GTF_transfer_completed);
	CHECK_EQUAL(table[REF].frame, mfn);
	REQUIRE_EQUAL(hypercall_update_va_mapping((uint64_t)page, pte_make(mfn, PTE_DATA), 0), 0);
	CHECK_EQUAL(page[3], 0x1234);
	CHECK_EQUAL(mfn_to_pfn(mfn), ~0ul);
}
