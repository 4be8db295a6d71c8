/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entries and tables in frames of nobody, of the hypervisor, of another domain are refused. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	uint64_t *entry = pte_find((uint64_t)page_alloc(1), 1);
	struct xen_mmu_update update = {.ptr = maddr_of(entry), .val = *entry};

	CHECK_EQUAL(machine_update(0xffffffffff000, 0), -XEN_EINVAL);
	CHECK_EQUAL(machine_update(0x7ffffff000, 0), -XEN_EINVAL);
	CHECK_EQUAL(pte_write(entry, pte_make(0xfffffffff, PTE_DATA)), -XEN_EPERM);
	CHECK_EQUAL(hypercall_mmu_update(&update, 1, NULL, 1), -XEN_ESRCH);
	CHECK_EQUAL(hypercall_mmu_update(&update, 1, NULL, 0x7ff4), -XEN_ESRCH);
	CHECK_EQUAL(hypercall_mmu_update(&update, 1, NULL, DOMID_SELF), 0);
}
