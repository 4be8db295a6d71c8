/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A page fault with no handler registered ends the domain, not the machine's hypervisor. */
#include "guest/hypercall.h"
#include "guest/test.h"

void test_main(void)
{
	REQUIRE_EQUAL(hypercall_set_trap_table(NULL), 0);
	test_expect_crash();
	*(volatile uint64_t *)0x7000dead0000 = 1;
}
