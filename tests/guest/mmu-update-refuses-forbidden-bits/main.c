/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bits of an entry that the ABI keeps from a guest: large pages, global tables. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

static void check_refused(uint64_t address, unsigned int level, uint64_t bits)
{
	uint64_t *entry = pte_find(address, level);
	uint64_t before = read_once(*entry);

	if (!CHECK_EQUAL(pte_write(entry, before | bits), -XEN_EINVAL))
		printf("level %u bits 0x%lx\n", level, bits);
	CHECK_EQUAL(read_once(*entry), before);
}

void test_main(void)
{
	uint64_t address = 0x200000000000;

	map_at(address, pte_make(mfn_of(page_alloc(1)), PTE_DATA));
	for (unsigned int level = 2; level <= 4; level++) {
		check_refused(address, level, PTE_PS);
		check_refused(address, level, PTE_G);
		check_refused(address, level, PTE_PCD);
		check_refused(address, level, PTE_PWT);
	}
}
