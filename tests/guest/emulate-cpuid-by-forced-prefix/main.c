/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The forced-emulation prefix makes CPUID tell the policy: the hypervisor's leaves, no HVM features. */
#include "guest/test.h"
#include "guest/trap.h"

struct leaf {
	uint32_t a, b, c, d;
};

static struct leaf forced(uint32_t number, uint32_t sub)
{
	struct leaf leaf;

	__asm__ volatile("ud2a; .ascii \"xen\"; cpuid"
			 : "=a"(leaf.a), "=b"(leaf.b), "=c"(leaf.c), "=d"(leaf.d)
			 : "a"(number), "c"(sub));
	return leaf;
}

static void forced_other(void *argument)
{
	__asm__ volatile("ud2a; .ascii \"xen\"; nop");
}

void test_main(void)
{
	struct leaf leaf = forced(0x40000000, 0);
	struct fault fault = {0};

	CHECK_EQUAL(leaf.b, 0x566e6558); /* XenV */
	CHECK_EQUAL(leaf.c, 0x65584d4d); /* MMXe */
	CHECK_EQUAL(leaf.d, 0x4d4d566e); /* nVMM */
	CHECK(leaf.a >= 0x40000002);
	leaf = forced(0x40000001, 0);
	CHECK_EQUAL(leaf.a, 4 << 16 | 17);
	leaf = forced(1, 0);
	CHECK(leaf.c & 1u << 31);
	CHECK_EQUAL(leaf.c & 1u << 5, 0); /* VMX */
	leaf = forced(0x80000001, 0);
	CHECK_EQUAL(leaf.c & 1u << 2, 0); /* SVM */
	CHECK(leaf.d & 1u << 29);	  /* long mode */
	CHECK(leaf.d & 1u << 11);	  /* SYSCALL */
	CHECK(catch_fault(forced_other, NULL, &fault));
	CHECK_EQUAL(fault.vector, TRAP_UD);
}
