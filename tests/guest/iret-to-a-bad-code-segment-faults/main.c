/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The iret hypercall to a code selector that does not load gives the guest a fault, nothing worse. */
#include "guest/hypercall.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

static unsigned int failsafes;

static void take_failsafe(struct trap_regs *regs)
{
	failsafes++;
	regs->cs = kernel_cs;
	regs->ss = FLAT_KERNEL_SS;
	regs->vector = TRAP_GP;
	trap_dispatch(regs);
}

static void nothing(void) {}

static void run(void *argument)
{
	uint64_t rsp = (uint64_t)vcpu0_stack + 2 * STACK_BYTES - 2048;
	struct iret_frame frame = {(uint64_t)nothing, (uint64_t)argument, 0x2, rsp, FLAT_KERNEL_SS};

	user_run_frame(&frame, 0);
}

void test_main(void)
{
	struct fault fault = {0};

	trap_set_handler(TRAP_FAILSAFE, take_failsafe);
	CHECK(catch_fault(run, (void *)0x18, &fault));
	printf("vector %lu error 0x%lx rip 0x%lx failsafes %u\n", fault.vector, fault.error_code,
	       fault.rip, failsafes);
	CHECK_EQUAL(fault.vector, TRAP_GP);
	CHECK(catch_fault(run, (void *)0xe008, &fault));
	CHECK_EQUAL(fault.vector, TRAP_GP);
	CHECK(catch_fault(run, (void *)0xfff8, &fault));
	CHECK_EQUAL(fault.vector, TRAP_GP);
}
