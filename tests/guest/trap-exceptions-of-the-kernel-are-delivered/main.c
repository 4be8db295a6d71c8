/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Divide error, breakpoint, overflow, invalid opcode and general protection reach the handlers. */
#include "guest/test.h"
#include "guest/trap.h"

static void divide_by_zero(void *argument)
{
	__asm__ volatile("xor %%ecx, %%ecx; mov $1, %%eax; cltd; div %%ecx" ::
				 : "eax", "ecx", "edx");
}

static void breakpoint(void *argument)
{
	__asm__ volatile("int3");
}

static void undefined(void *argument)
{
	__asm__ volatile("ud2");
}

static void not_canonical(void *argument)
{
	*(volatile uint64_t *)0x1234567812345678 = 1;
}

static void single_step(void *argument)
{
	__asm__ volatile("pushf; orl $0x100, (%%rsp); popf; nop; nop" ::: "memory", "cc");
}

void test_main(void)
{
	struct fault fault = {0};

	CHECK_FAULT(divide_by_zero, NULL, TRAP_DE, 0);
	CHECK_FAULT(undefined, NULL, TRAP_UD, 0);
	CHECK_FAULT(not_canonical, NULL, TRAP_GP, 0);
	CHECK_FAULT(breakpoint, NULL, TRAP_BP, 0);
	CHECK_FAULT(single_step, NULL, TRAP_DB, 0);
	CHECK(catch_fault(undefined, NULL, &fault));
	CHECK(fault.rip >= (uint64_t)undefined && fault.rip < (uint64_t)undefined + 16);
}
