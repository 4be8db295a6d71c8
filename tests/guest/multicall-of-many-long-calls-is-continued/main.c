/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A multicall of page-table batches, each long enough to be cut, completes every one of them. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

#define BATCH 1500
#define CALLS 8

static struct xen_mmu_update updates[CALLS][BATCH];
static uint32_t done[CALLS];

void test_main(void)
{
	static struct xen_multicall_entry calls[CALLS + 1];
	char *page = page_alloc(1);
	uint64_t *entry = pte_find((uint64_t)page, 1);

	for (unsigned int c = 0; c < CALLS; c++) {
		for (unsigned int i = 0; i < BATCH; i++) {
			updates[c][i].ptr = maddr_of(entry);
			updates[c][i].val = pte_make(mfn_of(page),
						     i & 1 ? PTE_DATA : PTE_READ_ONLY);
		}
		calls[c] = (struct xen_multicall_entry){
			.op = __HYPERVISOR_mmu_update,
			.result = 99,
			.args = {(uint64_t)updates[c], BATCH, (uint64_t)&done[c], DOMID_SELF},
		};
	}
	calls[CALLS].op = __HYPERVISOR_xen_version;
	CHECK_EQUAL(hypercall_multicall(calls, CALLS + 1), 0);
	for (unsigned int c = 0; c < CALLS; c++) {
		CHECK_EQUAL(calls[c].result, 0);
		CHECK_EQUAL(done[c], BATCH);
	}
	CHECK_EQUAL(calls[CALLS].result, 4 << 16 | 17);
}
