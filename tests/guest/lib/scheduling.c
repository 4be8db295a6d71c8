/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guest/scheduling.h"
#include "guest/event.h"
#include "guest/test.h"

void sleep_ns(uint64_t ns)
{
	struct xen_sched_poll poll = {.timeout = time_ns() + ns};

	hypercall_sched_op(SCHEDOP_poll, &poll);
}

void spin_for_ever(void)
{
	for (;;)
		*(volatile uint64_t *)&child_mailbox.words[0] = time_ns();
}

void wake_again_and_again(void)
{
	volatile uint64_t *words = child_mailbox.words;

	for (;;) {
		uint64_t due = time_ns() + words[0], late;
		struct xen_sched_poll poll = {.timeout = due};

		hypercall_sched_op(SCHEDOP_poll, &poll);
		late = time_ns() - due;
		if (late > words[1])
			words[1] = late;
		words[2]++;
	}
}

uint64_t child_cpu_time(struct child *child)
{
	struct xen_domctl_getdomaininfo info;

	REQUIRE(domain_read_info(child->id, &info));
	return info.cpu_time;
}

long credit_put(struct child *child, uint16_t weight, uint16_t cap)
{
	struct xen_domctl call = {0};

	call.u.scheduler_op.sched_id = XEN_SCHEDULER_CREDIT;
	call.u.scheduler_op.cmd = XEN_DOMCTL_SCHEDOP_putinfo;
	call.u.scheduler_op.u.credit.weight = weight;
	call.u.scheduler_op.u.credit.cap = cap;
	return domctl_send(&call, XEN_DOMCTL_scheduler_op, child->id);
}

long rtds_put(struct child *child, uint32_t period, uint32_t budget, uint32_t flags)
{
	struct xen_domctl call = {0};

	call.u.scheduler_op.sched_id = XEN_SCHEDULER_RTDS;
	call.u.scheduler_op.cmd = XEN_DOMCTL_SCHEDOP_putinfo;
	call.u.scheduler_op.u.rtds.period = period;
	call.u.scheduler_op.u.rtds.budget = budget;
	call.u.scheduler_op.u.rtds.flags = flags;
	return domctl_send(&call, XEN_DOMCTL_scheduler_op, child->id);
}

long pool_call(uint32_t op, uint32_t *pool, uint32_t sched_id, uint32_t cpu, uint32_t domid)
{
	static uint64_t map;
	struct xen_sysctl call = {0};
	struct xen_sysctl_cpupool_op *p = &call.u.cpupool_op;
	long result;

	p->op = op;
	p->cpupool_id = *pool;
	p->sched_id = sched_id;
	p->cpu = cpu;
	p->domid = domid;
	p->cpumap.bitmap = (uint64_t)&map;
	p->cpumap.nr_bits = 64;
	result = sysctl_send(&call, XEN_SYSCTL_cpupool_op);
	*pool = p->cpupool_id;
	return result;
}

uint32_t pool_with_cpu(uint32_t sched_id, uint32_t cpu)
{
	uint32_t first = 0, pool = POOL_ANY;

	REQUIRE_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_RMCPU, &first, 0, cpu, 0), 0);
	REQUIRE_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_CREATE, &pool, sched_id, 0, 0), 0);
	REQUIRE_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_ADDCPU, &pool, 0, cpu, 0), 0);
	return pool;
}

bool is_within(uint64_t value, uint64_t expected, unsigned int percent)
{
	uint64_t room = expected * percent / 100;

	if (value + room >= expected && value <= expected + room)
		return true;
	printf("%lu, not %lu\n", value, expected);
	return false;
}
