/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The credit policy's hot side: a run queue a CPU, first in first out within
 * each grade, and no lock but that CPU's. A CPU that would idle, or run a unit
 * beyond its share, takes a better one from another CPU's queue: trying that
 * lock only, so that two CPUs never wait for each other.
 */
#include "abi/domctl.h"
#include "credit.h"
#include "hv/perf.h"
#include "hv/printk.h"
#include "hv/softirq.h"

/* A capped unit's last bit of credit isn't worth an interrupt. */
#define SLICE_MIN_NS (50 * NS_PER_US)
#define NOBODY CREDIT_NR_GRADES

DEFINE_PER_CPU(struct credit_queue, credit_queue);

static uint8_t grade_of(const struct credit_unit *cu)
{
	if (__atomic_load_n(&cu->credit_ns, __ATOMIC_RELAXED) > 0)
		return CREDIT_UNDER;
	return READ_ONCE(cu->unit.vcpu->domain->sched->parameters.cap) ? CREDIT_PARKED
								       : CREDIT_OVER;
}

static void counts_add(struct credit_queue *queue, uint8_t grade, uint32_t change)
{
	if (grade == CREDIT_PARKED)
		queue->nr_parked += change;
	else
		queue->nr_waiting += change;
	if (grade <= CREDIT_UNDER)
		queue->nr_better += change;
}

static bool is_later(const struct list_node *node, const struct credit_unit *cu)
{
	const struct credit_unit *other = list_entry(node, struct credit_unit, queue_node);

	return (int64_t)(other->vtime - cu->vtime) > 0;
}

/* Behind all whose virtual time isn't later. Who ran last is mostly the last, and who slept the first: so look from both ends. */
static void list_insert_sorted(struct list_node *list, struct credit_unit *cu)
{
	struct list_node *front = list->next, *back = list->prev;

	while (back != list && is_later(back, cu) && !is_later(front, cu)) {
		back = back->prev;
		front = front->next;
	}
	if (back == list || !is_later(back, cu))
		list_add_after(back, &cu->queue_node);
	else
		list_add_before(front, &cu->queue_node);
}

/* It is on a list of that grade, or will be. */
static void queue_count(struct credit_queue *queue, struct credit_unit *cu, uint8_t grade)
{
	cu->grade = grade;
	cu->unit.is_queued = true;
	counts_add(queue, grade, 1);
	if (queue->nr_waiting == 1 && grade != CREDIT_PARKED)
		mask_add(&queue->pool->waiting, cu->unit.vcpu->processor);
}

static void queue_insert(struct credit_queue *queue, struct credit_unit *cu, uint8_t grade)
{
	if (grade == CREDIT_BOOST)
		list_add_tail(&queue->waiting[grade], &cu->queue_node);
	else
		list_insert_sorted(&queue->waiting[grade], cu);
	queue_count(queue, cu, grade);
}

static void queue_remove(struct credit_queue *queue, struct credit_unit *cu)
{
	list_remove(&cu->queue_node);
	cu->unit.is_queued = false;
	counts_add(queue, cu->grade, -1u);
	if (queue->nr_waiting == 0 && cu->grade != CREDIT_PARKED)
		mask_remove(&queue->pool->waiting, cu->unit.vcpu->processor);
}

static uint8_t queue_best(const struct credit_queue *queue)
{
	uint8_t grade = CREDIT_BOOST;

	if (queue->nr_waiting == 0)
		return NOBODY;
	while (list_is_empty(&queue->waiting[grade]))
		grade++;
	return grade;
}

static struct credit_unit *queue_pop(struct credit_queue *queue, uint8_t grade)
{
	struct credit_unit *cu = list_first_entry(&queue->waiting[grade], struct credit_unit,
						  queue_node);

	queue_remove(queue, cu);
	return cu;
}

/* Sorted nodes into a sorted list, in one pass through both; those of equal time behind. */
static void list_merge(struct list_node *list, struct list_node *from)
{
	struct list_node *place = list->next;

	while (!list_is_empty(from)) {
		struct credit_unit *cu = list_first_entry(from, struct credit_unit, queue_node);

		while (place != list && !is_later(place, cu))
			place = place->next;
		list_remove(&cu->queue_node);
		list_add_before(place, &cu->queue_node);
	}
}

/* Those of one list that belong on others, in their order. */
static void list_split(struct credit_queue *queue, uint8_t grade, struct list_node *movers)
{
	struct credit_unit *cu, *following;

	list_for_each_entry_safe(cu, following, &queue->waiting[grade], queue_node)
	{
		uint8_t is = grade_of(cu);

		if (is == grade)
			continue;
		queue_remove(queue, cu);
		queue_count(queue, cu, is);
		list_add_tail(&movers[is], &cu->queue_node);
	}
}

/*
 * After an accounting, those whose credit crossed zero change lists. The lists
 * are sorted, so that thousands who wait cost no more than a pass each.
 */
static void queue_sort(struct credit_queue *queue, uint32_t epoch)
{
	struct list_node movers[CREDIT_NR_GRADES][CREDIT_NR_GRADES];

	queue->epoch = epoch;
	for (uint8_t grade = CREDIT_UNDER; grade < CREDIT_NR_GRADES; grade++) {
		for (uint8_t to = 0; to < CREDIT_NR_GRADES; to++)
			list_init(&movers[grade][to]);
		list_split(queue, grade, movers[grade]);
	}
	for (uint8_t grade = CREDIT_UNDER; grade < CREDIT_NR_GRADES; grade++)
		for (uint8_t to = CREDIT_UNDER; to < CREDIT_NR_GRADES; to++)
			list_merge(&queue->waiting[to], &movers[grade][to]);
}

/* Alone, a unit may run for hours without a look here: no turns come of that. */
#define VTIME_STEP_MAX_NS NS_PER_SECOND

static void burn(struct credit_unit *cu, uint64_t now)
{
	uint64_t ran = now - cu->burnt_until_ns, rate;

	if (now <= cu->burnt_until_ns)
		return;
	rate = __atomic_load_n(&cu->vtime_rate, __ATOMIC_RELAXED);
	cu->vtime += (MIN(ran, VTIME_STEP_MAX_NS) * rate) >> CREDIT_RATE_SHIFT;
	__atomic_sub_fetch(&cu->credit_ns, (int64_t)ran, __ATOMIC_RELAXED);
	__atomic_store_n(&cu->burnt_until_ns, now, __ATOMIC_RELAXED);
	cu->was_used = true;
}

static bool unit_may_come(const struct credit_unit *cu, unsigned int cpu, bool soft_too)
{
	const struct vcpu *v = cu->unit.vcpu;

	return mask_has(&v->sched->allowed, cpu) &&
	       (!soft_too || mask_has(&v->affinity_soft, cpu)) &&
	       !__atomic_load_n(&v->is_running, __ATOMIC_ACQUIRE);
}

/* Its data may still be in the caches of the CPU where it ran. */
static bool unit_is_hot(const struct credit_unit *cu)
{
	uint64_t delay = READ_ONCE(credit_pool_of(cu->unit.vcpu)->migration_delay_ns);

	return delay && time_now_ns() - cu->stopped_ns < delay;
}

/* From a queue that is locked: the first of a grade better than `than` that may come here. */
static struct credit_unit *queue_find(const struct credit_queue *queue, unsigned int cpu,
				      uint8_t than, bool soft_too)
{
	struct credit_unit *cu;

	for (uint8_t grade = CREDIT_BOOST; grade < MIN(than, CREDIT_PARKED); grade++)
		list_for_each_entry(cu, &queue->waiting[grade],
				    queue_node) if (unit_may_come(cu, cpu, soft_too) &&
						    (than == NOBODY || !unit_is_hot(cu))) return cu;
	return NULL;
}

/* Its CPU idles and was called for the only unit there: against the unit's wishes it needn't be taken away. */
static bool is_served(unsigned int victim)
{
	return per_cpu(credit_queue, victim).nr_waiting == 1 &&
	       per_cpu(sched_cpu, victim).running->domain->is_idle;
}

static struct credit_unit *steal_from(unsigned int victim, unsigned int cpu, uint8_t than,
				      bool soft_too)
{
	struct credit_queue *queue = &per_cpu(credit_queue, victim);
	struct spinlock *lock = &per_cpu(sched_cpu, victim).lock;
	struct credit_unit *cu;

	if (!READ_ONCE(queue->nr_better) && than != NOBODY)
		return NULL;
	if (!spin_trylock(lock))
		return NULL;
	cu = soft_too || !is_served(victim) ? queue_find(queue, cpu, than, soft_too) : NULL;
	if (cu) {
		PERF_INC(steals);
		queue_remove(queue, cu);
		WRITE_ONCE(cu->unit.vcpu->processor, cpu);
		cu->vtime += this_cpu(credit_queue).vtime - queue->vtime;
	}
	spin_unlock(lock);
	return cu;
}

static struct credit_unit *steal_range(unsigned int cpu, size_t from, size_t to, uint8_t than,
				       bool soft_too)
{
	const unsigned long *waiting = per_cpu(credit_queue, cpu).pool->waiting.bits;

	for (size_t victim = bitmap_find_next_set(waiting, to, from); victim < to;
	     victim = bitmap_find_next_set(waiting, to, victim + 1)) {
		struct credit_unit *cu = steal_from((unsigned int)victim, cpu, than, soft_too);

		if (cu)
			return cu;
	}
	return NULL;
}

static struct credit_unit *steal_round(unsigned int cpu, uint8_t than, bool soft_too)
{
	struct credit_unit *cu = steal_range(cpu, cpu + 1, nr_cpus, than, soft_too);

	return cu ? cu : steal_range(cpu, 0, cpu, than, soft_too);
}

/* Something better than grade `than` from another CPU; against its soft affinity only to save this CPU from idling. */
static struct credit_unit *steal(unsigned int cpu, uint8_t than)
{
	struct credit_unit *cu = steal_round(cpu, than, true);

	return cu || than != NOBODY ? cu : steal_round(cpu, than, false);
}

/* Idle is told to others before the last look round: who queues later sees the mark and sends for this CPU. */
static struct credit_unit *steal_or_idle(unsigned int cpu)
{
	if (!mask_has(&sched_cpus_idle, cpu))
		mask_add(&sched_cpus_idle, cpu);
	return steal(cpu, NOBODY);
}

/* Previous may go on: nobody better waits, or its shortest run isn't over, or its slice or turn among equals. */
static bool goes_on(const struct credit_queue *queue, const struct credit_unit *cu, uint8_t grade,
		    uint8_t best, uint64_t now)
{
	uint64_t ran = now - cu->slice_start_ns;
	const struct credit_unit *rival;

	if (grade == CREDIT_PARKED)
		return false;
	if (best == NOBODY)
		return true;
	if (cu->yields)
		return false;
	if (ran < READ_ONCE(queue->pool->ratelimit_ns) || best > grade)
		return true;
	if (best < grade)
		return false;
	rival = list_first_entry(&queue->waiting[best], struct credit_unit, queue_node);
	return ran < READ_ONCE(queue->pool->tslice_ns) || (int64_t)(cu->vtime - rival->vtime) < 0;
}

static uint64_t slice_of(struct credit_unit *cu, const struct credit_queue *queue, uint64_t now)
{
	uint64_t tslice_ns = READ_ONCE(queue->pool->tslice_ns);
	uint64_t ratelimit_ns = READ_ONCE(queue->pool->ratelimit_ns);
	uint64_t ran = now - cu->slice_start_ns, slice;
	int64_t credit;

	if (ran >= tslice_ns) {
		cu->slice_start_ns = now;
		ran = 0;
	}
	slice = tslice_ns - ran;
	/* Somebody better waits only for the end of the shortest run. */
	if (queue->nr_better && ran < ratelimit_ns && queue_best(queue) < grade_of(cu))
		slice = ratelimit_ns - ran;
	if (READ_ONCE(cu->unit.vcpu->domain->sched->parameters.cap)) {
		credit = __atomic_load_n(&cu->credit_ns, __ATOMIC_RELAXED);
		return MIN(slice, (uint64_t)MAX(credit, (int64_t)SLICE_MIN_NS));
	}
	return queue->nr_waiting ? slice : 0;
}

static struct sched_choice choice_of(struct credit_queue *queue, struct credit_unit *cu,
				     unsigned int cpu, uint64_t now)
{
	if (!cu)
		return (struct sched_choice){per_cpu(sched_cpu, cpu).idle, 0};
	if (mask_has(&sched_cpus_idle, cpu))
		mask_remove(&sched_cpus_idle, cpu);
	cu->yields = false;
	cu->vtime_cpu = cpu;
	if (!cu->burnt_until_ns) {
		__atomic_store_n(&cu->burnt_until_ns, now, __ATOMIC_RELAXED);
		cu->slice_start_ns = now;
	}
	if ((int64_t)(cu->vtime - queue->vtime) > 0)
		queue->vtime = cu->vtime;
	return (struct sched_choice){cu->unit.vcpu, slice_of(cu, queue, now)};
}

/* The queue's best or another CPU's, when previous doesn't go on. */
static struct credit_unit *next_find(struct credit_queue *queue, unsigned int cpu, uint8_t best)
{
	struct credit_unit *cu = NULL;

	if (best == NOBODY)
		return steal_or_idle(cpu);
	if (best == CREDIT_OVER)
		cu = steal(cpu, CREDIT_OVER);
	return cu ? cu : queue_pop(queue, best);
}

static struct credit_unit *next_choose(struct credit_queue *queue, struct credit_unit *cu,
				       unsigned int cpu, uint64_t now)
{
	uint8_t best = queue_best(queue), grade;
	struct credit_unit *better;

	if (!cu)
		return next_find(queue, cpu, best);
	grade = grade_of(cu);
	if (!goes_on(queue, cu, grade, best, now))
		return next_find(queue, cpu, best);
	if (grade != CREDIT_OVER || now - cu->slice_start_ns < READ_ONCE(queue->pool->ratelimit_ns))
		return cu;
	better = steal(cpu, CREDIT_OVER);
	return better ? better : cu;
}

static struct sched_choice credit_pick_next(unsigned int cpu, struct vcpu *previous, bool stays,
					    uint64_t now)
{
	struct credit_queue *queue = &per_cpu(credit_queue, cpu);
	uint32_t epoch = __atomic_load_n(&queue->pool->epoch, __ATOMIC_ACQUIRE);
	struct credit_unit *cu = previous->domain->is_idle ? NULL : credit_unit_of(previous);
	struct credit_unit *next;

	if (unlikely(queue->epoch != epoch))
		queue_sort(queue, epoch);
	if (cu)
		burn(cu, now);
	next = next_choose(queue, stays ? cu : NULL, cpu, now);
	if (cu && next != cu) {
		if (stays)
			queue_insert(queue, cu, grade_of(cu));
		__atomic_store_n(&cu->burnt_until_ns, 0, __ATOMIC_RELAXED);
		cu->stopped_ns = now;
	}
	return choice_of(queue, next, cpu, now);
}

/* Makes an idle CPU that may run the unit come and take it. */
static void idle_call(const struct vcpu *v)
{
	const struct cpumask *idle = &sched_cpus_idle, *hard = &v->sched->allowed;
	unsigned int cpu;

	/* One call a mark: of several that call at once, each gets a CPU of its own. */
	do {
		cpu = masks_find(idle, hard, &v->affinity_soft, v->processor);
		if (cpu == nr_cpus)
			cpu = masks_find(idle, hard, hard, v->processor);
		if (cpu == nr_cpus)
			return;
	} while (!mask_remove(&sched_cpus_idle, cpu));
	softirq_raise_cpu(cpu, SOFTIRQ_SCHEDULE);
}

/* The CPU has to look when it idles, runs something worse, or hasn't got a slice because nobody waited. */
static void queue_announce(const struct credit_queue *queue, const struct credit_unit *cu)
{
	const struct vcpu *v = cu->unit.vcpu;
	const struct vcpu *running = per_cpu(sched_cpu, v->processor).running;

	if (running->domain->is_idle) {
		if (mask_has(&sched_cpus_idle, v->processor))
			mask_remove(&sched_cpus_idle, v->processor);
		softirq_raise_cpu(v->processor, SOFTIRQ_SCHEDULE);
		if (queue->nr_waiting == 1)
			return;
	} else if (cu->grade < grade_of(credit_unit_of(running)) || queue->nr_waiting == 1) {
		softirq_raise_cpu(v->processor, SOFTIRQ_SCHEDULE);
	}
	idle_call(v);
}

static void credit_enqueue(struct vcpu *v, bool woken)
{
	struct credit_queue *queue = &per_cpu(credit_queue, v->processor);
	struct credit_unit *cu = credit_unit_of(v);
	uint8_t grade = grade_of(cu);

	if (unlikely(!cu->is_active))
		credit_activate(cu);
	/* Sleeping saves up no turns; and the scale may be another CPU's. */
	if (cu->vtime_cpu != v->processor || (int64_t)(cu->vtime - queue->vtime) < 0)
		cu->vtime = queue->vtime;
	if (woken) {
		cu->has_slept = true;
		if (grade == CREDIT_UNDER)
			grade = CREDIT_BOOST;
	}
	queue_insert(queue, cu, grade);
	if (grade != CREDIT_PARKED)
		queue_announce(queue, cu);
}

static void credit_dequeue(struct vcpu *v)
{
	queue_remove(&per_cpu(credit_queue, v->processor), credit_unit_of(v));
}

static bool credit_yield(struct vcpu *v)
{
	if (!READ_ONCE(this_cpu(credit_queue).nr_waiting))
		return false;
	credit_unit_of(v)->yields = true;
	return true;
}

/* Idle CPUs that looked before its context was saved had to leave it. */
static void credit_context_saved(struct vcpu *previous)
{
	if (credit_unit_of(previous)->grade != CREDIT_PARKED)
		idle_call(previous);
}

static void credit_init_unit(struct sched_unit *unit)
{
	struct credit_unit *cu = container_of(unit, struct credit_unit, unit);

	list_init(&cu->queue_node);
	list_init(&cu->share.node);
	cu->share.weight = 1;
	cu->vtime_rate = CREDIT_RATE_ONE;
	cu->credit_ns = CREDIT_START_NS;
}

static void credit_fini_unit(struct sched_unit *unit)
{
	struct credit_unit *cu = container_of(unit, struct credit_unit, unit);

	ASSERT(!unit->is_queued);
	credit_deactivate(cu);
}

static void credit_init_domain(struct sched_domain *sd)
{
	struct credit_domain *cd = container_of(sd, struct credit_domain, sd);

	list_init(&cd->active_units);
	list_init(&cd->share.node);
}

static void credit_fini_domain(struct sched_domain *sd)
{
	ASSERT(list_is_empty(&container_of(sd, struct credit_domain, sd)->active_units));
}

static void credit_init_cpu(struct sched_pool *pool, unsigned int cpu)
{
	struct credit_queue *queue = &per_cpu(credit_queue, cpu);

	queue->pool = container_of(pool, struct credit_pool, pool);
	queue->epoch = queue->pool->epoch;
	for (unsigned int grade = 0; grade < CREDIT_NR_GRADES; grade++)
		list_init(&queue->waiting[grade]);
}

static void credit_fini_cpu(struct sched_pool *pool, unsigned int cpu)
{
	struct credit_queue *queue = &per_cpu(credit_queue, cpu);

	BUG_ON(queue->nr_waiting || queue->nr_parked);
	queue->pool = NULL;
}

static void credit_init_pool(struct sched_pool *pool)
{
	struct credit_pool *cp = container_of(pool, struct credit_pool, pool);

	credit_init_options(cp);
	credit_account_init(&cp->account);
}

static void credit_fini_pool(struct sched_pool *pool)
{
	credit_account_fini(&container_of(pool, struct credit_pool, pool)->account);
}

const struct sched_policy credit_policy = {
	.name = "credit",
	.id = XEN_SCHEDULER_CREDIT,
	.pool_bytes = sizeof(struct credit_pool),
	.unit_bytes = sizeof(struct credit_unit),
	.domain_bytes = sizeof(struct credit_domain),
	.init_pool = credit_init_pool,
	.fini_pool = credit_fini_pool,
	.init_cpu = credit_init_cpu,
	.fini_cpu = credit_fini_cpu,
	.init_domain = credit_init_domain,
	.fini_domain = credit_fini_domain,
	.init_unit = credit_init_unit,
	.fini_unit = credit_fini_unit,
	.choose_cpu = affinity_choose_cpu,
	.enqueue = credit_enqueue,
	.dequeue = credit_dequeue,
	.yield = credit_yield,
	.pick_next = credit_pick_next,
	.context_saved = credit_context_saved,
	.adjust_domain = credit_adjust_domain,
	.adjust_pool = credit_adjust_pool,
};
