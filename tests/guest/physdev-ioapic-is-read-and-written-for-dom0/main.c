/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PHYSDEVOP_apic_read reads the version of the first IOAPIC; other addresses are refused. */
#include "abi/physdev.h"
#include "guest/hypercall.h"
#include "guest/test.h"

void test_main(void)
{
	struct xen_physdev_apic call = {.apic_physbase = 0xfec00000, .reg = 1};

	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_apic_read, &call), 0);
	CHECK_EQUAL(call.value >> 16 & 0xff, 23);
	call.apic_physbase = 0x12345000;
	CHECK(hypercall_physdev_op(PHYSDEVOP_apic_read, &call) < 0);
	CHECK(hypercall_physdev_op(PHYSDEVOP_apic_write, &call) < 0);
}
