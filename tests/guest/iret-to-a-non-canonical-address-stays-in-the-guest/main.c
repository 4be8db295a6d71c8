/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Both forms of the iret hypercall with a return address that is not canonical: the fault is the
 * guest's (by exception or its end), never one inside the hypervisor.
 */
#include "guest/hypercall.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

static void iret_raw(void *argument)
{
	const struct xen_iret_context *frame = argument;

	__asm__ volatile("mov %0, %%rsp\n\t"
			 "mov $23, %%eax\n\t"
			 "syscall" ::"r"(frame)
			 : "memory");
}

static void check_address(uint64_t rip, uint64_t flags, uint64_t cs)
{
	static struct xen_iret_context frame;
	struct fault fault = {0};

	frame = (struct xen_iret_context){
		.flags = flags,
		.rip = rip,
		.cs = cs,
		.rflags = 2,
		.rsp = (uint64_t)vcpu0_stack + 2 * STACK_BYTES - 2048,
		.ss = FLAT_KERNEL_SS,
	};
	if (!CHECK(catch_fault(iret_raw, &frame, &fault)))
		printf("rip 0x%lx flags 0x%lx\n", rip, flags);
	CHECK(fault.vector == TRAP_GP || fault.vector == TRAP_PF);
}

void test_main(void)
{
	static const uint64_t addresses[] = {0x0000800000000000, 0x1234567812345678,
					     0xfffeffffffffffff, 0xffff7fffffffffff};

	for (unsigned int i = 0; i < ARRAY_SIZE(addresses); i++) {
		check_address(addresses[i], 0, kernel_cs);
		check_address(addresses[i], VGCF_in_syscall, kernel_cs);
	}
	check_address(0xffff830000000000, 0, kernel_cs);
	check_address(0xffff830000000000, VGCF_in_syscall, kernel_cs);
}
