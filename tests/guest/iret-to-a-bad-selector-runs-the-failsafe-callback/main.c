/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A segment that no longer loads when the vcpu comes back is zeroed and told by the failsafe callback. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

static unsigned int failsafes;
static uint32_t other_ran;

static void take_failsafe(struct trap_regs *regs)
{
	failsafes++;
	CHECK_EQUAL(regs->cs & 3, 0);
}

static void load_es(uint16_t selector)
{
	__asm__ volatile("mov %0, %%es" ::"r"(selector));
}

static uint16_t read_es(void)
{
	uint16_t selector;

	__asm__ volatile("mov %%es, %0" : "=r"(selector));
	return selector;
}

static void run_other(void *argument)
{
	for (;;) {
		__atomic_fetch_add(&other_ran, 1, __ATOMIC_SEQ_CST);
		hypercall_sched_op(SCHEDOP_yield, NULL);
	}
}

void test_main(void)
{
	uint64_t *gdt = page_alloc(1);
	uint64_t frame = mfn_of(gdt), end;

	trap_set_handler(TRAP_FAILSAFE, take_failsafe);
	gdt[2] = 0x00cff3000000ffff;
	REQUIRE_EQUAL(page_set_flags(gdt, PTE_READ_ONLY), 0);
	REQUIRE_EQUAL(hypercall_set_gdt(&frame, 512), 0);
	vcpu_start(1, run_other, NULL);
	load_es(0x13);
	CHECK_EQUAL(hypercall_set_gdt(&frame, 0), 0);
	end = time_ns() + 5 * SECOND;
	while (read_once(other_ran) < 5 && time_ns() < end)
		hypercall_sched_op(SCHEDOP_yield, NULL);
	CHECK_EQUAL(failsafes, 1);
	CHECK_EQUAL(failsafe_selectors[1] & 0xffff, 0x13);
	CHECK_EQUAL(read_es(), 0);
}
