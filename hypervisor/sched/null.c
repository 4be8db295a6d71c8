/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The null policy: a vcpu owns a CPU, runs there whenever it is runnable, and
 * nothing else does. One that finds no free CPU is homeless: it waits, queued
 * where it was, until a CPU of its pool without an owner adopts it.
 */
#include "abi/domctl.h"
#include "hv/printk.h"
#include "hv/softirq.h"
#include "policy.h"

struct null_unit {
	struct sched_unit unit;
	struct list_node homeless_node; /* [scheduler_account] */
};

struct null_cpu {
	struct vcpu *owner; /* [scheduler_account] */
};

struct null_pool {
	struct sched_pool pool;
	struct spinlock lock;
	struct list_node homeless; /* [scheduler_account] */
};

static DEFINE_PER_CPU(struct null_cpu, null_cpu);

static struct null_unit *null_unit_of(const struct vcpu *v)
{
	return container_of(v->sched, struct null_unit, unit);
}

static struct null_pool *null_pool_of(const struct vcpu *v)
{
	return container_of(v->sched->pool, struct null_pool, pool);
}

static bool home_is_free(const struct vcpu *v, unsigned int cpu)
{
	return !per_cpu(null_cpu, cpu).owner && mask_has(&v->sched->allowed, cpu);
}

/* A free CPU for v: soft affinity first, where it is before others; nr_cpus when there is none. */
static unsigned int home_find(const struct vcpu *v)
{
	unsigned int found = nr_cpus, cpu = v->processor;

	for (unsigned int i = 0; i < nr_cpus; i++, cpu = cpu + 1 < nr_cpus ? cpu + 1 : 0) {
		if (!cpu_is_online(cpu) || !home_is_free(v, cpu))
			continue;
		if (mask_has(&v->affinity_soft, cpu))
			return cpu;
		if (found == nr_cpus)
			found = cpu;
	}
	return found;
}

static void home_leave(const struct vcpu *v, unsigned int cpu)
{
	if (per_cpu(null_cpu, cpu).owner != v)
		return;
	per_cpu(null_cpu, cpu).owner = NULL;
	/* Somebody may be waiting for it. */
	softirq_raise_cpu(cpu, SOFTIRQ_SCHEDULE);
}

static unsigned int null_choose_cpu(struct vcpu *v)
{
	struct null_pool *pool = null_pool_of(v);
	unsigned int cpu = v->processor, home;

	spin_lock(&pool->lock);
	if (per_cpu(null_cpu, cpu).owner != v || !mask_has(&v->sched->allowed, cpu)) {
		home_leave(v, cpu);
		home = home_find(v);
		if (home != nr_cpus)
			per_cpu(null_cpu, home).owner = v;
		cpu = home != nr_cpus ? home : affinity_choose_cpu(v);
	}
	spin_unlock(&pool->lock);
	return cpu;
}

static void null_enqueue(struct vcpu *v, bool woken)
{
	struct null_pool *pool = null_pool_of(v);
	unsigned int cpu = v->processor;

	v->sched->is_queued = true;
	spin_lock(&pool->lock);
	if (home_is_free(v, cpu))
		per_cpu(null_cpu, cpu).owner = v;
	if (per_cpu(null_cpu, cpu).owner != v) {
		list_add_tail(&pool->homeless, &null_unit_of(v)->homeless_node);
		/* One may have become free since it looked. */
		cpu = home_find(v);
	}
	spin_unlock(&pool->lock);
	if (cpu != nr_cpus)
		softirq_raise_cpu(cpu, SOFTIRQ_SCHEDULE);
}

static void null_dequeue(struct vcpu *v)
{
	struct null_pool *pool = null_pool_of(v);

	v->sched->is_queued = false;
	spin_lock(&pool->lock);
	list_remove(&null_unit_of(v)->homeless_node);
	spin_unlock(&pool->lock);
}

static bool null_yield(struct vcpu *v)
{
	return false;
}

static bool homeless_take(struct vcpu *v, unsigned int cpu)
{
	if (!unit_pull(v, cpu))
		return false;
	list_remove(&null_unit_of(v)->homeless_node);
	per_cpu(null_cpu, cpu).owner = v;
	return true;
}

static struct vcpu *homeless_adopt(const struct null_pool *pool, unsigned int cpu)
{
	struct null_unit *nu;

	list_for_each_entry(nu, &pool->homeless, homeless_node)
	{
		if (home_is_free(nu->unit.vcpu, cpu) && homeless_take(nu->unit.vcpu, cpu))
			return nu->unit.vcpu;
	}
	return NULL;
}

/* Who runs here, when previous, which owns nothing here, doesn't count. */
static struct vcpu *owner_find(const struct null_pool *pool, unsigned int cpu)
{
	struct vcpu *owner = per_cpu(null_cpu, cpu).owner;

	if (!owner)
		return homeless_adopt(pool, cpu);
	if (owner->processor != cpu || !owner->sched->is_queued)
		return NULL;
	owner->sched->is_queued = false;
	return owner;
}

static struct sched_choice null_pick_next(unsigned int cpu, struct vcpu *previous, bool stays,
					  uint64_t now_ns)
{
	struct null_pool *pool = container_of(per_cpu(sched_cpu, cpu).pool, struct null_pool, pool);
	struct vcpu *next;

	spin_lock(&pool->lock);
	next = stays && per_cpu(null_cpu, cpu).owner == previous ? previous : owner_find(pool, cpu);
	spin_unlock(&pool->lock);
	if (stays && next != previous)
		null_enqueue(previous, false);
	if (!next)
		next = per_cpu(sched_cpu, cpu).idle;
	if (next->domain->is_idle && !mask_has(&sched_cpus_idle, cpu))
		mask_add(&sched_cpus_idle, cpu);
	else if (!next->domain->is_idle && mask_has(&sched_cpus_idle, cpu))
		mask_remove(&sched_cpus_idle, cpu);
	return (struct sched_choice){next, 0};
}

/* A CPU that would have adopted it had to leave it until now. */
static void null_context_saved(struct vcpu *previous)
{
	struct null_pool *pool = null_pool_of(previous);
	unsigned int cpu;

	spin_lock(&pool->lock);
	cpu = home_find(previous);
	spin_unlock(&pool->lock);
	if (cpu != nr_cpus)
		softirq_raise_cpu(cpu, SOFTIRQ_SCHEDULE);
}

static void null_init_unit(struct sched_unit *unit)
{
	list_init(&container_of(unit, struct null_unit, unit)->homeless_node);
}

static void null_fini_unit(struct sched_unit *unit)
{
	struct null_pool *pool = container_of(unit->pool, struct null_pool, pool);
	uint64_t flags = spin_lock_irqsave(&pool->lock);

	home_leave(unit->vcpu, unit->vcpu->processor);
	spin_unlock_irqrestore(&pool->lock, flags);
}

static void null_init_cpu(struct sched_pool *pool, unsigned int cpu)
{
	(void)pool;
	per_cpu(null_cpu, cpu).owner = NULL;
}

/* Its owner, who sleeps, finds another one when he wakes. */
static void null_fini_cpu(struct sched_pool *pool, unsigned int cpu)
{
	struct null_pool *np = container_of(pool, struct null_pool, pool);

	spin_lock(&np->lock);
	per_cpu(null_cpu, cpu).owner = NULL;
	spin_unlock(&np->lock);
}

static void null_init_pool(struct sched_pool *pool)
{
	struct null_pool *np = container_of(pool, struct null_pool, pool);

	spinlock_init(&np->lock, LOCK_scheduler_account);
	list_init(&np->homeless);
}

static void null_fini_pool(struct sched_pool *pool)
{
	BUG_ON(!list_is_empty(&container_of(pool, struct null_pool, pool)->homeless));
}

static void null_init_domain(struct sched_domain *sd) {}

static void null_fini_domain(struct sched_domain *sd) {}

const struct sched_policy null_policy = {
	.name = "null",
	.id = XEN_SCHEDULER_NULL,
	.pool_bytes = sizeof(struct null_pool),
	.unit_bytes = sizeof(struct null_unit),
	.domain_bytes = sizeof(struct sched_domain),
	.init_pool = null_init_pool,
	.fini_pool = null_fini_pool,
	.init_cpu = null_init_cpu,
	.fini_cpu = null_fini_cpu,
	.init_domain = null_init_domain,
	.fini_domain = null_fini_domain,
	.init_unit = null_init_unit,
	.fini_unit = null_fini_unit,
	.choose_cpu = null_choose_cpu,
	.enqueue = null_enqueue,
	.dequeue = null_dequeue,
	.yield = null_yield,
	.pick_next = null_pick_next,
	.context_saved = null_context_saved,
};
