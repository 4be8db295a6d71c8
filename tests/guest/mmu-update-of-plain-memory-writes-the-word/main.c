/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mmu_update on a page of ours that is no page table stores the value. */
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	uint64_t *page = page_alloc(1);

	CHECK_EQUAL(pte_write(&page[3], 0x123456789abcdef0), 0);
	CHECK_EQUAL(read_once(page[3]), 0x123456789abcdef0);
	CHECK_EQUAL(page[2] | page[4], 0);
}
