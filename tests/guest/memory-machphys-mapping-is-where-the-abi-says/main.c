/* SPDX-License-Identifier: GPL-2.0-or-later */
/* machphys_mapping and machphys_mfn_list describe the read-only machine-to-physical table. */
#include "abi/memory.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"

#define ADDRESS 0x200000000000ul

static long map_of_hypervisor(uint64_t entry)
{
	return hypercall(__HYPERVISOR_update_va_mapping_otherdomain, ADDRESS, entry, 0, DOMID_XEN,
			 0);
}

void test_main(void)
{
	struct xen_machphys_mapping mapping = {0};
	static uint64_t frames[8];
	struct xen_machphys_mfn_list list = {.max_extents = 8, .extent_start = (uint64_t)frames};
	uint64_t value = 0, mfn = mfn_of(page_alloc(1));

	CHECK_EQUAL(hypercall_memory_op(XENMEM_machphys_mapping, &mapping), 0);
	CHECK_EQUAL(mapping.v_start, MACH2PHYS_VIRT_START);
	CHECK_EQUAL(mapping.v_end, MACH2PHYS_VIRT_END);
	CHECK(mapping.max_mfn >= mfn);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_machphys_mfn_list, &list), 0);
	CHECK(list.nr_extents >= 1);
	/* The table's own frames can be mapped for reading, not for writing. */
	map_tables(ADDRESS);
	CHECK_EQUAL(map_of_hypervisor(pte_make(frames[0] + (mfn * 8 >> PAGE_SHIFT), PTE_READ_ONLY)),
		    0);
	CHECK(!probe_read((uint64_t *)ADDRESS + mfn % 512, &value, NULL));
	CHECK_EQUAL(value, mfn_to_pfn(mfn));
	CHECK(map_of_hypervisor(pte_make(frames[0], PTE_DATA)) < 0);
}
