/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A page with a writable mapping, here or elsewhere, becomes no table. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	uint64_t *page = page_alloc(1);
	uint64_t alias = 0x200000000000;

	for (unsigned int level = 1; level <= 4; level++)
		CHECK(mmuext(MMUEXT_PIN_L1_TABLE + level - 1, mfn_of(page), 0) < 0);
	map_at(alias, pte_make(mfn_of(page), PTE_DATA));
	REQUIRE_EQUAL(page_set_flags(page, PTE_READ_ONLY), 0);
	for (unsigned int level = 1; level <= 4; level++)
		CHECK(mmuext(MMUEXT_PIN_L1_TABLE + level - 1, mfn_of(page), 0) < 0);
	map_at(alias, 0);
	CHECK_EQUAL(mmuext(MMUEXT_PIN_L1_TABLE, mfn_of(page), 0), 0);
	CHECK(hypercall_update_va_mapping(alias, pte_make(mfn_of(page), PTE_DATA), 0) < 0);
}
