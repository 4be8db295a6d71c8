/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MMUEXT_NEW_BASEPTR takes a pinned or an unpinned L4 and refuses what is none. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"

static uint64_t read_cr3(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr3, %0" : "=r"(value));
	return value;
}

void test_main(void)
{
	uint64_t *base = (uint64_t *)((uint64_t)pte_find(VIRT_BASE, 4) & PAGE_MASK);
	uint64_t *other = page_alloc(1);
	uint64_t address = 0x200000000000;

	map_at(address, pte_make(mfn_of(page_alloc(1)), PTE_DATA));
	other[table_index(VIRT_BASE, 4)] = *pte_find(VIRT_BASE, 4);
	REQUIRE_EQUAL(page_set_flags(other, PTE_READ_ONLY), 0);
	CHECK_EQUAL(mmuext(MMUEXT_NEW_BASEPTR, mfn_of(other), 0), 0);
	CHECK_EQUAL(read_cr3(), mfn_of(other) << PAGE_SHIFT);
	CHECK(probe_read((void *)address, NULL, NULL));
	CHECK_EQUAL(mmuext(MMUEXT_NEW_BASEPTR, mfn_of(base), 0), 0);
	CHECK_EQUAL(read_cr3(), mfn_of(base) << PAGE_SHIFT);
	CHECK(!probe_read((void *)address, NULL, NULL));
	CHECK_EQUAL(mmuext(MMUEXT_NEW_BASEPTR, mfn_of(base), 0), 0);
	CHECK_EQUAL(page_set_flags(other, PTE_DATA), 0);
	CHECK(mmuext(MMUEXT_NEW_BASEPTR, mfn_of(other), 0) < 0);
	CHECK(mmuext(MMUEXT_NEW_BASEPTR, pte_mfn(*pte_find(address, 4)), 0) < 0);
	CHECK(mmuext(MMUEXT_NEW_BASEPTR, 0xfffffffff, 0) < 0);
	CHECK_EQUAL(read_cr3(), mfn_of(base) << PAGE_SHIFT);
}
