/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A base table may point to itself without the write bit: entries then show up in the linear map. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"

#define SLOT 300

void test_main(void)
{
	uint64_t *base = (uint64_t *)((uint64_t)pte_find(VIRT_BASE, 4) & PAGE_MASK);
	uint64_t address = 0xffff000000000000ul | (uint64_t)SLOT << 39 | (uint64_t)SLOT << 30 |
			   (uint64_t)SLOT << 21 | (uint64_t)SLOT << 12;
	uint64_t value = 0;
	long result;

	CHECK(pte_write(&base[SLOT], pte_make(mfn_of(base), PTE_TABLE)) < 0);
	result = pte_write(&base[SLOT], pte_make(mfn_of(base), PTE_P | PTE_US | PTE_A));
	if (result == -XEN_EINVAL)
		test_skip("linear page tables are configured out");
	REQUIRE_EQUAL(result, 0);
	CHECK(!probe_read((uint64_t *)address + 511, &value, NULL));
	CHECK_EQUAL(value, base[511]);
	CHECK(probe_write((uint64_t *)address + 511, value, NULL));
	CHECK_EQUAL(pte_write(&base[SLOT], 0), 0);
}
