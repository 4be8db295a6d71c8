/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The real-time policy: one queue a pool, earliest end of period first. A unit
 * whose budget is used up is not on it until its period ends; with extra time
 * it goes behind all that have budget left. A unit that wakes after its period
 * begins a new one.
 */
#include "rt.h"

#include "abi/domctl.h"
#include "hv/printk.h"
#include "hv/softirq.h"

static DEFINE_PER_CPU(struct rt_cpu, rt_cpu);

/* A new period with all of its budget. */
static void period_begin(struct rt_unit *ru, uint64_t deadline_ns)
{
	ru->deadline_ns = deadline_ns;
	ru->left_ns = ru->parameters.budget_ns;
	ru->level = 0;
}

/* Who runs or waits on goes from period to period. */
static void period_renew(struct rt_unit *ru, uint64_t now)
{
	uint64_t period = ru->parameters.period_ns;

	if (now >= ru->deadline_ns)
		period_begin(ru, ru->deadline_ns + ((now - ru->deadline_ns) / period + 1) * period);
}

static void burn(struct rt_unit *ru, uint64_t now)
{
	uint64_t ran = now > ru->since_ns ? now - ru->since_ns : 0;

	if (!ru->since_ns)
		return;
	ru->since_ns = MAX(now, ru->since_ns);
	ru->left_ns -= MIN(ran, ru->left_ns);
	if (ru->left_ns >= RT_REST_NS)
		return;
	ru->left_ns = 0;
	if (ru->parameters.extra) {
		ru->left_ns = ru->parameters.budget_ns;
		ru->level++;
	}
}

static bool is_before(const struct rt_unit *a, const struct rt_unit *b)
{
	if (a->level != b->level)
		return a->level < b->level;
	return a->deadline_ns < b->deadline_ns;
}

static void ready_insert(struct rt_pool *pool, struct rt_unit *ru)
{
	struct rt_unit *other;

	if (!ru->left_ns)
		return;
	list_for_each_entry_reverse(other, &pool->ready,
				    ready_node) if (!is_before(ru, other)) break;
	list_add_after(&other->ready_node, &ru->ready_node);
	ru->is_ready = true;
}

static void ready_remove(struct rt_unit *ru)
{
	if (ru->is_ready)
		list_remove(&ru->ready_node);
	ru->is_ready = false;
}

/* True when an idle CPU was called. */
static bool idle_call(const struct vcpu *v)
{
	const struct cpumask *allowed = &v->sched->allowed;
	unsigned int cpu;

	do {
		cpu = masks_find(&sched_cpus_idle, allowed, &v->affinity_soft, v->processor);
		if (cpu == nr_cpus)
			cpu = masks_find(&sched_cpus_idle, allowed, allowed, v->processor);
		if (cpu == nr_cpus)
			return false;
	} while (!mask_remove(&sched_cpus_idle, cpu));
	softirq_raise_cpu(cpu, SOFTIRQ_SCHEDULE);
	return true;
}

/* With the pool's lock: makes the CPU that does the least urgent thing look. */
static void ready_announce(const struct rt_unit *ru)
{
	const struct cpumask *allowed = &ru->unit.allowed;
	const struct rt_unit *worst = ru;
	unsigned int where = nr_cpus;

	if (!ru->is_ready || idle_call(ru->unit.vcpu))
		return;
	for (size_t cpu = bitmap_find_first_set(allowed->bits, nr_cpus); cpu < nr_cpus;
	     cpu = bitmap_find_next_set(allowed->bits, nr_cpus, cpu + 1)) {
		const struct rt_unit *running = per_cpu(rt_cpu, cpu).running;

		if (!running || !is_before(worst, running))
			continue;
		worst = running;
		where = (unsigned int)cpu;
	}
	if (where != nr_cpus)
		softirq_raise_cpu(where, SOFTIRQ_SCHEDULE);
}

static void rt_enqueue(struct vcpu *v, bool woken)
{
	struct rt_pool *pool = rt_pool_of(v);
	struct rt_unit *ru = rt_unit_of(v);
	uint64_t now = time_now_ns();

	spin_lock(&pool->lock);
	v->sched->is_queued = true;
	if (now >= ru->deadline_ns)
		period_begin(ru, now + ru->parameters.period_ns);
	ready_insert(pool, ru);
	timer_set(&ru->renewal, ru->deadline_ns);
	ready_announce(ru);
	spin_unlock(&pool->lock);
}

static void rt_dequeue(struct vcpu *v)
{
	struct rt_pool *pool = rt_pool_of(v);
	struct rt_unit *ru = rt_unit_of(v);

	spin_lock(&pool->lock);
	v->sched->is_queued = false;
	ready_remove(ru);
	timer_stop(&ru->renewal);
	spin_unlock(&pool->lock);
}

/* The end of a period. */
static void renewal_expired(void *data)
{
	struct rt_unit *ru = data;
	struct vcpu *v = ru->unit.vcpu;
	uint64_t flags = vcpu_lock(v), now = time_now_ns();
	struct rt_pool *pool = rt_pool_of(v);

	spin_lock(&pool->lock);
	if (ru->since_ns || ru->unit.is_queued) {
		burn(ru, now);
		period_renew(ru, now);
		timer_set(&ru->renewal, ru->deadline_ns);
	}
	if (ru->unit.is_queued) {
		ready_remove(ru);
		ready_insert(pool, ru);
		ready_announce(ru);
	} else if (ru->since_ns) {
		/* Its slice is longer now, and others may be more urgent. */
		softirq_raise_cpu(v->processor, SOFTIRQ_SCHEDULE);
	}
	spin_unlock(&pool->lock);
	vcpu_unlock(v, flags);
}

static bool rt_yield(struct vcpu *v)
{
	return false;
}

/* The most urgent that may run here; staying, which is on no queue, wins a tie. */
static struct rt_unit *next_find(struct rt_pool *pool, struct rt_unit *staying, unsigned int cpu)
{
	struct rt_unit *ru;

	list_for_each_entry(ru, &pool->ready, ready_node)
	{
		if (staying && !is_before(ru, staying))
			return staying;
		if (mask_has(&ru->unit.allowed, cpu) && unit_pull(ru->unit.vcpu, cpu)) {
			ready_remove(ru);
			return ru;
		}
	}
	return staying;
}

/* It leaves the CPU: waits, or sleeps, or moves and is queued again after. */
static void unit_stop(struct rt_pool *pool, struct rt_unit *ru, bool waits)
{
	ru->since_ns = 0;
	if (waits) {
		ru->unit.is_queued = true;
		ready_insert(pool, ru);
	} else {
		timer_stop(&ru->renewal);
	}
}

static void idle_mark(unsigned int cpu, bool is_idle)
{
	if (is_idle && !mask_has(&sched_cpus_idle, cpu))
		mask_add(&sched_cpus_idle, cpu);
	else if (!is_idle && mask_has(&sched_cpus_idle, cpu))
		mask_remove(&sched_cpus_idle, cpu);
}

static struct sched_choice choice_of(struct rt_unit *ru, unsigned int cpu, uint64_t now)
{
	per_cpu(rt_cpu, cpu).running = ru;
	/* Within the lock: who queues later finds the mark. */
	idle_mark(cpu, !ru);
	if (!ru)
		return (struct sched_choice){per_cpu(sched_cpu, cpu).idle, 0};
	if (!ru->since_ns)
		ru->since_ns = now;
	return (struct sched_choice){ru->unit.vcpu, ru->left_ns};
}

static struct sched_choice rt_pick_next(unsigned int cpu, struct vcpu *previous, bool stays,
					uint64_t now)
{
	struct rt_pool *pool = container_of(per_cpu(sched_cpu, cpu).pool, struct rt_pool, pool);
	struct rt_unit *ru = previous->domain->is_idle ? NULL : rt_unit_of(previous), *next;
	struct sched_choice choice;

	spin_lock(&pool->lock);
	if (ru) {
		burn(ru, now);
		period_renew(ru, now);
	}
	next = next_find(pool, ru && stays && ru->left_ns ? ru : NULL, cpu);
	if (ru && next != ru)
		unit_stop(pool, ru, stays);
	choice = choice_of(next, cpu, now);
	spin_unlock(&pool->lock);
	return choice;
}

/* CPUs that looked before its context was saved had to leave it. */
static void rt_context_saved(struct vcpu *previous)
{
	struct rt_pool *pool = rt_pool_of(previous);

	spin_lock(&pool->lock);
	ready_announce(rt_unit_of(previous));
	spin_unlock(&pool->lock);
}

static void rt_init_unit(struct sched_unit *unit)
{
	struct rt_unit *ru = container_of(unit, struct rt_unit, unit);
	const struct rt_domain *rd = container_of(unit->vcpu->domain->sched, struct rt_domain, sd);

	ru->parameters = rd->parameters;
	list_init(&ru->ready_node);
	timer_init(&ru->renewal, renewal_expired, ru, unit->vcpu->processor);
}

static void rt_fini_unit(struct sched_unit *unit)
{
	timer_kill(&container_of(unit, struct rt_unit, unit)->renewal);
}

static void rt_init_domain(struct sched_domain *sd)
{
	container_of(sd, struct rt_domain, sd)->parameters = (struct rt_parameters){
		.period_ns = RT_PERIOD_DEFAULT_NS,
		.budget_ns = RT_BUDGET_DEFAULT_NS,
		.extra = true,
	};
}

static void rt_fini_domain(struct sched_domain *sd) {}

static void rt_init_cpu(struct sched_pool *pool, unsigned int cpu)
{
	per_cpu(rt_cpu, cpu).running = NULL;
}

static void rt_fini_cpu(struct sched_pool *pool, unsigned int cpu)
{
	BUG_ON(per_cpu(rt_cpu, cpu).running);
}

static void rt_init_pool(struct sched_pool *pool)
{
	struct rt_pool *rp = container_of(pool, struct rt_pool, pool);

	spinlock_init(&rp->lock, LOCK_scheduler_account);
	list_init(&rp->ready);
}

static void rt_fini_pool(struct sched_pool *pool)
{
	BUG_ON(!list_is_empty(&container_of(pool, struct rt_pool, pool)->ready));
}

const struct sched_policy rt_policy = {
	.name = "rtds",
	.id = XEN_SCHEDULER_RTDS,
	.pool_bytes = sizeof(struct rt_pool),
	.unit_bytes = sizeof(struct rt_unit),
	.domain_bytes = sizeof(struct rt_domain),
	.init_pool = rt_init_pool,
	.fini_pool = rt_fini_pool,
	.init_cpu = rt_init_cpu,
	.fini_cpu = rt_fini_cpu,
	.init_domain = rt_init_domain,
	.fini_domain = rt_fini_domain,
	.init_unit = rt_init_unit,
	.fini_unit = rt_fini_unit,
	.choose_cpu = affinity_choose_cpu,
	.enqueue = rt_enqueue,
	.dequeue = rt_dequeue,
	.yield = rt_yield,
	.pick_next = rt_pick_next,
	.context_saved = rt_context_saved,
	.adjust_domain = rt_adjust_domain,
	.adjust_vcpu = rt_adjust_vcpu,
};
