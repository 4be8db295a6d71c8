/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A batch too long for one go is continued until all is done. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

#define COUNT 5000

static struct xen_mmu_update updates[COUNT];

void test_main(void)
{
	char *page = page_alloc(1);
	uint64_t *entry = pte_find((uint64_t)page, 1);
	uint32_t done = 0;

	for (unsigned int i = 0; i < COUNT; i++) {
		updates[i].ptr = maddr_of(entry);
		updates[i].val = pte_make(mfn_of(page), i & 1 ? PTE_DATA : PTE_READ_ONLY);
	}
	CHECK_EQUAL(hypercall_mmu_update(updates, COUNT, &done, DOMID_SELF), 0);
	CHECK_EQUAL(done, COUNT);
	CHECK(*entry & PTE_RW);
}
