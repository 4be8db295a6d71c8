/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pools of CPUs, for the control interface. A domain is in one pool, an online
 * CPU in one or free. Pool 0 is there from the start. Errors are those of
 * XEN_SYSCTL_cpupool_op. A CPU comes or goes in steps: begin, pool_walk()
 * until it is through, end. No lock held; not in interrupts.
 */
#ifndef HV_CPU_POOL_H
#define HV_CPU_POOL_H

#include "hv/cpu.h"
#include "hv/domain.h"
#include "hv/types.h"

struct xen_sysctl_scheduler_op;

/* Instead of the id of a pool or the number of a CPU: any. */
#define POOL_ANY 0xffffffffU

struct pool_information {
	uint32_t id;
	uint32_t sched_id; /* XEN_SCHEDULER_* */
	uint32_t nr_domains;
	struct cpumask cpus; /* those that are on */
};

/* An empty pool. -ENOENT (no such policy), -EEXIST, -ENOMEM. Sets *id when it was POOL_ANY. */
int must_check pool_create(uint32_t *id, uint32_t sched_id);
/* Lets its CPUs go. -ENOENT, -EBUSY: it has domains, or is the first. */
int must_check pool_destroy(uint32_t id);
/* The pool of that id or the next. -ENOENT: there is none. */
int must_check pool_read(uint32_t from, struct pool_information *out);
/* CPUs that are in no pool. */
void pool_read_free(struct cpumask *out);

/* A free CPU comes; sets *cpu when it was POOL_ANY. -ENOENT, -EINVAL (not a CPU), -ENODEV (not free). */
int must_check pool_begin_add(uint32_t id, uint32_t *cpu);
/* After the walk: the CPU looks for work. */
void pool_end_add(uint32_t cpu);
/* No vcpu may use the CPU from now on. -ENOENT, -EINVAL, -ENODEV (not the pool's), -EBUSY (the last one), -EADDRINUSE (pinned). */
int must_check pool_begin_remove(uint32_t id, uint32_t *cpu);
/* After the walk: -ERESTART when somebody still runs there, -ENODEV when nothing was begun. */
int must_check pool_end_remove(uint32_t id, uint32_t cpu);
/* Lets every vcpu follow the latest changes; false: other work is due, come again. Waits for other CPUs. */
bool must_check pool_walk(void);
/* The domain is not current's. -ENOENT: no such pool, or it has no CPU. Waits for other CPUs. */
int must_check pool_move_domain(struct domain *d, uint32_t id);
/* XEN_SYSCTL_SCHEDOP_*: puts, else gets. -ESRCH (no pool), -EINVAL (not its policy, out of range), -EOPNOTSUPP. */
int must_check pool_adjust(uint32_t id, struct xen_sysctl_scheduler_op *op, bool puts);

#endif
