/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stands in for the PV MMU and the TLB beside the allocator: no page tables here, flushes are counted. */
#include "asm/pv_mmu.h"
#include "asm/tlb.h"
#include "fake.h"
#include "neighbours.h"

uint64_t tlb_clock = 1;
unsigned int stale_flushes;

void tlb_flush_stale(const struct domain *d, uint32_t stamp, uint32_t stamp_mask)
{
	stale_flushes++;
	tlb_clock++;
}

int arch_page_validate(struct page *page, uint64_t type)
{
	return 0;
}

int arch_page_invalidate(struct page *page, uint64_t type)
{
	return 0;
}
