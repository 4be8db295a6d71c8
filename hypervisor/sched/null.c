/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The null policy: a vcpu owns a CPU, runs there whenever it is runnable, and
 * nothing else does. One that finds no free CPU is homeless: it waits, queued
 * where it was, until a CPU without an owner adopts it.
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

static DEFINE_PER_CPU(struct null_cpu, null_cpu);
static struct spinlock homes_lock = SPINLOCK_INIT(LOCK_scheduler_account);
static struct list_node homeless = LIST_INIT(homeless);

static struct null_unit *null_unit_of(const struct vcpu *v)
{
	return container_of(v->sched, struct null_unit, unit);
}

static bool home_is_free(const struct vcpu *v, unsigned int cpu)
{
	return !per_cpu(null_cpu, cpu).owner && mask_has(&v->affinity_hard, cpu);
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
	unsigned int cpu = v->processor, home;

	spin_lock(&homes_lock);
	if (per_cpu(null_cpu, cpu).owner != v || !mask_has(&v->affinity_hard, cpu)) {
		home_leave(v, cpu);
		home = home_find(v);
		if (home != nr_cpus)
			per_cpu(null_cpu, home).owner = v;
		cpu = home != nr_cpus ? home : affinity_choose_cpu(v);
	}
	spin_unlock(&homes_lock);
	return cpu;
}

static void null_enqueue(struct vcpu *v, bool woken)
{
	unsigned int cpu = v->processor;

	v->sched->is_queued = true;
	spin_lock(&homes_lock);
	if (home_is_free(v, cpu))
		per_cpu(null_cpu, cpu).owner = v;
	if (per_cpu(null_cpu, cpu).owner != v) {
		list_add_tail(&homeless, &null_unit_of(v)->homeless_node);
		/* One may have become free since it looked. */
		cpu = home_find(v);
	}
	spin_unlock(&homes_lock);
	if (cpu != nr_cpus)
		softirq_raise_cpu(cpu, SOFTIRQ_SCHEDULE);
}

static void null_dequeue(struct vcpu *v)
{
	v->sched->is_queued = false;
	spin_lock(&homes_lock);
	list_remove(&null_unit_of(v)->homeless_node);
	spin_unlock(&homes_lock);
}

static bool null_yield(struct vcpu *v)
{
	return false;
}

/* Takes a homeless vcpu off its queue; its CPU's lock may be anybody's, so only by trying. */
static bool homeless_take(struct vcpu *v, unsigned int cpu)
{
	unsigned int from = READ_ONCE(v->processor);
	struct spinlock *lock = &per_cpu(sched_cpu, from).lock;
	bool is_taken;

	if (from != cpu && !spin_trylock(lock)) {
		softirq_raise(SOFTIRQ_SCHEDULE);
		return false;
	}
	is_taken = v->processor == from && v->sched->is_queued &&
		   !__atomic_load_n(&v->is_running, __ATOMIC_ACQUIRE);
	if (is_taken) {
		list_remove(&null_unit_of(v)->homeless_node);
		v->sched->is_queued = false;
		WRITE_ONCE(v->processor, cpu);
		per_cpu(null_cpu, cpu).owner = v;
	}
	if (from != cpu)
		spin_unlock(lock);
	return is_taken;
}

static struct vcpu *homeless_adopt(unsigned int cpu)
{
	struct null_unit *nu;

	list_for_each_entry(
		nu, &homeless,
		homeless_node) if (home_is_free(nu->unit.vcpu, cpu) &&
				   homeless_take(nu->unit.vcpu, cpu)) return nu->unit.vcpu;
	return NULL;
}

/* Who runs here, when previous, which owns nothing here, doesn't count. */
static struct vcpu *owner_find(unsigned int cpu)
{
	struct vcpu *owner = per_cpu(null_cpu, cpu).owner;

	if (!owner)
		return homeless_adopt(cpu);
	if (owner->processor != cpu || !owner->sched->is_queued)
		return NULL;
	owner->sched->is_queued = false;
	return owner;
}

static struct sched_choice null_pick_next(unsigned int cpu, struct vcpu *previous, bool stays,
					  uint64_t now_ns)
{
	struct vcpu *next;

	spin_lock(&homes_lock);
	next = stays && per_cpu(null_cpu, cpu).owner == previous ? previous : owner_find(cpu);
	spin_unlock(&homes_lock);
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
	unsigned int cpu;
	uint64_t flags = spin_lock_irqsave(&homes_lock);

	cpu = home_find(previous);
	spin_unlock_irqrestore(&homes_lock, flags);
	if (cpu != nr_cpus)
		softirq_raise_cpu(cpu, SOFTIRQ_SCHEDULE);
}

static void null_init_unit(struct sched_unit *unit)
{
	list_init(&container_of(unit, struct null_unit, unit)->homeless_node);
}

static void null_fini_unit(struct sched_unit *unit)
{
	uint64_t flags = spin_lock_irqsave(&homes_lock);

	home_leave(unit->vcpu, unit->vcpu->processor);
	spin_unlock_irqrestore(&homes_lock, flags);
}

static void null_init_cpu(unsigned int cpu) {}

static void null_init_domain(struct sched_domain *sd) {}

static void null_fini_domain(struct sched_domain *sd) {}

const struct sched_policy null_policy = {
	.name = "null",
	.id = XEN_SCHEDULER_NULL,
	.unit_bytes = sizeof(struct null_unit),
	.domain_bytes = sizeof(struct sched_domain),
	.init_cpu = null_init_cpu,
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
