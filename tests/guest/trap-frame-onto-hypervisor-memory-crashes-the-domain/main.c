/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stack pointer inside the hypervisor's range is no place for a frame. */
#include "guest/test.h"

void test_main(void)
{
	test_expect_crash();
	__asm__ volatile("mov $0xffff830000008000, %%rsp\n\t"
			 "ud2" ::
				 : "memory");
}
