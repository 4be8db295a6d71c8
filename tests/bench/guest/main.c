/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bench guest: one line an operation, in the order of tests/bench/operations; with "memory" on
 * its command line only how many pages guests can have.
 */
#include "bench.h"
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/trap.h"

uint64_t bench_overhead;

void bench_report(const char *name, uint64_t ticks)
{
	uint64_t net = ticks > bench_overhead ? ticks - bench_overhead : 0;
	uint64_t tenths = net * 10 / BENCH_REPEAT;

	printf("bench: %s = %lu.%lu\n", name, tenths / 10, tenths % 10);
}

bool bench_expect(const char *name, long result, long expected)
{
	if (result != expected)
		printf("bench refused: %s gives %ld\n", name, result);
	return result == expected;
}

static void bench_basic(void)
{
	static uint64_t text[16];
	static struct xen_multicall_entry calls[8];

	for (unsigned int i = 0; i < 8; i++)
		calls[i].op = __HYPERVISOR_xen_version;
	BENCH_CALL("null hypercall", 4 << 16 | 17,
		   hypercall(__HYPERVISOR_xen_version, 0, 0, 0, 0, 0), );
	BENCH_CALL("unknown hypercall", -XEN_ENOSYS, hypercall(63, 0, 0, 0, 0, 0), );
	BENCH_CALL("hypercall with a copy-out of 16 bytes", 0,
		   hypercall(__HYPERVISOR_xen_version, XENVER_extraversion, (uint64_t)text, 0, 0,
			     0), );
	BENCH_CALL("yield", 0, hypercall_sched_op(SCHEDOP_yield, NULL), );
	BENCH_CALL("multicall of 8 null", 0, hypercall_multicall(calls, 8), );
}

static void bench_timers(void)
{
	uint64_t far = time_ns() + 1000 * SECOND;

	BENCH_CALL("set timer far", 0, hypercall_set_timer_op(far + turn), );
	/* Near: the next timer of the processor, reprogrammed each time, too late to fire in the loop. */
	far = time_ns() + 2 * MILLISECOND;
	BENCH_CALL("set timer near", 0, hypercall_set_timer_op(far - turn * 1000), );
	hypercall_set_timer_op(0);
}

static void run_group(void *argument)
{
	((void (*)(void))argument)();
}

/* A group that the hypervisor under test cannot run costs its rows only. */
static void bench_group(void (*group)(void))
{
	struct fault fault = {0};

	if (catch_fault(run_group, (void *)group, &fault))
		printf("bench group stopped by trap %lu at 0x%lx\n", fault.vector, fault.rip);
}

void test_main(void)
{
	static void (*const groups[])(void) = {
		bench_basic,	  bench_timers,	       bench_two_level,	  bench_fifo,
		bench_entries,	  bench_trapped_write, bench_pins,	  bench_switches,
		bench_grant_maps, bench_grant_copies,  bench_reservation, bench_traps,
	};

	hypercall_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
	if (test_has_option("memory")) {
		bench_memory();
		return;
	}
	bench_overhead = BENCH_TICKS(barrier());
	for (unsigned int i = 0; i < ARRAY_SIZE(groups); i++)
		bench_group(groups[i]);
}
