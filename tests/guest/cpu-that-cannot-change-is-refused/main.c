/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Processors that are not there, the first one, the last of a pool with a domain, one that a vcpu is pinned to: all stay as they are. A pool
 * gets its own back. Threads go and come together.
 */
#include "guest/hotplug.h"
#include "guest/scheduling.h"
#include "guest/test.h"
#include "guest/vcpu.h"

static void misuse(void)
{
	CHECK_EQUAL(cpu_off(0), -XEN_EINVAL);
	CHECK_EQUAL(cpu_off(4), -XEN_EINVAL);
	CHECK_EQUAL(cpu_off(~0u), -XEN_EINVAL);
	CHECK_EQUAL(cpu_on(4), -XEN_EINVAL);
	CHECK_EQUAL(cpu_on(~0u), -XEN_EINVAL);
	CHECK_EQUAL(cpu_on(0), -XEN_EINVAL);
	CHECK_EQUAL(cpu_on(1), -XEN_EINVAL);
	CHECK_EQUAL(cpu_hotplug(1, 4), -XEN_EOPNOTSUPP);
	CHECK_EQUAL(cpu_hotplug(1, ~0u), -XEN_EOPNOTSUPP);
	CHECK_EQUAL(cpu_platform(0, XENPF_cpu_offline), -XEN_EOPNOTSUPP);
	CHECK_EQUAL(cpu_platform(4, XENPF_cpu_offline), -XEN_EINVAL);
	CHECK_EQUAL(cpu_platform(~0u, XENPF_cpu_online), -XEN_EINVAL);
	CHECK_EQUAL(cpu_platform(1, XENPF_cpu_online), 0);
	CHECK_EQUAL(cpus_online(), 4);
}

static uint32_t pool_with(uint32_t policy, uint32_t cpu, struct child *child)
{
	uint32_t pool = pool_with_cpu(policy, cpu), to = pool;

	CHECK_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_MOVEDOMAIN, &to, 0, 0, child->id), 0);
	return pool;
}

static void last_of_a_pool(uint32_t policy)
{
	struct child *child = child_start(spin_for_ever);
	uint32_t pool = pool_with(policy, 2, child), first = 0;
	uint64_t before;

	CHECK_EQUAL(cpu_off(2), -XEN_EBUSY);
	CHECK_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_RMCPU, &first, 0, 3, 0), 0);
	first = pool;
	CHECK_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_ADDCPU, &first, 0, 3, 0), 0);
	CHECK_EQUAL(cpu_off(2), 0);
	CHECK_EQUAL(cpu_off(3), -XEN_EBUSY);
	before = child_cpu_time(child);
	sleep_ns(100 * MILLISECOND);
	CHECK(child_cpu_time(child) > before);
	CHECK_EQUAL(cpu_on(2), 0);
	CHECK_EQUAL(cpu_off(3), 0);
	before = child_cpu_time(child);
	sleep_ns(100 * MILLISECOND);
	CHECK(child_cpu_time(child) > before);
	child_destroy(child);
	/* Its pool goes while it is off: it comes to the first one. */
	while (pool_call(XEN_SYSCTL_CPUPOOL_OP_DESTROY, &pool, 0, 0, 0) == -XEN_EBUSY)
		sleep_ns(MILLISECOND);
	CHECK_EQUAL(cpu_on(3), 0);
	first = 0;
	CHECK_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_ADDCPU, &first, 0, 2, 0), 0);
	first = 0;
	CHECK_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_ADDCPU, &first, 0, 3, 0), -XEN_ENODEV);
}

static void free_one(void)
{
	uint32_t pool = 0;

	CHECK_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_RMCPU, &pool, 0, 3, 0), 0);
	CHECK_EQUAL(cpu_off(3), 0);
	pool = 0;
	CHECK(pool_call(XEN_SYSCTL_CPUPOOL_OP_ADDCPU, &pool, 0, 3, 0) < 0);
	/* Longer than the watchdog waits for those that are on. */
	sleep_ns(3500 * MILLISECOND);
	CHECK_EQUAL(cpu_on(3), 0);
	pool = 0;
	CHECK_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_ADDCPU, &pool, 0, 3, 0), 0);
}

static void pinned(void)
{
	struct xen_sched_pin_override pin = {.pcpu = 1};

	CHECK_EQUAL(hypercall_sched_op(SCHEDOP_pin_override, &pin), 0);
	CHECK_EQUAL(cpu_off(1), -XEN_EADDRINUSE);
	pin.pcpu = -1;
	CHECK_EQUAL(hypercall_sched_op(SCHEDOP_pin_override, &pin), 0);
	/* The caller runs there now. */
	CHECK_EQUAL(cpu_off(1), 0);
	pin.pcpu = 1;
	CHECK_EQUAL(hypercall_sched_op(SCHEDOP_pin_override, &pin), -XEN_EINVAL);
	CHECK_EQUAL(cpu_on(1), 0);
}

static void threads(void)
{
	long result = cpu_hotplug(0, XEN_SYSCTL_CPU_HOTPLUG_SMT_DISABLE);

	CHECK_EQUAL(result, 0);
	CHECK_EQUAL(cpus_online(), 2);
	CHECK_EQUAL(cpu_flags(0), XEN_PCPU_FLAGS_ONLINE);
	CHECK_EQUAL(cpu_flags(1), 0);
	CHECK_EQUAL(cpu_flags(2), XEN_PCPU_FLAGS_ONLINE);
	CHECK_EQUAL(cpu_hotplug(0, XEN_SYSCTL_CPU_HOTPLUG_SMT_DISABLE), 0);
	CHECK_EQUAL(cpu_hotplug(0, XEN_SYSCTL_CPU_HOTPLUG_SMT_ENABLE), 0);
	CHECK_EQUAL(cpus_online(), 4);
}

void test_main(void)
{
	misuse();
	last_of_a_pool(XEN_SCHEDULER_CREDIT);
	last_of_a_pool(XEN_SCHEDULER_RTDS);
	last_of_a_pool(XEN_SCHEDULER_NULL);
	free_one();
	pinned();
	threads();
	misuse();
}
