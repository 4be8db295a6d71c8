/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest that writes an L1 table through its read-only mapping gets the write done for it. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"

void test_main(void)
{
	uint64_t address = 0x200000000000;
	char *left = page_alloc(1), *right = page_alloc(1);
	uint64_t *entry = map_tables(address);
	uint64_t wanted = pte_make(mfn_of(left), PTE_DATA), old;

	left[0] = 1;
	right[0] = 2;
	write_once(*entry, wanted);
	CHECK_EQUAL(*entry & PTE_FRAME, wanted & PTE_FRAME);
	CHECK_EQUAL(*(volatile char *)address, 1);
	old = __atomic_exchange_n(entry, 0, __ATOMIC_SEQ_CST);
	CHECK_EQUAL(old & PTE_FRAME, wanted & PTE_FRAME);
	CHECK_EQUAL(*entry, 0);
	mmuext(MMUEXT_INVLPG_LOCAL, address, 0);
	CHECK(probe_read((void *)address, NULL, NULL));
	old = 0;
	CHECK(__atomic_compare_exchange_n(entry, &old, pte_make(mfn_of(right), PTE_DATA), false,
					  __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	CHECK_EQUAL(*(volatile char *)address, 2);
	old = 0x77;
	CHECK(!__atomic_compare_exchange_n(entry, &old, 0, false, __ATOMIC_SEQ_CST,
					   __ATOMIC_SEQ_CST));
	CHECK_EQUAL(*(volatile char *)address, 2);
}
