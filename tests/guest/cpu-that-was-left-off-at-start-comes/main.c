/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processors beyond maxcpus= come when they are asked for, and serve the first pool. */
#include "guest/hotplug.h"
#include "guest/scheduling.h"
#include "guest/test.h"

static void check_serves(uint32_t cpu)
{
	struct child *child = child_start(spin_for_ever);
	uint32_t pool = 0;
	uint64_t before;

	CHECK(pool_call(XEN_SYSCTL_CPUPOOL_OP_ADDCPU, &pool, 0, cpu, 0) == -XEN_ENODEV);
	before = child_cpu_time(child);
	sleep_ns(50 * MILLISECOND);
	CHECK(child_cpu_time(child) > before);
	child_destroy(child);
}

void test_main(void)
{
	CHECK_EQUAL(cpus_online(), 2);
	CHECK_EQUAL(cpu_flags(3), 0);
	CHECK_EQUAL(cpu_on(3), 0);
	CHECK_EQUAL(cpus_online(), 3);
	check_serves(3);
	CHECK_EQUAL(cpu_platform(2, XENPF_cpu_online), 0);
	CHECK_EQUAL(cpus_online(), 4);
	CHECK_EQUAL(cpu_off(1), 0);
	CHECK_EQUAL(cpu_on(1), 0);
	check_serves(1);
	CHECK_EQUAL(cpu_off(3), 0);
	CHECK_EQUAL(cpus_online(), 3);
}
