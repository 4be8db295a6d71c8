/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table hung into two places and pinned is freed by the last of them only. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	uint64_t address = 0x200000000000;
	uint64_t *l1 = table_alloc();
	uint64_t entry = pte_make(mfn_of(l1), PTE_TABLE);

	map_tables(address);
	REQUIRE_EQUAL(pte_write(pte_find(address, 2) + 1, entry), 0);
	REQUIRE_EQUAL(pte_write(pte_find(address, 2) + 2, entry), 0);
	REQUIRE_EQUAL(mmuext(MMUEXT_PIN_L1_TABLE, mfn_of(l1), 0), 0);
	CHECK_EQUAL(pte_write(pte_find(address, 2) + 1, 0), 0);
	CHECK_EQUAL(page_set_flags(l1, PTE_DATA), -XEN_EBUSY);
	CHECK_EQUAL(mmuext(MMUEXT_UNPIN_TABLE, mfn_of(l1), 0), 0);
	CHECK_EQUAL(page_set_flags(l1, PTE_DATA), -XEN_EBUSY);
	CHECK_EQUAL(pte_write(pte_find(address, 2) + 2, 0), 0);
	CHECK_EQUAL(page_set_flags(l1, PTE_DATA), 0);
}
