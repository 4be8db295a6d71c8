/* SPDX-License-Identifier: GPL-2.0-or-later */
/* set_debugreg, get_debugreg: a watchpoint of ours gives #DB; bad registers and values are refused. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"

static volatile uint64_t watched;

static long set(uint64_t number, uint64_t value)
{
	return hypercall(__HYPERVISOR_set_debugreg, number, value, 0, 0, 0);
}

static long get(uint64_t number)
{
	return hypercall(__HYPERVISOR_get_debugreg, number, 0, 0, 0, 0);
}

static void touch(void *argument)
{
	watched = 1;
	__asm__ volatile("nop");
}

void test_main(void)
{
	CHECK_EQUAL(set(0, (uint64_t)&watched), 0);
	CHECK_EQUAL(get(0), (uint64_t)&watched);
	CHECK_EQUAL(set(7, 0x000d0001 | 0x2), 0);
	CHECK_FAULT(touch, NULL, TRAP_DB, 0);
	CHECK_EQUAL(get(6) & 0xf, 1);
	CHECK_EQUAL(set(7, 0), 0);
	touch(NULL);
	CHECK(set(1, 0xffff820000000000) < 0);
	CHECK(set(1, 0x1234567812345678) < 0);
	CHECK_EQUAL(get(1), 0);
	CHECK_EQUAL(set(8, 0), -XEN_ENODEV);
	CHECK_EQUAL(get(8), -XEN_ENODEV);
	/* An I/O breakpoint, or one of a length that does not exist. */
	CHECK(set(7, 1ull << 32) < 0);
}
