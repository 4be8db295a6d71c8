/* SPDX-License-Identifier: GPL-2.0-or-later */
/* current, maximum reservation, maximum RAM page, maximum gpfn agree with start_info. */
#include "abi/memory.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/start.h"
#include "guest/test.h"

void test_main(void)
{
	struct xen_memory_domain self = {.domid = DOMID_SELF}, absent = {.domid = 5};
	long current = hypercall_memory_op(XENMEM_current_reservation, &self);
	long maximum = hypercall_memory_op(XENMEM_maximum_reservation, &self);
	long top = hypercall_memory_op(XENMEM_maximum_ram_page, NULL);

	CHECK(current >= (long)start_info->nr_pages);
	CHECK(maximum >= current || maximum < 0);
	CHECK(top >= current);
	for (uint64_t pfn = 0; pfn < start_info->nr_pages; pfn++) {
		if (pfn_to_mfn(pfn) > (uint64_t)top) {
			CHECK(pfn_to_mfn(pfn) <= (uint64_t)top);
			break;
		}
	}
	CHECK_EQUAL(hypercall_memory_op(XENMEM_current_reservation, &absent), -XEN_ESRCH);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_maximum_reservation, &absent), -XEN_ESRCH);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_maximum_gpfn, &absent), -XEN_ESRCH);
	CHECK(hypercall_memory_op(XENMEM_maximum_gpfn, &self) >= 0);
}
