/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables reached through a base table that points to itself are not writable by aliases either. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	uint64_t *base = page_alloc(1);
	unsigned int image = table_index(VIRT_BASE, 4);

	base[image] = *pte_find(VIRT_BASE, 4);
	base[256] = 0;
	base[300] = pte_make(mfn_of(base), PTE_TABLE);
	REQUIRE_EQUAL(page_set_flags(base, PTE_READ_ONLY), 0);
	CHECK(mmuext(MMUEXT_PIN_L4_TABLE, mfn_of(base), 0) < 0);
	REQUIRE_EQUAL(page_set_flags(base, PTE_DATA), 0);
	base[300] = 0;
	base[301] = pte_make(mfn_of(base), PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D);
	REQUIRE_EQUAL(page_set_flags(base, PTE_READ_ONLY), 0);
	CHECK(mmuext(MMUEXT_PIN_L4_TABLE, mfn_of(base), 0) < 0);
}
