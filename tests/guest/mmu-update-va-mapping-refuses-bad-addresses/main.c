/* SPDX-License-Identifier: GPL-2.0-or-later */
/* No L1 table, the hypervisor's range, a frame of nobody, another domain: refused. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

static long other_domain(uint64_t address, uint64_t entry, uint64_t domain)
{
	return hypercall(__HYPERVISOR_update_va_mapping_otherdomain, address, entry, 0, domain, 0);
}

void test_main(void)
{
	char *page = page_alloc(1);
	uint64_t entry = pte_make(mfn_of(page), PTE_DATA);

	CHECK_EQUAL(hypercall_update_va_mapping(0x7000dead0000, entry, 0), -XEN_EINVAL);
	CHECK_EQUAL(hypercall_update_va_mapping(0xffff800000000000, entry, 0), -XEN_EINVAL);
	CHECK_EQUAL(hypercall_update_va_mapping(0xffff830000000000, entry, 0), -XEN_EINVAL);
	CHECK_EQUAL(hypercall_update_va_mapping(0x1234567812345000, entry, 0), -XEN_EINVAL);
	CHECK_EQUAL(hypercall_update_va_mapping((uint64_t)page, pte_make(0xfffffffff, PTE_DATA), 0),
		    -XEN_EPERM);
	CHECK_EQUAL(other_domain((uint64_t)page, entry, DOMID_SELF), 0);
	CHECK_EQUAL(other_domain((uint64_t)page, entry, 77), -XEN_ESRCH);
}
