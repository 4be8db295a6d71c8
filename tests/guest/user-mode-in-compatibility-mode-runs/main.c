/* SPDX-License-Identifier: GPL-2.0-or-later */
/* User code of 32 bits: it runs, its traps tell the selector, iret goes back to it. */
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

#define CODE_ADDRESS 0x10002000ul

static struct trap_regs seen;

static void take_breakpoint(struct trap_regs *regs)
{
	seen = *regs;
	regs->rax++;
}

static uint64_t nothing(uint64_t argument)
{
	return argument;
}

void test_main(void)
{
	/* mov $0x12345678, %eax; inc %eax; int3; mov %eax, 0x10002800; ud2 */
	static const uint8_t code[] = {0xb8, 0x78, 0x56, 0x34, 0x12, 0x40, 0xcc,
				       0xa3, 0x00, 0x28, 0x00, 0x10, 0x0f, 0x0b};
	uint8_t *page = page_alloc(1);
	struct iret_frame frame = {CODE_ADDRESS, FLAT_USER_CS32, 0x202, CODE_ADDRESS + 0xff0,
				   FLAT_USER_SS32};
	struct fault fault = {0};

	user_call(nothing, 0);
	memcpy(page, code, sizeof(code));
	map_at(CODE_ADDRESS, pte_make(mfn_of(page), PTE_DATA));
	trap_set_handler(TRAP_BP, take_breakpoint);
	CHECK(catch_user_fault(&frame, &fault));
	CHECK_EQUAL(seen.rax, 0x12345679);
	CHECK_EQUAL(seen.cs, FLAT_USER_CS32);
	CHECK_EQUAL(seen.rip, CODE_ADDRESS + 7);
	CHECK_EQUAL(fault.vector, TRAP_UD);
	CHECK_EQUAL(*(volatile uint32_t *)(page + 0x800), 0x1234567a);
}
