/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A runstate area that the kernel maps read-only and its user mode writable isn't written, and nothing waits for that. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/vcpu.h"

#define AREA 0x200000000000ul

static uint32_t other_ran, round_of_user;

static void run_other(void *argument)
{
	for (;;) {
		__atomic_fetch_add(&other_ran, 1, __ATOMIC_SEQ_CST);
		hypercall_sched_op(SCHEDOP_yield, NULL);
	}
}

/* Until the other vcpu has run a while, so that this one was switched in user mode. */
static uint64_t user_wait(uint64_t first)
{
	while (__atomic_load_n(&other_ran, __ATOMIC_SEQ_CST) - (uint32_t)first < 5)
		__atomic_fetch_add(&round_of_user, 1, __ATOMIC_RELAXED);
	return 1;
}

/* A tree of its own for the area's slot, with the page writable at its end. */
static uint64_t user_tree(uint64_t mfn)
{
	uint64_t entry = pte_make(mfn, PTE_DATA);

	for (unsigned int level = 1; level < 4; level++) {
		uint64_t *table = page_alloc(1);

		table[table_index(AREA, level)] = entry;
		REQUIRE_EQUAL(page_set_flags(table, PTE_READ_ONLY), 0);
		entry = pte_make(mfn_of(table), PTE_TABLE);
	}
	return entry;
}

void test_main(void)
{
	struct xen_vcpu_register_runstate_memory_area call = {.addr.v = AREA};
	uint64_t *base = user_tables_create(0x10000000), *page = page_alloc(1),
		 *stack = page_alloc(1);

	map_at(0x10000000, pte_make(mfn_of(stack), PTE_DATA));
	map_at(AREA, pte_make(mfn_of(page), PTE_READ_ONLY));
	REQUIRE_EQUAL(pte_write(&base[table_index(AREA, 4)], user_tree(mfn_of(page))), 0);
	user_set_tables(base);
	vcpu_start(1, run_other, NULL);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_register_runstate_memory_area, 0, &call), 0);
	CHECK_EQUAL(user_run(user_wait, other_ran, (void *)(0x10000000ul + PAGE_SIZE)), 1);
	CHECK_EQUAL(*(volatile uint64_t *)page, 0);
}
