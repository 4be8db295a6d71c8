/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two vcpus pin and unpin trees that share their lower tables: no type or count is lost. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/vcpu.h"

static uint64_t roots[2], levels_of[3];
static uint32_t stop, rounds[2], failures;

static uint64_t make(uint64_t below)
{
	uint64_t *table = page_alloc(1);

	for (unsigned int i = 0; i < 200; i += 7)
		table[i] = below;
	if (page_set_flags(table, PTE_READ_ONLY) != 0)
		test_error("a table stays writable");
	return mfn_of(table);
}

static void pin_on(void *argument)
{
	unsigned int id = vcpu_current()->id;

	while (!read_once(stop)) {
		if (mmuext(MMUEXT_PIN_L4_TABLE, roots[id], 0) != 0 ||
		    mmuext(MMUEXT_UNPIN_TABLE, roots[id], 0) != 0)
			__atomic_fetch_add(&failures, 1, __ATOMIC_SEQ_CST);
		if (++rounds[id] >= 60 && id == 0)
			break;
	}
	write_once(stop, 1);
}

static void run(void *argument)
{
	pin_on(argument);
	write_once(stop, 2);
	for (;;)
		hypercall_sched_op(SCHEDOP_yield, NULL);
}

void test_main(void)
{
	uint64_t end;

	levels_of[0] = make(pte_make(mfn_of(page_alloc(1)), PTE_DATA));
	levels_of[1] = make(pte_make(levels_of[0], PTE_TABLE));
	levels_of[2] = make(pte_make(levels_of[1], PTE_TABLE));
	/* Only slots of the guest's part are used: 0 to 196. */
	roots[0] = make(pte_make(levels_of[2], PTE_TABLE));
	roots[1] = make(pte_make(levels_of[2], PTE_TABLE));
	vcpu_start(1, run, NULL);
	pin_on(NULL);
	end = time_ns() + 20 * SECOND;
	while (read_once(stop) != 2 && time_ns() < end)
		hypercall_sched_op(SCHEDOP_yield, NULL);
	printf("%u and %u rounds\n", rounds[0], rounds[1]);
	CHECK_EQUAL(stop, 2);
	CHECK_EQUAL(failures, 0);
	/* All is plain memory again. */
	for (unsigned int i = 0; i < 3; i++)
		CHECK_EQUAL(page_set_flags(pfn_address(mfn_to_pfn(levels_of[i])), PTE_DATA), 0);
}
