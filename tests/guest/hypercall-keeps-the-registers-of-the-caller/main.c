/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hypercall changes rax, rcx and r11 only: arguments and all other registers stay. */
#include "guest/hypercall.h"
#include "guest/test.h"

static uint64_t changed_registers(uint64_t number, uint64_t argument)
{
	uint64_t changed;

	__asm__ volatile("push %%rbp\n\t"
			 "mov $0x1111, %%rbx\n\t"
			 "mov $0x2222, %%rbp\n\t"
			 "mov $0x4444, %%r12\n\t"
			 "mov $0x5555, %%r13\n\t"
			 "mov $0x6666, %%r14\n\t"
			 "mov $0x7777, %%r15\n\t"
			 "mov $0x8888, %%r9\n\t"
			 "mov $0x9999, %%r8\n\t"
			 "mov $0xaaaa, %%r10\n\t"
			 "syscall\n\t"
			 "xor $0x1111, %%rbx\n\t"
			 "xor $0x2222, %%rbp\n\t"
			 "xor $0x4444, %%r12\n\t"
			 "xor $0x5555, %%r13\n\t"
			 "xor $0x6666, %%r14\n\t"
			 "xor $0x7777, %%r15\n\t"
			 "xor $0x8888, %%r9\n\t"
			 "xor $0x9999, %%r8\n\t"
			 "xor $0xaaaa, %%r10\n\t"
			 "or %%rbp, %%rbx\n\t"
			 "or %%r12, %%rbx\n\t"
			 "or %%r13, %%rbx\n\t"
			 "or %%r14, %%rbx\n\t"
			 "or %%r15, %%rbx\n\t"
			 "or %%r8, %%rbx\n\t"
			 "or %%r9, %%rbx\n\t"
			 "or %%r10, %%rbx\n\t"
			 "pop %%rbp\n\t"
			 : "=&b"(changed), "+a"(number), "+D"(argument)
			 : "S"(0ul), "d"(0ul)
			 : "rcx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "memory",
			   "cc");
	return changed | argument;
}

void test_main(void)
{
	CHECK_EQUAL(changed_registers(__HYPERVISOR_xen_version, 0), 0);
	CHECK_EQUAL(changed_registers(__HYPERVISOR_sched_op, SCHEDOP_yield), 0);
	CHECK_EQUAL(changed_registers(11, 0), 0);
}
