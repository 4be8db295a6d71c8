/* SPDX-License-Identifier: GPL-2.0-or-later */
/* INS and OUTS move bytes between memory and a port, with REP, through the guest's own mappings. */
#include "abi/physdev.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"

static void in_string(void *argument)
{
	uint64_t count = 4;

	__asm__ volatile("rep insb" : "+D"(argument), "+c"(count) : "d"(0x71) : "memory");
	CHECK_EQUAL(count, 0);
}

static void out_string(void *argument)
{
	uint64_t count = 3;

	__asm__ volatile("rep outsb" : "+S"(argument), "+c"(count) : "d"(0x80) : "memory");
	CHECK_EQUAL(count, 0);
}

void test_main(void)
{
	struct xen_physdev_set_iopl call = {.iopl = 1};
	volatile uint8_t *page = page_alloc(1);
	struct fault fault = {0};

	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_set_iopl, &call), 0);
	__asm__ volatile("outb %%al, $0x70" ::"a"(0x0a));
	in_string((void *)page);
	CHECK_EQUAL(page[0], 0x26);
	CHECK_EQUAL(page[4], 0);
	out_string((void *)page);
	CHECK_FAULT(in_string, 0x7000dead0000, TRAP_PF, FAULT_WRITE);
	CHECK_FAULT(out_string, 0x7000dead0000, TRAP_PF, 0);
	CHECK(catch_fault(in_string, (void *)0xffff830000000000, &fault));
	CHECK(fault.vector == TRAP_PF || fault.vector == TRAP_GP);
}
