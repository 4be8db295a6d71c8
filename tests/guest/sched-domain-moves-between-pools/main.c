/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A busy domain moves between pools of each policy and always runs on their processors only. */
#include "guest/scheduling.h"
#include "guest/test.h"

static uint32_t cpu_of(struct child *child)
{
	struct xen_domctl call = {0};

	REQUIRE_EQUAL(domctl_send(&call, XEN_DOMCTL_getvcpuinfo, child->id), 0);
	return call.u.getvcpuinfo.cpu;
}

static uint32_t pool_of(struct child *child)
{
	struct xen_domctl_getdomaininfo info;

	REQUIRE(domain_read_info(child->id, &info));
	return info.cpupool;
}

void test_main(void)
{
	static const uint32_t sched_ids[] = {XEN_SCHEDULER_NULL, XEN_SCHEDULER_RTDS,
					     XEN_SCHEDULER_CREDIT};
	struct child *child = child_start(spin_for_ever), *other = child_start(spin_for_ever);
	uint32_t pools[4] = {0}, target;

	for (unsigned int i = 0; i < 3; i++)
		pools[i + 1] = pool_with_cpu(sched_ids[i], i + 1);
	for (unsigned int i = 1; i < 24; i++) {
		uint64_t before = child_cpu_time(child);

		target = pools[i % 4];
		REQUIRE_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_MOVEDOMAIN, &target, 0, 0, child->id),
			      0);
		CHECK_EQUAL(pool_of(child), target);
		sleep_ns(20 * MILLISECOND);
		CHECK_EQUAL(cpu_of(child), i % 4);
		CHECK(child_cpu_time(child) - before >= 5 * MILLISECOND);
	}
	CHECK_EQUAL(cpu_of(other), 0);
	target = 77;
	CHECK_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_MOVEDOMAIN, &target, 0, 0, child->id),
		    -XEN_ENOENT);
	child_destroy(child);
	REQUIRE(domain_wait_gone(child->id));
	for (unsigned int i = 1; i < 4; i++)
		CHECK_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_DESTROY, &pools[i], 0, 0, 0), 0);
}
