/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PHYSDEVOP_set_iobitmap: a clear bit lets user mode at IOPL 0 touch the port; too many are refused. */
#include "abi/physdev.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

static uint64_t in8(uint64_t port)
{
	uint8_t value;

	__asm__ volatile("inb %w1, %0" : "=a"(value) : "d"((uint16_t)port));
	return value;
}

static void run_user(void *argument)
{
	user_call(in8, (uint64_t)argument);
}

void test_main(void)
{
	uint8_t *bitmap = page_alloc(2);
	struct xen_physdev_set_iobitmap call = {.bitmap = (uint64_t)bitmap, .nr_ports = 1024};

	memset(bitmap, 0xff, 8192);
	bitmap[0x70 / 8] &= (uint8_t) ~(1u << (0x71 & 7));
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_set_iobitmap, &call), 0);
	CHECK(user_call(in8, 0x71) <= 0xff);
	CHECK_FAULT(run_user, 0x70, TRAP_GP, 0);
	CHECK_FAULT(run_user, 0x1000, TRAP_GP, 0);
	call.nr_ports = 65537;
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_set_iobitmap, &call), -XEN_EINVAL);
	call.nr_ports = 0;
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_set_iobitmap, &call), 0);
	CHECK_FAULT(run_user, 0x71, TRAP_GP, 0);
}
