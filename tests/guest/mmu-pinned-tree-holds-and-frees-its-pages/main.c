/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A four-level tree: its data pages are typed while it is pinned, and all is free after the unpin. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

#define DATA_PAGES 32

void test_main(void)
{
	uint64_t *levels[5];
	char *data = page_alloc(DATA_PAGES);

	for (unsigned int level = 1; level <= 4; level++)
		levels[level] = page_alloc(1);
	for (unsigned int i = 0; i < DATA_PAGES; i++)
		levels[1][i * 3] = pte_make(mfn_of(data + i * PAGE_SIZE), PTE_DATA);
	for (unsigned int level = 2; level <= 4; level++)
		levels[level][level] = pte_make(mfn_of(levels[level - 1]), PTE_TABLE);
	for (unsigned int level = 1; level <= 4; level++)
		REQUIRE_EQUAL(page_set_flags(levels[level], PTE_READ_ONLY), 0);
	for (unsigned int round = 0; round < 3; round++) {
		CHECK_EQUAL(mmuext(MMUEXT_PIN_L4_TABLE, mfn_of(levels[4]), 0), 0);
		for (unsigned int level = 1; level <= 4; level++)
			CHECK_EQUAL(page_set_flags(levels[level], PTE_DATA), -XEN_EBUSY);
		/* The tree maps it writable, so it is no table. */
		REQUIRE_EQUAL(page_set_flags(data, PTE_READ_ONLY), 0);
		CHECK(mmuext(MMUEXT_PIN_L1_TABLE, mfn_of(data), 0) < 0);
		CHECK_EQUAL(mmuext(MMUEXT_UNPIN_TABLE, mfn_of(levels[4]), 0), 0);
		CHECK_EQUAL(mmuext(MMUEXT_PIN_L1_TABLE, mfn_of(data), 0), 0);
		CHECK_EQUAL(mmuext(MMUEXT_UNPIN_TABLE, mfn_of(data), 0), 0);
	}
	for (unsigned int level = 1; level <= 4; level++)
		CHECK_EQUAL(page_set_flags(levels[level], PTE_DATA), 0);
}
