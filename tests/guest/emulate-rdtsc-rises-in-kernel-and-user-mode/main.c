/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RDTSC works in both modes and rises; CR4's TSD bit of the guest closes it to user mode. */
#include "guest/test.h"
#include "guest/time.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

static uint64_t user_tsc(uint64_t argument)
{
	return read_tsc();
}

static void run_user(void *argument)
{
	user_call(user_tsc, 0);
}

static void write_cr4(uint64_t set, uint64_t clear)
{
	uint64_t value;

	__asm__ volatile("mov %%cr4, %0" : "=r"(value));
	__asm__ volatile("mov %0, %%cr4" ::"r"((value | set) & ~clear));
}

void test_main(void)
{
	uint64_t first = read_tsc(), second = user_call(user_tsc, 0), third = read_tsc();

	CHECK(first < second);
	CHECK(second < third);
	write_cr4(4, 0);
	CHECK_FAULT(run_user, NULL, TRAP_GP, 0);
	write_cr4(0, 4);
	CHECK(user_call(user_tsc, 0) > third);
}
