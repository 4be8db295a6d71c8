/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The iret hypercall restores rax, rcx, r11, flags and the stack; IF sets the upcall mask. */
#include "guest/hypercall.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/vcpu.h"

struct result {
	uint64_t rax, rcx, r11, rflags, rsp;
};

static char other_stack[512] __attribute__((aligned(16)));

static void iret_with(uint64_t flags, struct result *result)
{
	uint64_t top = (uint64_t)other_stack + sizeof(other_stack);

	__asm__ volatile("mov %%rsp, %%r15\n\t"
			 "push %[ss]\n\t"
			 "push %[top]\n\t"
			 "push %[flags]\n\t"
			 "push %[cs]\n\t"
			 "lea 1f(%%rip), %%rax\n\t"
			 "push %%rax\n\t"
			 "push $0\n\t"
			 "push $0x11\n\t"
			 "push $0x22\n\t"
			 "push $0x33\n\t"
			 "mov $23, %%eax\n\t"
			 "syscall\n\t"
			 "ud2\n"
			 "1: mov %%rsp, %%r14\n\t"
			 "mov %%rax, 0(%[result])\n\t"
			 "mov %%rcx, 8(%[result])\n\t"
			 "mov %%r11, 16(%[result])\n\t"
			 "pushf\n\t"
			 "pop 24(%[result])\n\t"
			 "mov %%r14, 32(%[result])\n\t"
			 "mov %%r15, %%rsp\n\t"
			 :
			 : [ss] "r"((uint64_t)FLAT_KERNEL_SS), [top] "r"(top), [flags] "r"(flags),
			   [cs] "r"((uint64_t)kernel_cs), [result] "r"(result)
			 : "rax", "rcx", "r11", "r14", "r15", "memory", "cc");
}

void test_main(void)
{
	struct result result = {0};

	iret_with(0x2 | 0x1 | 0x40, &result);
	CHECK_EQUAL(result.rax, 0x33);
	CHECK_EQUAL(result.r11, 0x22);
	CHECK_EQUAL(result.rcx, 0x11);
	CHECK_EQUAL(result.rflags & 0x8d5, 0x41);
	CHECK_EQUAL(result.rsp, (uint64_t)other_stack + sizeof(other_stack));
	CHECK_EQUAL(vcpu_current()->info->evtchn_upcall_mask, 1);
	iret_with(0x202, &result);
	CHECK_EQUAL(vcpu_current()->info->evtchn_upcall_mask, 0);
	iret_with(0x2, &result);
	CHECK_EQUAL(vcpu_current()->info->evtchn_upcall_mask, 1);
	/* The frame cannot take real privilege: IOPL and IF of the processor stay the hypervisor's. */
	iret_with(0x3002, &result);
	CHECK_EQUAL(result.rflags & 0x3000, 0);
	CHECK_EQUAL(result.rflags & 0x200, 0x200);
}
