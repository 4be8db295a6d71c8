/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mapping by mmu_update with a foreign owner: DOMID_IO takes device memory, absent domains fail. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"

static long map_of(uint64_t domain, uint64_t *entry, uint64_t value)
{
	struct xen_mmu_update update = {.ptr = maddr_of(entry), .val = value};

	return hypercall_mmu_update(&update, 1, NULL, domain);
}

void test_main(void)
{
	uint64_t address = 0x200000000000, value = 0;
	uint64_t *entry = map_tables(address);

	/* VGA memory is dom0's, the local APIC the hypervisor's. */
	CHECK_EQUAL(map_of(DOMID_IO, entry, pte_make(0xb8, PTE_DATA | PTE_PCD)), 0);
	CHECK(!probe_read((void *)address, &value, NULL));
	CHECK_EQUAL(map_of(DOMID_SELF, entry, pte_make(0xb8, PTE_DATA | PTE_PCD)), 0);
	CHECK(map_of(DOMID_SELF, entry, pte_make(0xfee00, PTE_DATA | PTE_PCD)) < 0);
	CHECK(map_of(DOMID_IO, entry, pte_make(0xfee00, PTE_DATA | PTE_PCD)) < 0);
	/* The IOAPIC is refused, or given for reading only. */
	if (map_of(DOMID_IO, entry, pte_make(0xfec00, PTE_DATA | PTE_PCD)) == 0)
		CHECK_EQUAL(*entry & PTE_RW, 0);
	CHECK_EQUAL(map_of(5, entry, 0), -XEN_ESRCH);
	CHECK_EQUAL(map_of(DOMID_IO, entry, 0), 0);
}
