/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trapped writes of one, two and four bytes change their part of the entry. */
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"

void test_main(void)
{
	uint64_t address = 0x200000000000;
	uint64_t *entry = map_tables(address);
	char *page = page_alloc(1);
	uint64_t wanted = pte_make(mfn_of(page), PTE_P | PTE_US | PTE_A | PTE_D);

	write_once(*entry, wanted & ~0xfffffffful);
	write_once(*(uint32_t *)entry, (uint32_t)wanted);
	CHECK_EQUAL(*entry & PTE_FRAME, wanted & PTE_FRAME);
	write_once(*(uint16_t *)entry, (uint16_t)(wanted | PTE_SOFT));
	CHECK(*entry & PTE_SOFT);
	write_once(*(uint8_t *)entry, (uint8_t)(wanted | PTE_RW));
	CHECK(*entry & PTE_RW);
	*(volatile char *)address = 5;
	CHECK_EQUAL(page[0], 5);
}
