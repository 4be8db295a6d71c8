/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XENMEM_exchange: eight single pages for one run of eight, at the pfn given; bad requests refused. */
#include "abi/memory.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

#define COUNT 8

static void unmap(char *pages)
{
	for (unsigned int i = 0; i < COUNT; i++)
		REQUIRE_EQUAL(hypercall_update_va_mapping((uint64_t)pages + i * PAGE_SIZE, 0,
							  UVMF_INVLPG),
			      0);
}

void test_main(void)
{
	char *pages = page_alloc(COUNT);
	uint64_t in[COUNT], out = pfn_of(pages);
	struct xen_memory_exchange call = {
		.in = {.extent_start = (uint64_t)in, .nr_extents = COUNT, .domid = DOMID_SELF},
		.out = {.extent_start = (uint64_t)&out,
			.nr_extents = 1,
			.extent_order = 3,
			.domid = DOMID_SELF},
	};

	for (unsigned int i = 0; i < COUNT; i++)
		in[i] = mfn_of(pages + i * PAGE_SIZE);
	unmap(pages);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_exchange, &call), 0);
	CHECK_EQUAL(call.nr_exchanged, COUNT);
	CHECK_EQUAL(out & (COUNT - 1), 0);
	for (unsigned int i = 0; i < COUNT; i++) {
		CHECK_EQUAL(mfn_to_pfn(out + i), pfn_of(pages) + i);
		CHECK_EQUAL(hypercall_update_va_mapping((uint64_t)pages + i * PAGE_SIZE,
							pte_make(out + i, PTE_DATA), 0),
			    0);
	}
	memset(pages, 1, COUNT * PAGE_SIZE);
	/* The old frames are gone: to give them again fails, and says how far it came. */
	out = pfn_of(pages);
	call.nr_exchanged = 0;
	CHECK(hypercall_memory_op(XENMEM_exchange, &call) < 0);
	CHECK_EQUAL(call.nr_exchanged, 0);
	call.out.nr_extents = 2;
	CHECK_EQUAL(hypercall_memory_op(XENMEM_exchange, &call), -XEN_EINVAL);
	call.out.nr_extents = 1;
	call.nr_exchanged = COUNT + 1;
	CHECK_EQUAL(hypercall_memory_op(XENMEM_exchange, &call), -XEN_EINVAL);
	call.nr_exchanged = 0;
	call.out.domid = 5;
	CHECK_EQUAL(hypercall_memory_op(XENMEM_exchange, &call), -XEN_EINVAL);
}
