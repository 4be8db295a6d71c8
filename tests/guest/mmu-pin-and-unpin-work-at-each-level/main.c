/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Empty tables of levels 1-4 are pinned, stay read-only while pinned, and become plain pages again. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	for (unsigned int level = 1; level <= 4; level++) {
		uint64_t *table = table_alloc();
		uint64_t mfn = mfn_of(table);

		CHECK_EQUAL(mmuext(MMUEXT_PIN_L1_TABLE + level - 1, mfn, 0), 0);
		CHECK_EQUAL(page_set_flags(table, PTE_DATA), -XEN_EBUSY);
		CHECK_EQUAL(page_set_flags(table, PTE_READ_ONLY), 0);
		CHECK_EQUAL(mmuext(MMUEXT_UNPIN_TABLE, mfn, 0), 0);
		CHECK_EQUAL(page_set_flags(table, PTE_DATA), 0);
		table[0] = 1;
	}
}
