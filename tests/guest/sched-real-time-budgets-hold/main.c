/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In a pool of the real-time policy, busy domains get their budgets in each period; extra time goes to who may have it. */
#include "guest/scheduling.h"
#include "guest/test.h"

static struct child *reserved(uint32_t pool, uint32_t period, uint32_t budget, uint32_t flags)
{
	struct child *child = child_start(spin_for_ever);

	REQUIRE_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_MOVEDOMAIN, &pool, 0, 0, child->id), 0);
	CHECK_EQUAL(credit_put(child, 256, 0), -XEN_EINVAL);
	REQUIRE_EQUAL(rtds_put(child, period, budget, flags), 0);
	return child;
}

static void check_refusals(struct child *child)
{
	CHECK_EQUAL(rtds_put(child, 1000, 0, 0), -XEN_EINVAL);
	CHECK_EQUAL(rtds_put(child, 1000, 1001, 0), -XEN_EINVAL);
}

static void check_vcpu(struct child *child)
{
	struct xen_domctl_schedparam_vcpu one = {.vcpuid = 0};
	struct xen_domctl call = {0};

	call.u.scheduler_op.sched_id = XEN_SCHEDULER_RTDS;
	call.u.scheduler_op.cmd = XEN_DOMCTL_SCHEDOP_getvcpuinfo;
	call.u.scheduler_op.u.v.vcpus = (uint64_t)&one;
	call.u.scheduler_op.u.v.nr_vcpus = 1;
	CHECK_EQUAL(domctl_send(&call, XEN_DOMCTL_scheduler_op, child->id), 0);
	CHECK_EQUAL(call.u.scheduler_op.u.v.nr_vcpus, 1);
	CHECK_EQUAL(one.u.rtds.period, 10000);
	CHECK_EQUAL(one.u.rtds.budget, 2000);
}

void test_main(void)
{
	uint32_t pool = pool_with_cpu(XEN_SCHEDULER_RTDS, 1);
	struct child *a = reserved(pool, 10000, 2000, 0), *b = reserved(pool, 5000, 2500, 0);
	struct child *c = reserved(pool, 10000, 1000, XEN_DOMCTL_SCHEDRT_extra);
	uint64_t a_ns, b_ns, c_ns;

	sleep_ns(200 * MILLISECOND);
	a_ns = child_cpu_time(a);
	b_ns = child_cpu_time(b);
	c_ns = child_cpu_time(c);
	sleep_ns(3 * SECOND);
	CHECK(is_within(child_cpu_time(a) - a_ns, 3 * SECOND / 5, 2));
	CHECK(is_within(child_cpu_time(b) - b_ns, 3 * SECOND / 2, 2));
	CHECK(is_within(child_cpu_time(c) - c_ns, 3 * SECOND * 3 / 10, 4));
	check_refusals(a);
	check_vcpu(a);
	CHECK_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_DESTROY, &pool, 0, 0, 0), -XEN_EBUSY);
}
