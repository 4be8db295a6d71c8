/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A trapped write is validated like mmu_update: a bad value gives the guest its page fault. */
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"

static void check_refused(uint64_t *entry, uint64_t value)
{
	uint64_t before = read_once(*entry);
	struct fault fault = {0};

	CHECK(probe_write(entry, value, &fault));
	CHECK_EQUAL(fault.vector, TRAP_PF);
	CHECK_EQUAL(fault.address, (uint64_t)entry);
	CHECK_EQUAL(fault.error_code, FAULT_WRITE | FAULT_PRESENT);
	CHECK_EQUAL(read_once(*entry), before);
}

void test_main(void)
{
	uint64_t address = 0x200000000000;
	uint64_t *entry = map_tables(address);

	check_refused(entry, pte_make(0xfffffffff, PTE_DATA));
	check_refused(entry, pte_make(mfn_of(entry), PTE_DATA));
	/* Only L1 tables are written this way. */
	check_refused(pte_find(address, 2), 0);
	check_refused(pte_find(address, 3), 0);
	check_refused(pte_find(address, 4), 0);
}
