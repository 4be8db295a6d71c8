/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the scheduler's core and its policies. The core owns each CPU's
 * struct sched_cpu and each vcpu's struct sched_unit; a policy extends the
 * latter and struct sched_domain by embedding them first.
 *
 * A vcpu belongs to the CPU in vcpu.processor, and that CPU's lock guards all
 * of its scheduling state. vcpu.processor only changes under the old CPU's
 * lock, while the vcpu is on no queue and its context is saved.
 */
#ifndef SCHED_POLICY_H
#define SCHED_POLICY_H

#include "hv/arch.h"
#include "hv/domain.h"
#include "hv/list.h"
#include "hv/lock.h"
#include "hv/percpu.h"
#include "hv/sched.h"
#include "hv/timer.h"

#define NR_WATCHDOGS 2

struct sched_cpu {
	struct spinlock lock;
	struct vcpu *running;	  /* [lock] chosen last, idle included */
	struct vcpu *idle;	  /* [I] */
	struct timer slice_timer; /* [this CPU] raises SOFTIRQ_SCHEDULE */
	bool is_ready;		  /* [I] after sched_init_cpu() */
};

DECLARE_PER_CPU(struct sched_cpu, sched_cpu);

struct sched_unit {
	struct vcpu *vcpu;
	bool is_queued; /* on a run queue of vcpu.processor [S] */
	bool must_move; /* running where its affinity forbids: moves when its context is saved [S] */
	bool is_pinned;		 /* SCHEDOP_pin_override: affinity_saved comes back [S] */
	uint64_t periodic_armed; /* period that periodic_timer runs with [own CPU] */
	struct cpumask affinity_saved;
};

struct sched_domain {
	struct sched_parameters parameters; /* [a] each field */
	struct timer watchdogs[NR_WATCHDOGS];
	bool watchdog_is_used[NR_WATCHDOGS]; /* [a] */
};

/* What a CPU runs next, and for how long; slice_ns 0: until something happens. */
struct sched_choice {
	struct vcpu *next;
	uint64_t slice_ns;
};

/*
 * Where nothing else is said, functions but init and fini are called with the lock of the vcpu's
 * (or the named) CPU held and interrupts off.
 */
struct sched_policy {
	const char *name;
	uint32_t id; /* XEN_SCHEDULER_* */
	uint32_t unit_bytes, domain_bytes;
	void (*init_cpu)(unsigned int cpu);
	void (*init_domain)(struct sched_domain *sd);
	void (*fini_domain)(struct sched_domain *sd);
	void (*init_unit)(struct sched_unit *unit);
	void (*fini_unit)(struct sched_unit *unit);
	/* The CPU on which a vcpu that isn't running should wait; within its hard affinity. */
	unsigned int (*choose_cpu)(struct vcpu *v);
	/* Puts a runnable vcpu on its CPU's queue; woken: it was blocked. Raises SOFTIRQ_SCHEDULE where one is due. */
	void (*enqueue)(struct vcpu *v, bool woken);
	void (*dequeue)(struct vcpu *v);
	/* Current gives way, without the lock: true when there is somebody to give way to. */
	bool (*yield)(struct vcpu *v);
	/* stays: previous is runnable and allowed here. It is on no queue; when it stays but isn't chosen, the policy queues it. */
	struct sched_choice (*pick_next)(unsigned int cpu, struct vcpu *previous, bool stays,
					 uint64_t now_ns);
	/* previous waits on a queue here and may run elsewhere from now on. Without the lock. */
	void (*context_saved)(struct vcpu *previous);
};

extern const struct sched_policy credit_policy, null_policy;
/* The one chosen at boot. */
extern const struct sched_policy *sched_policy;

/* CPUs in idle that nobody has called yet, and CPUs that have vcpus waiting. A bit is set by its CPU or under its lock,
 * cleared and read at any time. */
extern struct cpumask sched_cpus_idle, sched_cpus_waiting;

/* First CPU from start on, wrapping round, that all three masks have; nr_cpus when there is none. */
unsigned int masks_find(const struct cpumask *a, const struct cpumask *b, const struct cpumask *c,
			unsigned int start);
/* Where a vcpu that isn't running should wait: an idle CPU of its affinity, soft before hard, where it ran before others. */
unsigned int affinity_choose_cpu(struct vcpu *v);
/* Locks the CPU of v, which can't change meanwhile; interrupts off. Returns the flags for vcpu_unlock(). */
uint64_t vcpu_lock(struct vcpu *v);
void vcpu_unlock(struct vcpu *v, uint64_t flags);
/* With the lock held: accounts the time until now to the old state. */
void runstate_set(struct vcpu *v, int state, uint64_t now_ns);
/* Writes the area that the guest registered, if any, in current's address space: v is of the same domain. No lock. */
void runstate_area_update(struct vcpu *v);
/* On the way in and out of a CPU, by that CPU: VIRQ_TIMER by period, timers follow. Interrupts off, no lock. */
void vtimers_resume(struct vcpu *v);
void vtimers_suspend(struct vcpu *v);
void vtimers_init(struct vcpu *v, unsigned int cpu);
void vtimers_kill(struct vcpu *v);
/* SCHEDOP_pin_override for current: a CPU number, or negative to end it. */
int must_check vcpu_pin_override(struct vcpu *v, int32_t cpu);
void watchdogs_init(struct sched_domain *sd, struct domain *d);
void watchdogs_kill(struct sched_domain *sd);
/* SCHEDOP_watchdog. */
int must_check watchdog_set(struct domain *d, uint32_t id, uint32_t timeout_seconds);
/* SCHEDOP_poll with the copied request. */
int must_check vcpu_poll(const struct xen_sched_poll *poll);

#ifdef TRESTLE_HOST
extern const struct domain_module *const sched_module_registration;
#endif

static always_inline bool mask_has(const struct cpumask *mask, unsigned int cpu)
{
	return __atomic_load_n(&mask->bits[cpu / 64], __ATOMIC_RELAXED) >> (cpu % 64) & 1;
}

static always_inline void mask_add(struct cpumask *mask, unsigned int cpu)
{
	__atomic_or_fetch(&mask->bits[cpu / 64], 1ULL << (cpu % 64), __ATOMIC_SEQ_CST);
}

/* True when it was in. */
static always_inline bool mask_remove(struct cpumask *mask, unsigned int cpu)
{
	uint64_t bit = 1ULL << (cpu % 64);

	return __atomic_fetch_and(&mask->bits[cpu / 64], ~bit, __ATOMIC_SEQ_CST) & bit;
}

#endif
