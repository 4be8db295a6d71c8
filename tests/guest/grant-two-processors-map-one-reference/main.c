/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Both vcpus map and unmap the same grant: use bits and counts come back to nothing. */
#include "guest/grant.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/vcpu.h"

#define ADDRESS 0x200000000000ul
#define ROUNDS 150

static uint32_t failures, finished;

static void map_on(void *argument)
{
	uint64_t address = ADDRESS + vcpu_current()->id * PAGE_SIZE;

	for (unsigned int i = 0; i < ROUNDS; i++) {
		struct xen_gnttab_map_grant_ref map =
			grant_map(address, 20, GNTMAP_host_map | (i & 1 ? GNTMAP_readonly : 0));

		if (map.status != GNTST_okay || grant_unmap(address, map.handle) != GNTST_okay)
			__atomic_fetch_add(&failures, 1, __ATOMIC_SEQ_CST);
	}
	__atomic_fetch_add(&finished, 1, __ATOMIC_SEQ_CST);
}

static void run(void *argument)
{
	map_on(argument);
	for (;;)
		hypercall_sched_op(SCHEDOP_yield, NULL);
}

void test_main(void)
{
	struct xen_grant_entry_v1 *table = grant_table_init();
	void *page = page_alloc(1);
	uint64_t end;

	map_tables(ADDRESS);
	grant_give(20, mfn_of(page), 0);
	vcpu_start(1, run, NULL);
	map_on(NULL);
	end = time_ns() + 20 * SECOND;
	while (read_once(finished) < 2 && time_ns() < end)
		hypercall_sched_op(SCHEDOP_yield, NULL);
	CHECK_EQUAL(finished, 2);
	CHECK_EQUAL(failures, 0);
	CHECK_EQUAL(table[20].flags, GTF_permit_access);
	CHECK_EQUAL(page_set_flags(page, PTE_READ_ONLY), 0);
	CHECK_EQUAL(mmuext(MMUEXT_PIN_L1_TABLE, mfn_of(page), 0), 0);
}
