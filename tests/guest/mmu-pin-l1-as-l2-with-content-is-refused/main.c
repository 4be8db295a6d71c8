/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Data entries of an L1 would be tables in an L2: refused, and the data pages keep their type. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	uint64_t *table = page_alloc(1);
	char *data = page_alloc(1);

	table[100] = pte_make(mfn_of(data), PTE_DATA);
	REQUIRE_EQUAL(page_set_flags(table, PTE_READ_ONLY), 0);
	CHECK(mmuext(MMUEXT_PIN_L2_TABLE, mfn_of(table), 0) < 0);
	CHECK(mmuext(MMUEXT_PIN_L3_TABLE, mfn_of(table), 0) < 0);
	CHECK(mmuext(MMUEXT_PIN_L4_TABLE, mfn_of(table), 0) < 0);
	CHECK_EQUAL(mmuext(MMUEXT_PIN_L1_TABLE, mfn_of(table), 0), 0);
	CHECK_EQUAL(mmuext(MMUEXT_UNPIN_TABLE, mfn_of(table), 0), 0);
	CHECK_EQUAL(page_set_flags(data, PTE_DATA), 0);
	data[0] = 1;
}
