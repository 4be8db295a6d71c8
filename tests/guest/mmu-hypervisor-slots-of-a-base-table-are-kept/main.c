/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Slots 256-271 of a base table are the hypervisor's: no write, and a pinned table's own are replaced. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"

void test_main(void)
{
	uint64_t *base = (uint64_t *)((uint64_t)pte_find(VIRT_BASE, 4) & PAGE_MASK);
	uint64_t *mine = page_alloc(1);

	for (unsigned int slot = 256; slot < 272; slot++) {
		CHECK_EQUAL(pte_write(&base[slot], 0), -XEN_EINVAL);
		CHECK_EQUAL(pte_write(&base[slot], *pte_find(VIRT_BASE, 4)), -XEN_EINVAL);
	}
	mine[table_index(VIRT_BASE, 4)] = *pte_find(VIRT_BASE, 4);
	mine[257] = mine[258] = mine[271] = *pte_find(VIRT_BASE, 4);
	REQUIRE_EQUAL(page_set_flags(mine, PTE_READ_ONLY), 0);
	REQUIRE_EQUAL(mmuext(MMUEXT_PIN_L4_TABLE, mfn_of(mine), 0), 0);
	REQUIRE_EQUAL(mmuext(MMUEXT_NEW_BASEPTR, mfn_of(mine), 0), 0);
	CHECK(mine[258] != *pte_find(VIRT_BASE, 4));
	CHECK(mine[271] != *pte_find(VIRT_BASE, 4));
	CHECK_EQUAL(mmuext(MMUEXT_NEW_BASEPTR, mfn_of(base), 0), 0);
	CHECK_EQUAL(mmuext(MMUEXT_UNPIN_TABLE, mfn_of(mine), 0), 0);
}
