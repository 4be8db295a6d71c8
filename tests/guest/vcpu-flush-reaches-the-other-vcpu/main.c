/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking a mapping away with UVMF_INVLPG | UVMF_ALL stops the other vcpu's writes to the page. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

#define ADDRESS 0x200000000000ul

static uint32_t state;

static void write_on(void *argument)
{
	for (;;)
		++*(volatile uint64_t *)ADDRESS;
}

static void write_until_fault(void *argument)
{
	struct fault fault = {0};

	write_once(state, 1);
	catch_fault(write_on, NULL, &fault);
	write_once(state, fault.vector == TRAP_PF && fault.address == ADDRESS ? 2 : 3);
	for (;;)
		hypercall_sched_op(SCHEDOP_yield, NULL);
}

void test_main(void)
{
	volatile uint64_t *page = page_alloc(1);
	uint64_t end = time_ns() + 10 * SECOND, last;

	map_at(ADDRESS, pte_make(mfn_of(page), PTE_DATA));
	vcpu_start(1, write_until_fault, NULL);
	while (*page < 1000 && time_ns() < end)
		hypercall_sched_op(SCHEDOP_yield, NULL);
	CHECK_EQUAL(hypercall_update_va_mapping(ADDRESS, 0, UVMF_INVLPG | UVMF_ALL), 0);
	last = *page;
	for (unsigned int i = 0; i < 1000; i++)
		hypercall_sched_op(SCHEDOP_yield, NULL);
	CHECK_EQUAL(*page, last);
	while (read_once(state) < 2 && time_ns() < end)
		hypercall_sched_op(SCHEDOP_yield, NULL);
	CHECK_EQUAL(state, 2);
}
