/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The iret hypercall with a stack that cannot be read ends the domain. */
#include "guest/hypercall.h"
#include "guest/test.h"

void test_main(void)
{
	test_expect_crash();
	__asm__ volatile("mov $0x7000dead0000, %%rsp\n\t"
			 "syscall" ::"a"((uint64_t)__HYPERVISOR_iret)
			 : "memory");
}
