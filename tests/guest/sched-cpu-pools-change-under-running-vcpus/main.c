/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processors leave the pool of a running domain, serve others of each policy and come back; misuse is refused. */
#include "guest/sysctl.h"
#include "guest/test.h"
#include "guest/vcpu.h"

#define NR 4
#define ANY XEN_SYSCTL_CPUPOOL_PAR_ANY

static volatile uint64_t turns[NR];
static volatile bool is_over;
static uint64_t map;

static long pool_call(uint32_t op, uint32_t *pool, uint32_t sched, uint32_t cpu, uint32_t domid)
{
	struct xen_sysctl call = {0};
	struct xen_sysctl_cpupool_op *p = &call.u.cpupool_op;
	long result;

	p->op = op;
	p->cpupool_id = *pool;
	p->sched_id = sched;
	p->cpu = cpu;
	p->domid = domid;
	p->cpumap.bitmap = (uint64_t)&map;
	p->cpumap.nr_bits = 64;
	map = ~0ul;
	result = sysctl_send(&call, XEN_SYSCTL_cpupool_op);
	CHECK_EQUAL(call.cmd, XEN_SYSCTL_cpupool_op);
	*pool = p->cpupool_id;
	return result;
}

static long remove_cpu(uint32_t pool, uint32_t cpu)
{
	return pool_call(XEN_SYSCTL_CPUPOOL_OP_RMCPU, &pool, 0, cpu, 0);
}

static long add_cpu(uint32_t pool, uint32_t cpu)
{
	return pool_call(XEN_SYSCTL_CPUPOOL_OP_ADDCPU, &pool, 0, cpu, 0);
}

static uint64_t pool_map(uint32_t pool)
{
	uint32_t found = pool;

	CHECK_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_INFO, &found, 0, 0, 0), 0);
	CHECK_EQUAL(found, pool);
	return map;
}

static void spin(void *turn)
{
	volatile uint64_t *mine = turn;

	while (!is_over)
		(*mine)++;
	hypercall_vcpu_op(VCPUOP_down, vcpu_current()->id, NULL);
}

/* Each vcpu goes on, wherever. */
static void check_turns(void)
{
	for (unsigned int id = 1; id < NR; id++) {
		uint64_t before = turns[id];
		unsigned long spins = 0;

		while (turns[id] == before && ++spins < 1000000000ul)
			__asm__ volatile("pause");
		CHECK(turns[id] != before);
	}
}

static void check_round(uint32_t pool, uint32_t cpu)
{
	CHECK_EQUAL(remove_cpu(0, cpu), 0);
	CHECK_EQUAL(pool_map(0), 15u & ~(1u << cpu));
	check_turns();
	CHECK_EQUAL(add_cpu(pool, cpu), 0);
	CHECK_EQUAL(pool_map(pool), 1u << cpu);
	CHECK_EQUAL(add_cpu(pool, cpu), -XEN_ENODEV);
	CHECK_EQUAL(remove_cpu(pool, cpu), 0);
	CHECK_EQUAL(remove_cpu(pool, cpu), -XEN_ENODEV);
	CHECK_EQUAL(add_cpu(0, cpu), 0);
	CHECK_EQUAL(pool_map(0), 15);
	check_turns();
}

static void check_policy(uint32_t sched)
{
	uint32_t pool = ANY, none;

	CHECK_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_CREATE, &pool, sched, 0, 0), 0);
	CHECK_EQUAL(pool, 1);
	for (uint32_t cpu = 0; cpu < NR; cpu++)
		check_round(pool, cpu);
	CHECK_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_DESTROY, &pool, 0, 0, 0), 0);
	none = pool;
	CHECK_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_DESTROY, &none, 0, 0, 0), -XEN_ENOENT);
}

static void check_misuse(void)
{
	uint32_t pool = 0;

	CHECK_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_DESTROY, &pool, 0, 0, 0), -XEN_EBUSY);
	CHECK_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_MOVEDOMAIN, &pool, 0, 0, 0), -XEN_EINVAL);
	CHECK_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_MOVEDOMAIN, &pool, 0, 0, 77), -XEN_EINVAL);
	CHECK_EQUAL(pool_call(99, &pool, 0, 0, 0), -XEN_ENOSYS);
	CHECK_EQUAL(remove_cpu(0, 999), -XEN_EINVAL);
	CHECK_EQUAL(remove_cpu(7, 0), -XEN_ENOENT);
	CHECK_EQUAL(remove_cpu(0, 3), 0);
	CHECK_EQUAL(remove_cpu(0, 1), 0);
	CHECK_EQUAL(remove_cpu(0, 0), 0);
	CHECK_EQUAL(remove_cpu(0, 2), -XEN_EBUSY);
	CHECK_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_FREEINFO, &pool, 0, 0, 0), 0);
	CHECK_EQUAL(map, 11);
	check_turns();
	for (unsigned int i = 0; i < 3; i++)
		CHECK_EQUAL(add_cpu(0, ANY), 0);
	CHECK_EQUAL(add_cpu(0, ANY), -XEN_ENODEV);
}

static void check_turn_lengths(void)
{
	struct xen_sysctl call = {0};
	struct xen_sysctl_scheduler_op *op = &call.u.scheduler_op;

	op->sched_id = XEN_SCHEDULER_CREDIT;
	op->cmd = XEN_SYSCTL_SCHEDOP_getinfo;
	CHECK_EQUAL(sysctl_send(&call, XEN_SYSCTL_scheduler_op), 0);
	CHECK_EQUAL(op->u.sched_credit.tslice_ms, 30);
	CHECK_EQUAL(op->u.sched_credit.ratelimit_us, 1000);
	op->cmd = XEN_SYSCTL_SCHEDOP_putinfo;
	op->u.sched_credit.tslice_ms = 5;
	CHECK_EQUAL(sysctl_send(&call, XEN_SYSCTL_scheduler_op), 0);
	op->u.sched_credit.tslice_ms = 0;
	CHECK_EQUAL(sysctl_send(&call, XEN_SYSCTL_scheduler_op), -XEN_EINVAL);
	op->cmd = 5;
	CHECK_EQUAL(sysctl_send(&call, XEN_SYSCTL_scheduler_op), -XEN_EINVAL);
}

void test_main(void)
{
	for (unsigned int id = 1; id < NR; id++)
		vcpu_start(id, spin, (void *)(uintptr_t)&turns[id]);
	check_turns();
	check_policy(XEN_SCHEDULER_CREDIT);
	check_policy(XEN_SCHEDULER_NULL);
	check_policy(XEN_SCHEDULER_RTDS);
	check_misuse();
	check_turn_lengths();
	is_over = true;
}
