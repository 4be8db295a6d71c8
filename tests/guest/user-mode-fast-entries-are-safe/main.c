/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SYSENTER of user code is a fault; a watchpoint that MOV SS holds over SYSCALL stays in the guest. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

static struct fault fault;

static uint64_t user_sysenter(uint64_t argument)
{
	__asm__ volatile("sysenter" ::: "memory");
	return argument;
}

static void run_sysenter(void *argument)
{
	user_call(user_sysenter, 0);
}

/* The breakpoint is due between the two instructions, or in the first of the hypervisor. */
static long version_behind_mov_ss(const uint16_t *selector)
{
	long result;

	__asm__ volatile("mov (%1), %%ss\n\t"
			 "syscall"
			 : "=a"(result)
			 : "r"(selector), "a"(__HYPERVISOR_xen_version), "D"(0ul), "S"(0ul)
			 : "rcx", "r11", "memory");
	return result;
}

static void run_mov_ss(void *argument)
{
	CHECK_EQUAL(version_behind_mov_ss(argument), 4 << 16 | 17);
}

/* TF is no flag that SYSCALL takes along. */
static void run_single_step(void *argument)
{
	uint64_t result;

	__asm__ volatile("pushf\n\t"
			 "orq $0x100, (%%rsp)\n\t"
			 "popf\n\t"
			 "syscall\n\t"
			 : "=a"(result)
			 : "a"(__HYPERVISOR_xen_version), "D"(0ul), "S"(0ul)
			 : "rcx", "r11", "memory", "cc");
	CHECK_EQUAL(result, 4 << 16 | 17);
}

void test_main(void)
{
	uint16_t *selector = page_alloc(1);

	CHECK(catch_fault(run_sysenter, NULL, &fault));
	CHECK(fault.vector == TRAP_UD || fault.vector == TRAP_GP);
	CHECK(fault.from_user);
	*selector = FLAT_KERNEL_SS | 3;
	CHECK_EQUAL(hypercall(__HYPERVISOR_set_debugreg, 0, (uint64_t)selector, 0, 0, 0), 0);
	CHECK_EQUAL(hypercall(__HYPERVISOR_set_debugreg, 7, 0x00070001, 0, 0, 0), 0);
	/* Whether the breakpoint is told or lost is the processor's affair. */
	if (catch_fault(run_mov_ss, selector, &fault))
		CHECK_EQUAL(fault.vector, TRAP_DB);
	CHECK_EQUAL(hypercall(__HYPERVISOR_set_debugreg, 7, 0, 0, 0, 0), 0);
	CHECK(catch_fault(run_single_step, NULL, &fault));
	CHECK_EQUAL(fault.vector, TRAP_DB);
	CHECK_EQUAL(hypercall_version(XENVER_version, NULL), 4 << 16 | 17);
}
