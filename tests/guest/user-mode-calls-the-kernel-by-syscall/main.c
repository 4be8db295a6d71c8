/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SYSCALL in user mode arrives at the callback with rip, flags and the user's stack in the frame. */
#include "guest/start.h"
#include "guest/test.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

static struct trap_regs seen;

static void take_syscall(struct trap_regs *regs)
{
	seen = *regs;
	regs->rax = regs->rdi * 2;
}

static uint64_t user_syscall(uint64_t argument)
{
	uint64_t result;

	__asm__ volatile("stc; syscall"
			 : "=a"(result), "+D"(argument)
			 : "a"(4711ul)
			 : "rcx", "r11", "memory", "cc");
	return result + 1;
}

void test_main(void)
{
	trap_set_handler(TRAP_SYSCALL, take_syscall);
	CHECK_EQUAL(user_call(user_syscall, 100), 201);
	CHECK_EQUAL(seen.rax, 4711);
	CHECK_EQUAL(seen.cs & 3, 3);
	CHECK_EQUAL(seen.ss & 3, 3);
	CHECK(seen.rip >= (uint64_t)user_syscall && seen.rip < (uint64_t)user_syscall + 64);
	CHECK_EQUAL(seen.rip, seen.rcx);
	CHECK_EQUAL(seen.r11 & 1, 1);
	CHECK_EQUAL(seen.rflags & 1, 1);
	CHECK_EQUAL(seen.rflags & 0x200, 0x200);
	CHECK(seen.rsp > 0x10000000 && seen.rsp <= 0x10001000);
}
