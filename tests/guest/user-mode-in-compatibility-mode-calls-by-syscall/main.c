/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SYSCALL of 32-bit user code runs the syscall32 callback where one is registered. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

#define CODE_ADDRESS 0x10002000ul

static struct trap_regs seen;

static void take_syscall(struct trap_regs *regs)
{
	seen = *regs;
	regs->rax = 0x55;
}

static uint64_t nothing(uint64_t argument)
{
	return argument;
}

void test_main(void)
{
	/* mov $0x99, %eax; syscall; ud2 */
	static const uint8_t code[] = {0xb8, 0x99, 0x00, 0x00, 0x00, 0x0f, 0x05, 0x0f, 0x0b};
	struct xen_callback_register call = {.type = CALLBACKTYPE_syscall32,
					     .flags = CALLBACKF_mask_events,
					     .address = (uint64_t)syscall_entry};
	struct iret_frame frame = {CODE_ADDRESS, FLAT_USER_CS32, 0x202, CODE_ADDRESS + 0xff0,
				   FLAT_USER_SS32};
	uint8_t *page = page_alloc(1);
	struct fault fault = {0};

	user_call(nothing, 0);
	memcpy(page, code, sizeof(code));
	map_at(CODE_ADDRESS, pte_make(mfn_of(page), PTE_DATA));
	REQUIRE_EQUAL(hypercall_callback_op(CALLBACKOP_register, &call), 0);
	trap_set_handler(TRAP_SYSCALL, take_syscall);
	CHECK(catch_user_fault(&frame, &fault));
	CHECK_EQUAL(seen.rax, 0x99);
	CHECK_EQUAL(seen.cs, FLAT_USER_CS32);
	CHECK_EQUAL(seen.rip, CODE_ADDRESS + 7);
	CHECK_EQUAL(fault.vector, TRAP_UD);
	CHECK_EQUAL(fault.rip, CODE_ADDRESS + 7);
}
