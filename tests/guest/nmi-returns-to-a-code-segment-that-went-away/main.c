/* SPDX-License-Identifier: GPL-2.0-or-later */
/* While a vcpu runs in a code segment of its GDT, another takes the descriptor away: the next return to it, an NMI's too, fails softly. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

#define CODE_SEGMENT 0x00affb000000ffffull /* 64-bit, ring 3 */
#define CODE_SELECTOR 0x13
#define NR_ROUNDS 20

static uint64_t *gdt;
static uint32_t spins, failsafes, rounds;

/* Spins in the segment, without a hypercall or a trap of its own. */
static void spin_in_segment(void)
{
	__asm__ volatile("push %1\n\t"
			 "lea 1f(%%rip), %%rax\n\t"
			 "push %%rax\n\t"
			 "lretq\n"
			 "1: lock incl %0\n\t"
			 "jmp 1b"
			 : "+m"(spins)
			 : "r"((uint64_t)CODE_SELECTOR)
			 : "rax", "memory");
}

static void take_failsafe(struct trap_regs *regs)
{
	uint32_t next = read_once(rounds) + 1;

	__atomic_fetch_add(&failsafes, 1, __ATOMIC_SEQ_CST);
	while (read_once(rounds) < next)
		hypercall_sched_op(SCHEDOP_yield, NULL);
	if (next < NR_ROUNDS)
		spin_in_segment();
	for (;;)
		hypercall_sched_op(SCHEDOP_yield, NULL);
}

static void run_other(void *argument)
{
	uint64_t frame = mfn_of(gdt);

	REQUIRE_EQUAL(hypercall_set_gdt(&frame, 512), 0);
	spin_in_segment();
}

static long descriptor_set(uint64_t value)
{
	return hypercall(__HYPERVISOR_update_descriptor, maddr_of(&gdt[CODE_SELECTOR >> 3]), value,
			 0, 0, 0);
}

static void play_round(uint64_t end)
{
	uint32_t first = read_once(spins);

	while (read_once(spins) - first < 10 && time_ns() < end)
		;
	CHECK_EQUAL(descriptor_set(0), 0);
	while (read_once(failsafes) == read_once(rounds) && time_ns() < end)
		;
	REQUIRE_EQUAL(failsafes, rounds + 1);
	CHECK_EQUAL(descriptor_set(CODE_SEGMENT), 0);
	__atomic_fetch_add(&rounds, 1, __ATOMIC_SEQ_CST);
}

void test_main(void)
{
	uint64_t end = time_ns() + 20 * SECOND;

	gdt = page_alloc(1);
	gdt[CODE_SELECTOR >> 3] = CODE_SEGMENT;
	REQUIRE_EQUAL(page_set_flags(gdt, PTE_READ_ONLY), 0);
	trap_set_handler(TRAP_FAILSAFE, take_failsafe);
	vcpu_start(1, run_other, NULL);
	while (read_once(rounds) < NR_ROUNDS)
		play_round(end);
}
