/* SPDX-License-Identifier: GPL-2.0-or-later */
/* INT n from user mode: gates open to level 3 are taken, others are #GP with the gate's number. */
#include "guest/hypercall.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

/* QEMU 7.2 names twice the vector in the error code of such a #GP: both gates are set alike. */
#define OPEN 0x11
#define CLOSED 0x12
#define ENTRY_BYTES 16

static uint64_t user_open(uint64_t argument)
{
	__asm__ volatile("int %0" ::"i"(OPEN));
	return 1;
}

static uint64_t user_closed(uint64_t argument)
{
	__asm__ volatile("int %0" ::"i"(CLOSED));
	return 1;
}

static void run(void *argument)
{
	user_call((uint64_t(*)(uint64_t))argument, 0);
}

void test_main(void)
{
	struct xen_trap_info table[5] = {0};
	struct fault fault = {0};

	for (unsigned int i = 0; i < 4; i++) {
		unsigned int vector = i & 1 ? CLOSED : OPEN;

		table[i].vector = (uint8_t)(i & 2 ? vector * 2 : vector);
		table[i].flags = i & 1 ? 0 : 3;
		table[i].cs = kernel_cs;
		table[i].address = (uint64_t)trap_entries + 0x20 * ENTRY_BYTES;
	}
	REQUIRE_EQUAL(hypercall_set_trap_table(table), 0);
	CHECK(catch_fault(run, (void *)user_open, &fault));
	CHECK_EQUAL(fault.vector, 0x20);
	CHECK(fault.from_user);
	CHECK(catch_fault(run, (void *)user_closed, &fault));
	CHECK_EQUAL(fault.vector, TRAP_GP);
	CHECK(fault.error_code == CLOSED * 8 + 2 || fault.error_code == CLOSED * 16 + 2);
}
