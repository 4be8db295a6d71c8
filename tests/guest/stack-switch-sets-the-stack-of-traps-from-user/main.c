/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stack_switch: traps from user mode land on the stack given; bad selectors are made safe. */
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

static uint64_t rsp_seen;

static void take_undefined(struct trap_regs *regs)
{
	rsp_seen = (uint64_t)regs;
	regs->rip += 2;
}

static uint64_t user_undefined(uint64_t argument)
{
	__asm__ volatile("ud2");
	return argument + 1;
}

void test_main(void)
{
	uint64_t top = (uint64_t)vcpu0_stack + 2 * STACK_BYTES;

	trap_set_handler(TRAP_UD, take_undefined);
	CHECK_EQUAL(user_call(user_undefined, 41), 42);
	CHECK(rsp_seen > top - 512 && rsp_seen < top);
	CHECK_EQUAL(hypercall_stack_switch(FLAT_KERNEL_SS, top - 1024), 0);
	CHECK_EQUAL(user_call(user_undefined, 1), 2);
	CHECK(rsp_seen > top - 1024 - 512 && rsp_seen < top - 1024);
	/* Not aligned: the frame is aligned to 16 bytes. */
	CHECK_EQUAL(hypercall_stack_switch(FLAT_KERNEL_SS, top - 1024 - 4), 0);
	CHECK_EQUAL(user_call(user_undefined, 1), 2);
	CHECK(hypercall_stack_switch(0, top) <= 0);
	CHECK_EQUAL(user_call(user_undefined, 1), 2);
}
