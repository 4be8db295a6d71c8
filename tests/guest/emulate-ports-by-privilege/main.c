/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Port access is emulated for dom0 at its virtual IOPL; the hypervisor's own ports read as nothing. */
#include "abi/physdev.h"
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

static uint64_t in8(uint64_t port)
{
	uint8_t value;

	__asm__ volatile("inb %w1, %0" : "=a"(value) : "d"((uint16_t)port));
	return value;
}

static uint64_t in32(uint64_t port)
{
	uint32_t value;

	__asm__ volatile("inl %w1, %0" : "=a"(value) : "d"((uint16_t)port));
	return value;
}

static void run_in8(void *argument)
{
	in8((uint64_t)argument);
}

static void run_user(void *argument)
{
	user_call(in8, (uint64_t)argument);
}

static void set_iopl(uint32_t level)
{
	struct xen_physdev_set_iopl call = {.iopl = level};

	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_set_iopl, &call), 0);
}

void test_main(void)
{
	struct xen_physdev_set_iopl bad = {.iopl = 4};
	uint8_t cmos;

	set_iopl(1);
	in8(0x80);
	__asm__ volatile("outb %%al, $0x80" ::"a"(0));
	__asm__ volatile("outb %%al, $0x70" ::"a"(0x0a));
	cmos = (uint8_t)in8(0x71);
	CHECK((cmos & 0x7f) == 0x26);
	CHECK(in32(0xcf8) != 0x12345);
	/* PIC and PIT channel 0 belong to the hypervisor. */
	CHECK_EQUAL(in8(0x21), 0xff);
	CHECK_EQUAL(in8(0xa1), 0xff);
	CHECK_EQUAL(in8(0x40), 0xff);
	CHECK_FAULT(run_user, 0x80, TRAP_GP, 0);
	set_iopl(3);
	CHECK(user_call(in8, 0x71) <= 0xff);
	set_iopl(0);
	CHECK_FAULT(run_in8, 0x80, TRAP_GP, 0);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_set_iopl, &bad), -XEN_EINVAL);
}
