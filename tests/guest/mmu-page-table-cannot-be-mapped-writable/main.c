/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables in use, at every level and by both calls, take no writable mapping. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	uint64_t address = 0x200000000000;

	map_at(address, pte_make(mfn_of(page_alloc(1)), PTE_DATA));
	for (unsigned int level = 1; level <= 4; level++) {
		char *table = (char *)((uint64_t)pte_find(address, level) & PAGE_MASK);
		uint64_t *entry = pte_find((uint64_t)table, 1);
		uint64_t before = read_once(*entry);
		uint64_t writable = pte_make(mfn_of(table), PTE_DATA);

		CHECK_EQUAL(before & PTE_RW, 0);
		CHECK_EQUAL(page_set_flags(table, PTE_DATA), -XEN_EBUSY);
		CHECK_EQUAL(pte_write(entry, writable), -XEN_EBUSY);
		CHECK_EQUAL(hypercall_update_va_mapping(address, writable, 0), -XEN_EBUSY);
		CHECK_EQUAL(read_once(*entry), before);
	}
}
