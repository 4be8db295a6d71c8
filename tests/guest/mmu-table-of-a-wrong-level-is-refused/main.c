/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An entry may point to a table of the next lower level only. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	uint64_t *tables[5];
	uint64_t address = 0x200000000000;

	map_tables(address);
	for (unsigned int level = 1; level <= 4; level++) {
		tables[level] = table_alloc();
		REQUIRE_EQUAL(mmuext(MMUEXT_PIN_L1_TABLE + level - 1, mfn_of(tables[level]), 0), 0);
	}
	for (unsigned int level = 2; level <= 4; level++) {
		uint64_t *entry = pte_find(address, level) + 1;

		for (unsigned int other = 1; other <= 4; other++) {
			long result = pte_write(entry, pte_make(mfn_of(tables[other]), PTE_TABLE));

			if (other == level - 1)
				CHECK_EQUAL(result, 0);
			else
				CHECK(result < 0);
		}
		CHECK_EQUAL(pte_write(entry, 0), 0);
	}
}
