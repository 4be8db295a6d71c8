/* SPDX-License-Identifier: GPL-2.0-or-later */
/* increase_reservation hands out new frames, up to the maximum, and counts them. */
#include "abi/memory.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

#define COUNT 8

static long reserve(uint64_t command, uint64_t *extents, uint64_t count, uint32_t order)
{
	struct xen_memory_reservation call = {.extent_start = (uint64_t)extents,
					      .nr_extents = count,
					      .extent_order = order,
					      .domid = DOMID_SELF};

	return hypercall_memory_op(command, &call);
}

void test_main(void)
{
	struct xen_memory_domain self = {.domid = DOMID_SELF};
	static uint64_t extents[COUNT];
	long before = hypercall_memory_op(XENMEM_current_reservation, &self);
	long given;

	for (unsigned int i = 0; i < COUNT; i++)
		extents[i] = mfn_of(page_alloc(1));
	for (unsigned int i = 0; i < COUNT; i++)
		REQUIRE_EQUAL(
			hypercall_update_va_mapping(
				VIRT_BASE + (mfn_to_pfn(extents[i]) << PAGE_SHIFT), 0, UVMF_INVLPG),
			0);
	CHECK_EQUAL(reserve(XENMEM_decrease_reservation, extents, COUNT, 0), COUNT);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_current_reservation, &self), before - COUNT);
	memset(extents, 0, sizeof(extents));
	given = reserve(XENMEM_increase_reservation, extents, COUNT, 0);
	CHECK_EQUAL(given, COUNT);
	for (unsigned int i = 0; i < COUNT; i++)
		CHECK(extents[i] != 0);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_current_reservation, &self), before);
	CHECK_EQUAL(reserve(XENMEM_increase_reservation, extents, 0, 0), 0);
	CHECK_EQUAL(reserve(XENMEM_increase_reservation, extents, 1, 40), 0);
	CHECK_EQUAL(reserve(XENMEM_decrease_reservation, extents, 1, 40), 0);
}
