/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A trap whose frame cannot be written ends the domain. */
#include "guest/test.h"

void test_main(void)
{
	test_expect_crash();
	__asm__ volatile("mov $0x7000dead0000, %%rsp\n\t"
			 "ud2" ::
				 : "memory");
}
