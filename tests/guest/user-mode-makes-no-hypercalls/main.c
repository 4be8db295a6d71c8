/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A SYSCALL of user mode is a system call of the guest, whatever number it has in rax. */
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

static unsigned int taken;

static void take_syscall(struct trap_regs *regs)
{
	taken++;
	regs->rax = 5;
}

static uint64_t user_hypercalls(uint64_t argument)
{
	uint64_t sum = 0;

	for (uint64_t number = 0; number < 64; number++) {
		uint64_t rax = number;

		__asm__ volatile("syscall" : "+a"(rax) : "D"(0ul) : "rcx", "r11", "memory");
		sum += rax;
	}
	return sum;
}

void test_main(void)
{
	trap_set_handler(TRAP_SYSCALL, take_syscall);
	CHECK_EQUAL(user_call(user_hypercalls, 0), 64 * 5);
	CHECK_EQUAL(taken, 64);
}
