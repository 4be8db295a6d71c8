/* SPDX-License-Identifier: GPL-2.0-or-later */
/* decrease_reservation takes an unmapped page, populate_physmap gives one at a pfn of ours. */
#include "abi/memory.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

static long reserve(uint64_t command, uint64_t *extent)
{
	struct xen_memory_reservation call = {
		.extent_start = (uint64_t)extent, .nr_extents = 1, .domid = DOMID_SELF};

	return hypercall_memory_op(command, &call);
}

static long current(void)
{
	struct xen_memory_domain call = {.domid = DOMID_SELF};

	return hypercall_memory_op(XENMEM_current_reservation, &call);
}

void test_main(void)
{
	volatile uint64_t *page = page_alloc(1);
	uint64_t mfn = mfn_of(page), pfn = pfn_of(page), extent = mfn;
	long before = current();

	*page = 5;
	/* A page that is still mapped is only freed with its last mapping. */
	REQUIRE_EQUAL(hypercall_update_va_mapping((uint64_t)page, 0, UVMF_INVLPG), 0);
	CHECK_EQUAL(reserve(XENMEM_decrease_reservation, &extent), 1);
	CHECK_EQUAL(current(), before - 1);
	CHECK_EQUAL(hypercall_update_va_mapping((uint64_t)page, pte_make(mfn, PTE_DATA), 0),
		    -XEN_EBUSY);
	extent = mfn;
	CHECK_EQUAL(reserve(XENMEM_decrease_reservation, &extent), 0);
	extent = pfn;
	CHECK_EQUAL(reserve(XENMEM_populate_physmap, &extent), 1);
	CHECK_EQUAL(current(), before);
	CHECK_EQUAL(mfn_to_pfn(extent), pfn);
	CHECK_EQUAL(hypercall_update_va_mapping((uint64_t)page, pte_make(extent, PTE_DATA), 0), 0);
	*page = 6;
}
