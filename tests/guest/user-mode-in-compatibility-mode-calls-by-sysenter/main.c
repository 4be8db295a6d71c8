/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SYSENTER of 32-bit user code on an Intel processor runs the sysenter callback where one is registered, whatever the flags, and faults
 * where none is. Neither the address nor the stack is told.
 */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

#define CODE_ADDRESS 0x10002000ul
#define FLAGS_TF 0x100ul

static struct trap_regs seen;

static void take_sysenter(struct trap_regs *regs)
{
	seen = *regs;
	/* Where a kernel would have it from a register. */
	regs->rip = CODE_ADDRESS + 16;
	regs->rsp = CODE_ADDRESS + 0xff0;
	regs->cs = FLAT_USER_CS32;
	regs->ss = FLAT_USER_SS32;
	regs->rflags &= ~FLAGS_TF;
}

static uint64_t nothing(uint64_t argument)
{
	return argument;
}

/* The instruction doesn't clear the flag: it traps in ring 0, and that isn't ours to hear of. */
static void step_over_sysenter(uint8_t *page, struct iret_frame *frame)
{
	/* mov $0x77, %eax; push $0x302; popf; sysenter */
	static const uint8_t code[] = {0xb8, 0x77, 0x00, 0x00, 0x00, 0x68, 0x02,
				       0x03, 0x00, 0x00, 0x9d, 0x0f, 0x34};
	struct fault fault = {0};

	memcpy(page, code, sizeof(code));
	frame->rflags = 0x202;
	seen.rax = 0;
	CHECK(catch_user_fault(frame, &fault));
	CHECK_EQUAL(seen.rax, 0x77);
	CHECK_EQUAL(fault.vector, TRAP_UD);
	CHECK_EQUAL(fault.rip, CODE_ADDRESS + 16);
}

void test_main(void)
{
	/* mov $0x99, %eax; sysenter */
	static const uint8_t code[] = {0xb8, 0x99, 0x00, 0x00, 0x00, 0x0f, 0x34};
	struct xen_callback_register call = {.type = CALLBACKTYPE_sysenter,
					     .flags = CALLBACKF_mask_events,
					     .address = (uint64_t)syscall_entry};
	struct iret_frame frame = {CODE_ADDRESS, FLAT_USER_CS32, 0x202, CODE_ADDRESS + 0xff0,
				   FLAT_USER_SS32};
	/* Plain; direction; nested task; alignment check. */
	static const uint64_t flags[] = {0x202, 0x602, 0x4202, 0x40202};
	uint8_t *page = page_alloc(1);
	struct fault fault = {0};

	user_call(nothing, 0);
	memcpy(page, code, sizeof(code));
	map_at(CODE_ADDRESS, pte_make(mfn_of(page), PTE_DATA));
	/* ud2 */
	page[16] = 0x0f;
	page[17] = 0x0b;
	CHECK(catch_user_fault(&frame, &fault));
	CHECK_EQUAL(fault.vector, TRAP_GP);
	REQUIRE_EQUAL(hypercall_callback_op(CALLBACKOP_register, &call), 0);
	trap_set_handler(TRAP_SYSCALL, take_sysenter);
	for (unsigned int i = 0; i < ARRAY_SIZE(flags); i++) {
		seen.rax = 0;
		frame.rflags = flags[i];
		CHECK(catch_user_fault(&frame, &fault));
		CHECK_EQUAL(seen.rax, 0x99);
		CHECK_EQUAL(fault.vector, TRAP_UD);
		CHECK_EQUAL(fault.rip, CODE_ADDRESS + 16);
	}
	step_over_sysenter(page, &frame);
}
