/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two vcpus on one processor: x87, SSE and control words survive the other's use and the switches. */
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/vcpu.h"

static uint32_t rounds[2], broken, stop;

static void load(uint64_t low, uint32_t mxcsr, uint16_t control)
{
	__asm__ volatile("movq %0, %%xmm0\n\t"
			 "movq %0, %%xmm15\n\t"
			 "ldmxcsr %1\n\t"
			 "fldcw %2" ::"r"(low),
			 "m"(mxcsr), "m"(control)
			 : "memory");
}

static bool holds(uint64_t low, uint32_t mxcsr, uint16_t control)
{
	uint64_t xmm0, xmm15;
	uint32_t mxcsr_now;
	uint16_t control_now;

	__asm__ volatile("movq %%xmm0, %0\n\t"
			 "movq %%xmm15, %1\n\t"
			 "stmxcsr %2\n\t"
			 "fnstcw %3"
			 : "=r"(xmm0), "=r"(xmm15), "=m"(mxcsr_now), "=m"(control_now)::"memory");
	return xmm0 == low && xmm15 == low && mxcsr_now == mxcsr && control_now == control;
}

static void run(void *argument)
{
	unsigned int id = vcpu_current()->id;
	uint32_t mxcsr = id ? 0x1f80 : 0x9fc0;
	uint16_t control = id ? 0x37f : 0x27f;
	uint64_t value = 0x1111111111111111ul * (id + 1);

	__asm__ volatile("fninit");
	load(value, mxcsr, control);
	while (!read_once(stop)) {
		hypercall_sched_op(SCHEDOP_yield, NULL);
		if (!holds(value, mxcsr, control))
			write_once(broken, id + 1);
		if (++rounds[id] >= 500 && id == 0)
			write_once(stop, 1);
	}
}

void test_main(void)
{
	uint64_t end = time_ns() + 20 * SECOND;

	vcpu_start(1, run, NULL);
	run(NULL);
	while (read_once(rounds[1]) < 5 && time_ns() < end)
		hypercall_sched_op(SCHEDOP_yield, NULL);
	printf("%u and %u rounds\n", rounds[0], rounds[1]);
	CHECK_EQUAL(broken, 0);
	CHECK(rounds[1] >= 5);
}
