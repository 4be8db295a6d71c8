/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exceptions of user mode: divide error, breakpoint, #GP of privileged instructions, system entry. */
#include "guest/test.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

static uint64_t user_divide(uint64_t argument)
{
	__asm__ volatile("xor %%ecx, %%ecx; mov $1, %%eax; cltd; div %%ecx" ::
				 : "eax", "ecx", "edx");
	return 0;
}

static uint64_t user_breakpoint(uint64_t argument)
{
	__asm__ volatile("int3");
	return 0;
}

static uint64_t user_halt(uint64_t argument)
{
	__asm__ volatile("hlt");
	return 0;
}

static uint64_t user_cli(uint64_t argument)
{
	__asm__ volatile("cli");
	return 0;
}

static uint64_t user_read_cr0(uint64_t argument)
{
	__asm__ volatile("mov %%cr0, %0" : "=r"(argument));
	return 0;
}

static uint64_t user_rdmsr(uint64_t argument)
{
	__asm__ volatile("rdmsr" ::"c"(0xc0000080) : "eax", "edx");
	return 0;
}

static uint64_t user_port(uint64_t argument)
{
	__asm__ volatile("outb %%al, $0x80" ::"a"(0));
	return 0;
}

static void run(void *argument)
{
	user_call((uint64_t(*)(uint64_t))argument, 0);
}

static void check(uint64_t (*function)(uint64_t), uint64_t vector, uint64_t error_code)
{
	struct fault fault = {0};

	CHECK(catch_fault(run, (void *)function, &fault));
	CHECK_EQUAL(fault.vector, vector);
	CHECK_EQUAL(fault.error_code, error_code);
	CHECK(fault.from_user);
}

void test_main(void)
{
	check(user_divide, TRAP_DE, 0);
	check(user_breakpoint, TRAP_BP, 0);
	check(user_halt, TRAP_GP, 0);
	check(user_cli, TRAP_GP, 0);
	check(user_read_cr0, TRAP_GP, 0);
	check(user_rdmsr, TRAP_GP, 0);
	check(user_port, TRAP_GP, 0);
}
