/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the scheduler's core and its policies. The core owns each CPU's
 * struct sched_cpu and each vcpu's struct sched_unit; a policy extends the
 * latter and struct sched_domain by embedding them first.
 *
 * A vcpu belongs to the CPU in vcpu.processor, and that CPU's lock guards all
 * of its scheduling state. vcpu.processor only changes under the old CPU's
 * lock, while the vcpu is on no queue and its context is saved.
 *
 * A domain is in a pool of CPUs, which has a policy of its own. A vcpu only
 * runs or queues on CPUs of its pool (sched_unit.allowed). Pools change while
 * vcpus run: each change has a number, and a vcpu whose number is older looks
 * at its pool again before it is placed (unit_settle()).
 */
#ifndef SCHED_POLICY_H
#define SCHED_POLICY_H

#include "abi/domctl.h"
#include "hv/arch.h"
#include "hv/domain.h"
#include "hv/list.h"
#include "hv/lock.h"
#include "hv/percpu.h"
#include "hv/sched.h"
#include "hv/timer.h"

#define NR_WATCHDOGS 2

struct xen_sysctl_scheduler_op;

struct sched_pool;

struct sched_cpu {
	struct spinlock lock;
	struct vcpu *running;	  /* [lock] chosen last, idle included */
	struct sched_pool *pool;  /* [lock] whose policy chooses; NULL: only idle runs */
	struct vcpu *idle;	  /* [I] */
	struct timer slice_timer; /* [this CPU] raises SOFTIRQ_SCHEDULE */
	bool is_ready;		  /* [I] after sched_init_cpu() */
	bool is_leaving;	  /* goes off or is off: no pool takes it [cpu_pools] */
	bool must_park;		  /* [a] nothing is left here: the idle loop ends */
	bool is_parked;		  /* [a] */
	uint32_t home;		  /* the pool that it left to go off, or POOL_ANY [cpu_pools] */
};

DECLARE_PER_CPU(struct sched_cpu, sched_cpu);

struct sched_unit {
	struct vcpu *vcpu;
	bool is_queued; /* on a run queue of vcpu.processor [S] */
	bool must_move; /* running where its affinity forbids: moves when its context is saved [S] */
	bool is_pinned;		 /* SCHEDOP_pin_override: affinity_saved comes back [S] */
	uint64_t periodic_armed; /* period that periodic_timer runs with [own CPU] */
	struct cpumask affinity_saved;
	struct sched_pool *pool; /* whose policy's data follows; NULL: none yet [S] */
	uint32_t pool_change;	 /* the change that allowed is as of [S] */
	struct cpumask
		allowed; /* hard affinity within the pool, or the pool where that is nothing [S] */
};

struct sched_domain {
	struct sched_pool
		*pool; /* read at any time; changes while the domain is paused [cpu_pools] */
	struct sched_parameters parameters; /* [a] each field */
	struct timer watchdogs[NR_WATCHDOGS];
	bool watchdog_is_used[NR_WATCHDOGS]; /* [a] */
};

/* CPUs and their policy. A policy extends it by embedding it first. */
struct sched_pool {
	const struct sched_policy *policy; /* [I] */
	uint32_t id;			   /* [I] */
	uint32_t nr_domains;		   /* [cpu_pools] */
	struct list_node node;		   /* [cpu_pools] by id */
	struct cpumask cpus; /* not those that are leaving [cpu_pools, read at any time] */
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
	uint32_t pool_bytes, unit_bytes, domain_bytes;
	void (*init_pool)(struct sched_pool *pool);
	/* No domain is in it, no CPU. */
	void (*fini_pool)(struct sched_pool *pool);
	/* A CPU comes, and goes when none of the pool's vcpus runs or waits there. With its lock. */
	void (*init_cpu)(struct sched_pool *pool, unsigned int cpu);
	void (*fini_cpu)(struct sched_pool *pool, unsigned int cpu);
	void (*init_domain)(struct sched_domain *sd);
	void (*fini_domain)(struct sched_domain *sd);
	/* The data behind *unit is zero. With the lock. */
	void (*init_unit)(struct sched_unit *unit);
	/* It neither runs nor waits. Without the lock. */
	void (*fini_unit)(struct sched_unit *unit);
	/* The CPU on which a vcpu that isn't running should wait; one that it is allowed. */
	unsigned int (*choose_cpu)(struct vcpu *v);
	/* Puts a runnable vcpu on its CPU's queue; woken: it was blocked. Raises SOFTIRQ_SCHEDULE where one is due. */
	void (*enqueue)(struct vcpu *v, bool woken);
	void (*dequeue)(struct vcpu *v);
	/* Current gives way, without the lock: true when there is somebody to give way to. */
	bool (*yield)(struct vcpu *v);
	/* stays: previous is runnable and allowed here. It is on no queue; when it stays but isn't chosen, the policy queues it. */
	struct sched_choice (*pick_next)(unsigned int cpu, struct vcpu *previous, bool stays,
					 uint64_t now_ns);
	/* previous waits on a queue and may run elsewhere from now on. */
	void (*context_saved)(struct vcpu *previous);
	/* XEN_DOMCTL_SCHEDOP_* of a domain and of a vcpu, XEN_SYSCTL_SCHEDOP_* of a pool; puts: else gets. Without the lock. NULL: there is
	 * nothing to adjust. */
	int (*adjust_domain)(struct domain *d, struct xen_domctl_scheduler_op *op, bool puts);
	int (*adjust_vcpu)(struct vcpu *v, struct xen_domctl_schedparam_vcpu *parameters,
			   bool puts);
	int (*adjust_pool)(struct sched_pool *pool, struct xen_sysctl_scheduler_op *op, bool puts);
};

extern const struct sched_policy credit_policy, null_policy, rt_policy;
/* The one chosen at boot: of pool 0. */
extern const struct sched_policy *sched_policy;

/* Number of the latest change of any pool. */
extern uint32_t pools_change;
/* Keeps every domain in its pool, and a domain's data of its policy. No guest copies meanwhile. */
void pools_lock(void);
void pools_unlock(void);
/* Start-up: pool 0, with the policy chosen. Panics without memory. */
void pools_init(void);
/* A CPU's first pool, 0: start-up of the CPU. */
void pools_add_cpu(unsigned int cpu);
/* A CPU that is about to go off leaves its pool in the steps of cpu_pool.h; or joins it again, where it is still there, else pool 0. */
int must_check pools_begin_leave(unsigned int cpu);
int must_check pools_end_leave(unsigned int cpu);
void pools_return_cpu(unsigned int cpu);
/* A new domain's pool, and its end. -EINVAL: there is none of that id, or it has no CPU that is on. */
int must_check pool_join(struct domain *d, uint32_t id);
void pool_leave(struct domain *d);
/* Room that a unit's or domain's data takes, whatever its policy. */
size_t policy_unit_bytes(void);
size_t policy_domain_bytes(void);
/* NULL: no such policy here. */
const struct sched_policy *policy_by_id(uint32_t id);
const struct sched_policy *policy_by_name(const char *name);
/* Brings a vcpu that neither runs nor waits up to date with its pool: with the lock. */
void unit_settle(struct vcpu *v);
/* Takes the data of the unit's policy away. The vcpu neither runs nor waits, and won't. No lock. */
void unit_unbind(struct sched_unit *unit);
/* Takes a sleeper and its timers away from a CPU where nobody may run any more. False: its context is not saved yet. No lock. */
bool must_check unit_evict(struct vcpu *v, unsigned int cpu);
/* What it is allowed from now on; with the lock. */
void affinity_update(struct vcpu *v);
/* The same for one that may run or wait: it leaves a CPU that it is no longer allowed. No lock; waits for other CPUs. */
void affinity_refresh(struct vcpu *v);

/* CPUs in idle that nobody has called yet. A bit is set by its CPU, cleared and read at any time. */
extern struct cpumask sched_cpus_idle;

/* First CPU from start on, wrapping round, that all three masks have; nr_cpus when there is none. */
unsigned int masks_find(const struct cpumask *a, const struct cpumask *b, const struct cpumask *c,
			unsigned int start);
/* Where a vcpu that isn't running should wait: an idle CPU of its affinity, soft before hard, where it ran before others. */
unsigned int affinity_choose_cpu(struct vcpu *v);
/* Locks the CPU of v, which can't change meanwhile; interrupts off. Returns the flags for vcpu_unlock(). */
uint64_t vcpu_lock(struct vcpu *v);
/* For policies whose queues are not a CPU's: takes a waiting vcpu to this CPU, whose lock is held. Its CPU's lock may be anybody's, so only
 * by trying: false, and this CPU looks again when that was why. The caller takes it off the queue. */
bool must_check unit_pull(struct vcpu *v, unsigned int cpu);
void vcpu_unlock(struct vcpu *v, uint64_t flags);
/* The same for one that belongs to another CPU from now on: on no queue, its context saved. */
void vcpu_unlock_to(struct vcpu *v, unsigned int cpu, uint64_t flags);
/* With the lock held: accounts the time until now to the old state. */
void runstate_set(struct vcpu *v, int state, uint64_t now_ns);
/* Writes the area that the guest registered, if any, in current's address space: v is of the same domain. No lock. */
void runstate_area_update(struct vcpu *v);
/* On the way in and out of a CPU, by that CPU: VIRQ_TIMER by period, timers follow. Interrupts off, no lock. */
void vtimers_resume(struct vcpu *v);
void vtimers_suspend(struct vcpu *v);
void vtimers_init(struct vcpu *v, unsigned int cpu);
void vtimers_kill(struct vcpu *v);
/* They follow the vcpu, which doesn't run, to the CPU where it will; physical interrupts too. */
void vtimers_migrate(struct vcpu *v, unsigned int cpu);
void watchdogs_init(struct sched_domain *sd, struct domain *d);
void watchdogs_kill(struct sched_domain *sd);
/* SCHEDOP_watchdog. */
int must_check watchdog_set(struct domain *d, uint32_t id, uint32_t timeout_seconds);
/* SCHEDOP_poll with the copied request. */
int must_check vcpu_poll(const struct xen_sched_poll *poll);

static always_inline struct sched_pool *pool_of(const struct vcpu *v)
{
	return v->domain->sched->pool;
}

/* Of a vcpu that was placed before. */
static always_inline const struct sched_policy *policy_of(const struct vcpu *v)
{
	return v->sched->pool->policy;
}

/* The idle loop of a CPU that goes off: ends here, or returns when there was still something to be done. Interrupts on. */
void hotplug_park(void);
/* The same of one that starts. */
void hotplug_unpark(void);

#ifdef TRESTLE_HOST
extern const struct domain_module *const sched_module_registration;
#endif

/* A vcpu in one word of a trace record. */
static always_inline uint32_t trace_vcpu(const struct vcpu *v)
{
	return (uint32_t)v->domain->id << 16 | v->id;
}

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
