/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bench guest: one line an operation, in the order of tests/bench/operations. */
#include "bench.h"
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/test.h"

uint64_t bench_overhead;

void bench_report(const char *name, uint64_t ticks)
{
	uint64_t net = ticks > bench_overhead ? ticks - bench_overhead : 0;
	uint64_t tenths = net * 10 / BENCH_REPEAT;

	printf("bench: %s = %lu.%lu\n", name, tenths / 10, tenths % 10);
}

static void bench_basic(void)
{
	static uint64_t text[16];
	static struct xen_multicall_entry calls[8];

	for (unsigned int i = 0; i < 8; i++)
		calls[i].op = __HYPERVISOR_xen_version;
	BENCH("null hypercall", hypercall(__HYPERVISOR_xen_version, 0, 0, 0, 0, 0));
	BENCH("unknown hypercall", hypercall(63, 0, 0, 0, 0, 0));
	BENCH("hypercall with a copy-out of 16 bytes",
	      hypercall(__HYPERVISOR_xen_version, XENVER_extraversion, (uint64_t)text, 0, 0, 0));
	BENCH("yield", hypercall_sched_op(SCHEDOP_yield, NULL));
	BENCH("multicall of 8 null", hypercall_multicall(calls, 8));
}

static void bench_timers(void)
{
	uint64_t far = time_ns() + 1000 * SECOND;

	BENCH("set timer far", hypercall_set_timer_op(far + turn));
	/* Near: the next timer of the processor, reprogrammed each time, too late to fire in the loop. */
	far = time_ns() + 2 * MILLISECOND;
	BENCH("set timer near", hypercall_set_timer_op(far - turn * 1000));
	hypercall_set_timer_op(0);
}

void test_main(void)
{
	hypercall_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
	bench_overhead = BENCH_TICKS(barrier());
	bench_basic();
	bench_timers();
	bench_events();
	bench_tables();
	bench_traps();
	bench_grants();
}
