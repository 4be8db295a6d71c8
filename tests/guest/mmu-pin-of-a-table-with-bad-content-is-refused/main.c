/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Validation looks at every entry: bad frames, tables of a wrong level, forbidden bits. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

static void check_content(unsigned int level, unsigned int index, uint64_t entry)
{
	uint64_t *table = page_alloc(1);

	table[index] = entry;
	REQUIRE_EQUAL(page_set_flags(table, PTE_READ_ONLY), 0);
	if (!CHECK(mmuext(MMUEXT_PIN_L1_TABLE + level - 1, mfn_of(table), 0) < 0))
		printf("level %u entry 0x%lx\n", level, entry);
	CHECK_EQUAL(page_set_flags(table, PTE_DATA), 0);
}

void test_main(void)
{
	char *page = page_alloc(1);
	uint64_t *l1 = page_alloc(1);

	l1[7] = pte_make(mfn_of(page), PTE_DATA);
	REQUIRE_EQUAL(page_set_flags(l1, PTE_READ_ONLY), 0);
	REQUIRE_EQUAL(mmuext(MMUEXT_PIN_L1_TABLE, mfn_of(l1), 0), 0);
	check_content(1, 0, pte_make(0xfffffffff, PTE_DATA));
	check_content(1, 511, pte_make(mfn_of(l1), PTE_DATA));
	check_content(2, 3, pte_make(mfn_of(page), PTE_TABLE));
	check_content(2, 3, pte_make(mfn_of(l1), PTE_TABLE | PTE_PS));
	check_content(2, 3, pte_make(0xfffffffff, PTE_TABLE));
	check_content(3, 5, pte_make(mfn_of(l1), PTE_TABLE));
	check_content(4, 9, pte_make(mfn_of(l1), PTE_TABLE));
}
