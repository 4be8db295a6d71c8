/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mmu_update writes an L1 entry, keeps A/D when asked, counts what is done, and stops at an error. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

static void check_preserve_ad(char *page)
{
	uint64_t *entry = pte_find((uint64_t)page, 1);
	uint64_t plain = pte_make(mfn_of(page), PTE_P | PTE_RW | PTE_US);

	CHECK_EQUAL(pte_write(entry, plain), 0);
	CHECK_EQUAL(read_once(*entry) & (PTE_A | PTE_D), 0);
	write_once(*page, 1);
	CHECK_EQUAL(read_once(*entry) & (PTE_A | PTE_D), PTE_A | PTE_D);
	CHECK_EQUAL(machine_update(maddr_of(entry) | MMU_PT_UPDATE_PRESERVE_AD, plain | PTE_SOFT),
		    0);
	CHECK_EQUAL(read_once(*entry) & (PTE_A | PTE_D | PTE_SOFT), PTE_A | PTE_D | PTE_SOFT);
	CHECK_EQUAL(pte_write(entry, plain), 0);
	CHECK_EQUAL(read_once(*entry) & (PTE_A | PTE_D | PTE_SOFT), 0);
}

static void check_batch(char *pages)
{
	struct xen_mmu_update updates[3];
	uint32_t done = 99;

	for (unsigned int i = 0; i < 3; i++) {
		uint64_t *entry = pte_find((uint64_t)pages + i * PAGE_SIZE, 1);

		updates[i].ptr = maddr_of(entry);
		updates[i].val = read_once(*entry) | PTE_SOFT;
	}
	CHECK_EQUAL(hypercall_mmu_update(updates, 3, &done, DOMID_SELF), 0);
	CHECK_EQUAL(done, 3);
	updates[0].val &= ~PTE_SOFT;
	updates[1].val = pte_make(0xffffffff, PTE_DATA);
	updates[2].val &= ~PTE_SOFT;
	CHECK(hypercall_mmu_update(updates, 3, &done, DOMID_SELF) < 0);
	CHECK_EQUAL(done, 1);
	CHECK_EQUAL(*pte_find((uint64_t)pages, 1) & PTE_SOFT, 0);
	CHECK_EQUAL(*pte_find((uint64_t)pages + 2 * PAGE_SIZE, 1) & PTE_SOFT, PTE_SOFT);
	CHECK_EQUAL(hypercall_mmu_update(updates, 0, &done, DOMID_SELF), 0);
	CHECK_EQUAL(done, 0);
}

void test_main(void)
{
	check_preserve_ad(page_alloc(1));
	check_batch(page_alloc(3));
}
