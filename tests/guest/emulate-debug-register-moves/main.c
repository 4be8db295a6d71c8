/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MOV to and from debug registers by the kernel follows set_debugreg's rules. */
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/trap.h"

static volatile uint64_t watched;

static void write_dr0(void *argument)
{
	__asm__ volatile("mov %0, %%dr0" ::"r"(argument));
}

static void write_dr7(void *argument)
{
	__asm__ volatile("mov %0, %%dr7" ::"r"(argument));
}

static uint64_t read_dr0(void)
{
	uint64_t value;

	__asm__ volatile("mov %%dr0, %0" : "=r"(value));
	return value;
}

static uint64_t read_dr7(void)
{
	uint64_t value;

	__asm__ volatile("mov %%dr7, %0" : "=r"(value));
	return value;
}

static void touch(void *argument)
{
	watched = 1;
	__asm__ volatile("nop");
}

void test_main(void)
{
	write_dr0((void *)&watched);
	CHECK_EQUAL(read_dr0(), (uint64_t)&watched);
	write_dr7((void *)0xd0001);
	CHECK_EQUAL(read_dr7() & 0xf0003, 0xd0001);
	CHECK_FAULT(touch, NULL, TRAP_DB, 0);
	write_dr7(NULL);
	touch(NULL);
	CHECK_FAULT(write_dr0, 0xffff830000000000, TRAP_GP, 0);
	CHECK_EQUAL(read_dr0(), (uint64_t)&watched);
}
