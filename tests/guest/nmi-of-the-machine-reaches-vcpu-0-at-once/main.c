/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An NMI of the machine, here of a watchdog card, is the hardware domain's vcpu 0's while it runs and makes no calls. The emulator
 * counts instructions as time.
 */
#include "abi/nmi.h"
#include "abi/physdev.h"
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

/* iBASE 700: its time in steps of 2 seconds, counted backwards. */
#define PORT_WATCHDOG 0x443
#define TWO_SECONDS 14
#define NR_ROUNDS 5

static volatile uint32_t nr_nmis;

static void on_nmi(struct trap_regs *regs)
{
	nr_nmis++;
}

void test_main(void)
{
	struct xen_xennmi_callback callback = {.handler_address = (uint64_t)nmi_entry};
	uint64_t due, late, worst = 0;
	struct xen_physdev_set_iopl iopl = {.iopl = 1};

	CHECK_EQUAL(
		hypercall(__HYPERVISOR_physdev_op, PHYSDEVOP_set_iopl, (uint64_t)&iopl, 0, 0, 0),
		0);
	hypercall_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
	trap_set_handler(TRAP_NMI_CALLBACK, on_nmi);
	REQUIRE_EQUAL(hypercall(__HYPERVISOR_nmi_op, XENNMI_register_callback, (uint64_t)&callback,
				0, 0, 0),
		      0);
	for (uint32_t i = 1; i <= NR_ROUNDS; i++) {
		due = time_ns() + 2 * SECOND;
		__asm__ volatile("outb %%al, %%dx" ::"a"(TWO_SECONDS), "d"(PORT_WATCHDOG));
		while (nr_nmis < i && time_ns() < due + SECOND)
			;
		late = time_ns() - due;
		if (late > worst)
			worst = late;
	}
	CHECK_EQUAL(nr_nmis, NR_ROUNDS);
	printf("latest by %lu ns\n", worst);
	/* The next exit without it: the credit scheduler interrupts every 30 ms. */
	CHECK(worst < MILLISECOND);
}
