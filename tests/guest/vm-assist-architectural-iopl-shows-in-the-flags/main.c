/* SPDX-License-Identifier: GPL-2.0-or-later */
/* With architectural_iopl a frame of the kernel shows IOPL, and iret sets it: ports follow it. */
#include "abi/physdev.h"
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

static uint64_t flags_seen;

static void note_flags(struct trap_regs *regs)
{
	flags_seen = regs->rflags;
	regs->rip += 2;
}

static uint64_t user_undefined(uint64_t argument)
{
	__asm__ volatile("ud2");
	return 0;
}

void test_main(void)
{
	struct xen_physdev_set_iopl call = {.iopl = 3};

	trap_set_handler(TRAP_UD, note_flags);
	CHECK_EQUAL(hypercall_vm_assist(VMASST_CMD_enable, VMASST_TYPE_architectural_iopl), 0);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_set_iopl, &call), 0);
	__asm__ volatile("ud2");
	CHECK_EQUAL(flags_seen >> 12 & 3, 3);
	/* user_call() enters with IOPL 0 in its frame. */
	user_call(user_undefined, 0);
	CHECK_EQUAL(flags_seen >> 12 & 3, 0);
	CHECK_EQUAL(hypercall_vm_assist(VMASST_CMD_disable, VMASST_TYPE_architectural_iopl), 0);
	__asm__ volatile("ud2");
	CHECK_EQUAL(flags_seen >> 12 & 3, 0);
}
