/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fpu_taskswitch(1) makes the next FPU instruction raise #NM; the trap clears the task-switched bit. */
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/trap.h"

static uint64_t read_cr0(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr0, %0" : "=r"(value));
	return value;
}

static void use_fpu(void *argument)
{
	__asm__ volatile("fninit");
}

static void clear_ts(void)
{
	__asm__ volatile("clts");
}

void test_main(void)
{
	use_fpu(NULL);
	CHECK_EQUAL(hypercall(__HYPERVISOR_fpu_taskswitch, 1, 0, 0, 0, 0), 0);
	CHECK_EQUAL(read_cr0() & 8, 8);
	CHECK_FAULT(use_fpu, NULL, TRAP_NM, 0);
	CHECK_EQUAL(read_cr0() & 8, 0);
	use_fpu(NULL);
	CHECK_EQUAL(hypercall(__HYPERVISOR_fpu_taskswitch, 1, 0, 0, 0, 0), 0);
	CHECK_EQUAL(hypercall(__HYPERVISOR_fpu_taskswitch, 0, 0, 0, 0, 0), 0);
	use_fpu(NULL);
	CHECK_EQUAL(hypercall(__HYPERVISOR_fpu_taskswitch, 1, 0, 0, 0, 0), 0);
	clear_ts();
	CHECK_EQUAL(read_cr0() & 8, 0);
	use_fpu(NULL);
}
