/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Image, p2m, start_info and tables are mapped from VIRT_BASE on; the tables' own pages read-only. */
#include "guest/page.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/trap.h"

void test_main(void)
{
	uint64_t end = start_info->pt_base + start_info->nr_pt_frames * PAGE_SIZE;
	uint64_t tables = 0;

	for (uint64_t address = VIRT_BASE; address < end; address += PAGE_SIZE) {
		uint64_t *entry = pte_find(address, 1);

		if (!entry || !(*entry & PTE_P)) {
			CHECK(entry && *entry & PTE_P);
			break;
		}
		if (address >= start_info->pt_base)
			tables += !(*entry & PTE_RW);
		else if (!(*entry & PTE_RW))
			printf("0x%lx is read-only\n", address);
		if (pte_mfn(*entry) != pfn_to_mfn((address - VIRT_BASE) >> PAGE_SHIFT) &&
		    address != (uint64_t)shared_info)
			CHECK(pte_mfn(*entry) == pfn_to_mfn((address - VIRT_BASE) >> PAGE_SHIFT));
	}
	CHECK_EQUAL(tables, start_info->nr_pt_frames);
	/* At least 512 KiB behind the last of the boot structures are mapped and free. */
	CHECK(!probe_write((void *)(end + (512 << 10)), 1, NULL));
}
