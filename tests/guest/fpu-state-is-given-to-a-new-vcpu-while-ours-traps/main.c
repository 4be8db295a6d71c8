/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A context's FPU state is installed also while the caller's own next FPU instruction would trap. */
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/vcpu.h"

#define MXCSR_GIVEN 0x5f80u

static uint32_t seen;

static void run_other(void *argument)
{
	uint32_t mxcsr;

	__asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
	write_once(seen, mxcsr);
	for (;;)
		hypercall_sched_op(SCHEDOP_yield, NULL);
}

void test_main(void)
{
	struct xen_vcpu_guest_context *context = vcpu_context(1, run_other, NULL);
	uint32_t mxcsr = MXCSR_GIVEN | 0xffff0000;
	uint16_t control = 0x37f;
	uint64_t end = time_ns() + 5 * SECOND;

	context->flags |= VGCF_i387_valid;
	memcpy((char *)context->fpu_ctxt.x, &control, sizeof(control));
	/* Bits that no processor has are left out. */
	memcpy((char *)context->fpu_ctxt.x + 24, &mxcsr, sizeof(mxcsr));
	CHECK_EQUAL(hypercall(__HYPERVISOR_fpu_taskswitch, 1, 0, 0, 0, 0), 0);
	REQUIRE_EQUAL(hypercall_vcpu_op(VCPUOP_initialise, 1, context), 0);
	CHECK_EQUAL(hypercall(__HYPERVISOR_fpu_taskswitch, 0, 0, 0, 0, 0), 0);
	REQUIRE_EQUAL(hypercall_vcpu_op(VCPUOP_up, 1, NULL), 0);
	while (!read_once(seen) && time_ns() < end)
		hypercall_sched_op(SCHEDOP_yield, NULL);
	CHECK_EQUAL(seen, MXCSR_GIVEN);
}
