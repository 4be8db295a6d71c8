/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The real-time policy's own: each vcpu may run for its budget in each of its
 * periods; whose period ends first runs first, on any CPU of the pool. What
 * isn't used is lost at the end of the period. One lock a pool guards it all.
 */
#ifndef SCHED_RT_H
#define SCHED_RT_H

#include "hv/time.h"
#include "policy.h"

#define RT_PERIOD_DEFAULT_NS (10 * NS_PER_MS)
#define RT_BUDGET_DEFAULT_NS (4 * NS_PER_MS)
#define RT_BUDGET_MIN_NS (10 * NS_PER_US)
/* Less isn't worth a switch. */
#define RT_REST_NS (5 * NS_PER_US)

struct rt_parameters {
	uint64_t period_ns, budget_ns;
	bool extra; /* may go on behind all others when the budget is used up */
};

struct rt_unit {
	struct sched_unit unit;
	struct rt_parameters parameters;
	uint64_t deadline_ns; /* the end of the period */
	uint64_t left_ns;     /* of the budget */
	uint32_t level;	      /* how often extra time was taken in this period; lower runs first */
	uint64_t since_ns;    /* running: paid up to here; 0: not running */
	bool is_ready;	      /* on the queue */
	struct list_node ready_node;
	struct timer renewal; /* at the end of the period, while it runs or waits */
};

struct rt_domain {
	struct sched_domain sd;
	struct rt_parameters parameters; /* of vcpus that come */
};

struct rt_pool {
	struct sched_pool pool;
	struct spinlock lock;
	struct list_node ready; /* waiting units with budget, the most urgent first */
};

struct rt_cpu {
	struct rt_unit *running; /* NULL: idle, or not ours */
};

static always_inline struct rt_unit *rt_unit_of(const struct vcpu *v)
{
	return container_of(v->sched, struct rt_unit, unit);
}

static always_inline struct rt_pool *rt_pool_of(const struct vcpu *v)
{
	return container_of(v->sched->pool, struct rt_pool, pool);
}

/* rt_adjust.c */
int must_check rt_adjust_domain(struct domain *d, struct xen_domctl_scheduler_op *op, bool puts);
int must_check rt_adjust_vcpu(struct vcpu *v, struct xen_domctl_schedparam_vcpu *parameters,
			      bool puts);

#endif
