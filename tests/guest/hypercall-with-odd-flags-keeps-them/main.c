/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Direction, nested-task, alignment and trap flags of the caller neither hurt nor get lost. */
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/trap.h"

static uint64_t flags_after(uint64_t flags)
{
	uint64_t after;

	__asm__ volatile("push %1\n\t"
			 "popf\n\t"
			 "mov $0, %%edi\n\t"
			 "mov $17, %%eax\n\t"
			 "syscall\n\t"
			 "pushf\n\t"
			 "pop %0\n\t"
			 "cld\n\t"
			 "push $2\n\t"
			 "popf"
			 : "=&r"(after)
			 : "r"(flags)
			 : "rax", "rcx", "rdi", "r11", "memory", "cc");
	return after;
}

static unsigned int steps;

static void count_step(struct trap_regs *regs)
{
	if (++steps > 100)
		regs->rflags &= ~0x100ul;
}

void test_main(void)
{
	static const uint64_t flags[] = {0x400, 0x4000, 0x40000, 0x200000, 0x8d5, 0x44cd5};

	for (unsigned int i = 0; i < ARRAY_SIZE(flags); i++)
		CHECK_EQUAL(flags_after(flags[i] | 2) & 0x244dd5, flags[i]);
	/* Single-stepping goes on behind the hypercall, and never inside the hypervisor. */
	trap_set_handler(TRAP_DB, count_step);
	flags_after(0x102);
	CHECK(steps >= 4 && steps < 20);
}
