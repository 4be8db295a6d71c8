/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a CPU goes off and comes back. Off: its pool lets it go, sleepers and
 * device interrupts move to others, then its idle loop hands its timers over
 * and halts. Back: reset, start, its pool. Each step is looked at anew when
 * the caller comes again; the change in progress is the machine's, not the
 * caller's.
 */
#include "hv/hotplug.h"

#include "abi/xen.h"
#include "hv/arch.h"
#include "hv/cpu_pool.h"
#include "hv/errno.h"
#include "hv/event.h"
#include "hv/printk.h"
#include "hv/softirq.h"
#include "hv/time.h"
#include "policy.h"

#define RESET_WAIT_NS (10 * NS_PER_MS)
#define START_WAIT_NS (5 * NS_PER_SECOND)

/* Of the change in progress; lock class cpu_hotplug, tried only: whoever holds it may wait for the vcpu that tries. */
static struct spinlock lock = SPINLOCK_INIT(LOCK_cpu_hotplug);
static int (*step)(unsigned int cpu); /* NULL: no change is in progress */
static int (*beginning)(unsigned int cpu);
static unsigned int changing;
static uint64_t step_since_ns;

static int step_to(int (*next)(unsigned int cpu))
{
	step = next;
	step_since_ns = time_now_ns();
	return -ERESTART;
}

static int step_end(unsigned int cpu)
{
	printk(LOG_INFO, "CPU%u is %s", cpu, cpu_is_online(cpu) ? "on" : "off");
	event_send_virq_global(VIRQ_PCPU_STATE);
	step = NULL;
	return 0;
}

static int wait_until_parked(unsigned int cpu)
{
	if (!__atomic_load_n(&per_cpu(sched_cpu, cpu).is_parked, __ATOMIC_ACQUIRE))
		return -ERESTART;
	return step_end(cpu);
}

static bool domain_evict(struct domain *d, unsigned int cpu)
{
	struct vcpu *v;

	for_each_vcpu(d, v)
	{
		if (!unit_evict(v, cpu))
			return false;
	}
	return true;
}

/* Begins at the front each time: who has gone is passed over at once. */
static bool sleepers_evict(unsigned int cpu)
{
	bool is_through = true;
	struct domain *d;
	domid_t from = 0;

	while (is_through && (d = domain_get_from(from))) {
		is_through = domain_evict(d, cpu) && !softirq_is_pending();
		from = (domid_t)(d->id + 1);
		domain_put(d);
	}
	return is_through;
}

static int turn_back(unsigned int cpu, int rc)
{
	pools_return_cpu(cpu);
	pool_end_add(cpu);
	step = NULL;
	return rc;
}

static int empty(unsigned int cpu)
{
	int rc = pool_walk() ? pools_end_leave(cpu) : -ERESTART;

	if (rc == 0 && !sleepers_evict(cpu))
		rc = -ERESTART;
	if (rc)
		return rc;
	rc = arch_cpu_evacuate(cpu);
	if (rc)
		return turn_back(cpu, rc);
	__atomic_store_n(&per_cpu(sched_cpu, cpu).must_park, true, __ATOMIC_RELEASE);
	softirq_raise_cpu(cpu, SOFTIRQ_SCHEDULE);
	return step_to(wait_until_parked);
}

void hotplug_park(void)
{
	struct sched_cpu *sc = &this_cpu(sched_cpu);

	interrupts_off();
	if (softirq_is_pending() || arch_cpu_has_interrupts()) {
		interrupts_on();
		return;
	}
	timer_stop(&sc->slice_timer);
	spin_lock(&sc->lock);
	runstate_set(sc->idle, RUNSTATE_offline, time_now_ns());
	spin_unlock(&sc->lock);
	timer_close_queue();
	arch_cpu_park(&sc->is_parked);
}

void hotplug_unpark(void)
{
	struct sched_cpu *sc = &this_cpu(sched_cpu);
	uint64_t flags;

	if (likely(sc->idle->runstate.state != RUNSTATE_offline))
		return;
	flags = spin_lock_irqsave(&sc->lock);
	runstate_set(sc->idle, RUNSTATE_running, time_now_ns());
	spin_unlock_irqrestore(&sc->lock, flags);
}

static int wait_for_vcpus(unsigned int cpu)
{
	if (!pool_walk())
		return -ERESTART;
	pool_end_add(cpu);
	return step_end(cpu);
}

static int wait_until_online(unsigned int cpu)
{
	if (cpu_is_online(cpu)) {
		timer_open_queue(cpu);
		arch_cpu_started(cpu);
		pools_return_cpu(cpu);
		return step_to(wait_for_vcpus);
	}
	if (time_now_ns() - step_since_ns < START_WAIT_NS)
		return -ERESTART;
	printk(LOG_ERROR, "CPU%u doesn't start; it stays off", cpu);
	step = NULL;
	arch_cpu_abandon(cpu);
	return -EIO;
}

static int wait_until_reset(unsigned int cpu)
{
	if (time_now_ns() - step_since_ns < RESET_WAIT_NS)
		return -ERESTART;
	arch_cpu_start(cpu);
	return step_to(wait_until_online);
}

static int remove_begin(unsigned int cpu)
{
	int rc;

	if (cpu == 0)
		return -EINVAL;
	if (!cpu_is_online(cpu))
		return -EEXIST;
	rc = pools_begin_leave(cpu);
	return rc ? rc : step_to(empty);
}

static int add_begin(unsigned int cpu)
{
	struct sched_cpu *sc;
	int rc;

	if (cpu_is_online(cpu))
		return -EEXIST;
	rc = arch_cpu_reset(cpu);
	if (rc)
		return rc;
	sc = &per_cpu(sched_cpu, cpu);
	sc->must_park = false;
	sc->is_parked = false;
	return step_to(wait_until_reset);
}

/* One step of the change in progress, or of the one that is wanted. */
static int change_advance(unsigned int cpu, int (*begin)(unsigned int cpu))
{
	bool is_wanted = changing == cpu && beginning == begin;
	int rc;

	if (!step) {
		changing = cpu;
		beginning = begin;
		return begin(cpu);
	}
	rc = step(changing);
	/* What became of another one is told to who asks for that. */
	return is_wanted ? rc : -ERESTART;
}

static int change(unsigned int cpu, int (*begin)(unsigned int cpu))
{
	int rc;

	if (cpu >= nr_cpus)
		return -EINVAL;
	if (!spin_trylock(&lock))
		return -ERESTART;
	rc = change_advance(cpu, begin);
	spin_unlock(&lock);
	return rc;
}

int hotplug_remove_cpu(unsigned int cpu)
{
	return change(cpu, remove_begin);
}

int hotplug_add_cpu(unsigned int cpu)
{
	return change(cpu, add_begin);
}

/* A CPU that is on may have steps left: its pool, for one. */
static bool cpu_is_changing(unsigned int cpu)
{
	return READ_ONCE(step) && READ_ONCE(changing) == cpu;
}

static int threads_change(bool is_on, int (*change_cpu)(unsigned int cpu))
{
	bool has_threads = false;

	for (unsigned int cpu = 0; cpu < nr_cpus; cpu++) {
		struct cpu_topology topology;
		int rc;

		arch_cpu_topology(cpu, &topology);
		if (!topology.thread)
			continue;
		has_threads = true;
		if (cpu_is_online(cpu) == is_on && !cpu_is_changing(cpu))
			continue;
		rc = change_cpu(cpu);
		/* The next call sees to the next one. */
		return rc && rc != -EEXIST ? rc : -ERESTART;
	}
	return has_threads ? 0 : -EOPNOTSUPP;
}

int hotplug_remove_threads(void)
{
	return threads_change(false, hotplug_remove_cpu);
}

int hotplug_add_threads(void)
{
	return threads_change(true, hotplug_add_cpu);
}
