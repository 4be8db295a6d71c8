/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The switch itself: each CPU asks the policy what to run, accounts the time,
 * arms the slice and hands over to the architecture. Nothing may follow
 * arch_context_switch(): there is one stack a CPU, and the next vcpu starts
 * on it afresh. Also start-up and the idle loop.
 */
#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/params.h"
#include "hv/perf.h"
#include "hv/printk.h"
#include "hv/softirq.h"
#include "hv/string.h"
#include "hv/time.h"
#include "hv/trace.h"
#include "policy.h"

DEFINE_PER_CPU(struct sched_cpu, sched_cpu);
struct cpumask sched_cpus_idle;
const struct sched_policy *sched_policy = &credit_policy;

static char sched_option[16];
STRING_PARAMETER("sched", sched_option, "scheduling policy: credit (the default), null or rtds");

static void slice_expired(void *data)
{
	softirq_raise(SOFTIRQ_SCHEDULE);
}

/* The common case, no slice before and none now, touches no timer queue. */
static void slice_arm(struct sched_cpu *sc, uint64_t now, uint64_t slice_ns)
{
	if (slice_ns)
		timer_set(&sc->slice_timer, now + slice_ns);
	else if (timer_is_active(&sc->slice_timer))
		timer_stop(&sc->slice_timer);
}

static int state_when_off(const struct vcpu *v)
{
	if (vcpu_is_runnable(v))
		return RUNSTATE_runnable;
	return v->pause_flags & VCPU_PAUSED_BLOCKED ? RUNSTATE_blocked : RUNSTATE_offline;
}

static void running_change(struct sched_cpu *sc, struct vcpu *previous, struct vcpu *next,
			   uint64_t now)
{
	PERF_INC(switches);
	TRACE(TRC_SCHED_SWITCH, previous->domain->id, previous->id, next->domain->id, next->id);
	/* Idle's state is running or runnable, never blocked. */
	runstate_set(previous, previous == sc->idle ? RUNSTATE_runnable : state_when_off(previous),
		     now);
	runstate_set(next, RUNSTATE_running, now);
	next->is_running = true;
	sc->running = next;
}

static struct sched_choice choose(struct sched_cpu *sc, struct vcpu *previous, uint64_t now)
{
	unsigned int cpu = cpu_this();
	bool is_runnable = previous != sc->idle && vcpu_is_runnable(previous);
	bool stays = is_runnable && mask_has(&previous->sched->allowed, cpu);
	struct sched_choice choice = {sc->idle, 0};

	if (is_runnable && !stays)
		previous->sched->must_move = true;
	if (likely(sc->pool))
		choice = sc->pool->policy->pick_next(cpu, previous, stays, now);
	if (choice.next != previous)
		running_change(sc, previous, choice.next, now);
	else
		TRACE(TRC_SCHED_CONTINUE_RUNNING, trace_vcpu(previous));
	return choice;
}

static void timers_switch(const struct sched_cpu *sc, struct vcpu *previous, struct vcpu *next)
{
	if (previous != sc->idle)
		vtimers_suspend(previous);
	if (next != sc->idle)
		vtimers_resume(next);
}

static void schedule(void)
{
	struct sched_cpu *sc = &this_cpu(sched_cpu);
	struct vcpu *previous = current_vcpu();
	struct sched_choice choice;
	uint64_t now;

	PERF_INC(schedules);
	interrupts_off();
	spin_lock(&sc->lock);
	now = time_now_ns();
	choice = choose(sc, previous, now);
	spin_unlock(&sc->lock);
	slice_arm(sc, now, choice.slice_ns);
	if (likely(choice.next != previous)) {
		timers_switch(sc, previous, choice.next);
		/* Preempted: other vcpus may be waiting for what it holds. */
		if (previous->runstate.state == RUNSTATE_runnable)
			runstate_area_update(previous);
		arch_context_switch(previous, choice.next);
		return;
	}
	if (previous != sc->idle && previous->sched->periodic_armed != previous->periodic_period_ns)
		vtimers_resume(previous);
	interrupts_on();
}

/* While it is queued, and that can't change, its pool can't either. */
static void saved_announce(struct vcpu *previous)
{
	uint64_t flags = vcpu_lock(previous);

	if (previous->sched->is_queued)
		policy_of(previous)->context_saved(previous);
	vcpu_unlock(previous, flags);
}

/* It may still be queued here, or have to move; a reference keeps it while others may already run and end it. */
static void saved_waiting(struct vcpu *previous)
{
	struct domain *d = previous->domain;

	BUG_ON(!domain_get(d));
	__atomic_store_n(&previous->is_running, false, __ATOMIC_SEQ_CST);
	if (previous->sched->must_move)
		vcpu_wake(previous);
	else
		saved_announce(previous);
	domain_put(d);
}

void sched_context_saved(struct vcpu *previous)
{
	struct vcpu *v = current_vcpu();

	if (!previous->domain->is_idle &&
	    (previous->sched->is_queued || previous->sched->must_move))
		saved_waiting(previous);
	else
		__atomic_store_n(&previous->is_running, false, __ATOMIC_RELEASE);
	runstate_area_update(v);
}

void sched_idle_loop(void)
{
	if (!current_vcpu())
		cpu_block_this()->current = this_cpu(sched_cpu).idle;
	hotplug_unpark();
	/* Just started: from now on it may be given work. */
	if (!mask_has(&sched_cpus_idle, cpu_this()))
		softirq_raise(SOFTIRQ_SCHEDULE);
	for (;;) {
		softirq_run();
		if (unlikely(READ_ONCE(this_cpu(sched_cpu).must_park))) {
			hotplug_park();
			continue;
		}
		if (heap_needs_scrub()) {
			softirq_raise(SOFTIRQ_SCRUB);
			continue;
		}
		interrupts_off();
		if (softirq_is_pending())
			interrupts_on();
		else
			arch_cpu_idle();
	}
}

struct vcpu *sched_idle_vcpu(unsigned int cpu)
{
	return percpu_exists(cpu) ? per_cpu(sched_cpu, cpu).idle : NULL;
}

uint32_t sched_policy_id(void)
{
	return sched_policy->id;
}

static void policy_choose(void)
{
	const struct sched_policy *policy = sched_option[0] ? policy_by_name(sched_option) : NULL;

	if (policy)
		sched_policy = policy;
	else if (sched_option[0])
		printk(LOG_WARNING, "sched=%s is not a policy here: using %s\n", sched_option,
		       sched_policy->name);
}

static int idle_create(unsigned int cpu, struct vcpu **out)
{
	struct vcpu *v;
	int rc = domain_create_vcpu(idle_domain, cpu, &v);

	if (rc)
		return rc;
	rc = sched_init_vcpu(v, cpu);
	if (rc)
		return rc;
	memset(&v->affinity_hard, 0, sizeof(v->affinity_hard));
	bitmap_set(v->affinity_hard.bits, cpu);
	v->sched->allowed = v->affinity_hard;
	v->pause_flags = 0;
	v->is_running = true;
	v->runstate.state = RUNSTATE_running;
	vcpu_set_initialised(v);
	*out = v;
	return 0;
}

static int cpu_init(struct sched_cpu *sc, unsigned int cpu)
{
	int rc = idle_create(cpu, &sc->idle);

	if (rc)
		return rc;
	spinlock_init(&sc->lock, LOCK_scheduler);
	timer_init(&sc->slice_timer, slice_expired, sc, cpu);
	sc->running = sc->idle;
	pools_add_cpu(cpu);
	sc->is_ready = true;
	return 0;
}

int sched_init_cpu(unsigned int cpu)
{
	struct sched_cpu *sc = &per_cpu(sched_cpu, cpu);
	int rc = sc->is_ready ? 0 : cpu_init(sc, cpu);

	if (rc == 0 && cpu == cpu_this())
		cpu_block_this()->current = sc->idle;
	return rc;
}

void sched_init(void)
{
	policy_choose();
	pools_init();
	domain_init();
	softirq_register(SOFTIRQ_SCHEDULE, schedule);
	if (sched_init_cpu(cpu_this()))
		panic("no memory for the idle vcpu");
	printk(LOG_INFO, "Scheduler: %s", sched_policy->name);
}
