/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The scheduler's core: which vcpu runs where. Policies (credit, null, rt)
 * are const operation tables; the core owns runstates, blocking, polling,
 * affinity and the switch itself.
 */
#ifndef HV_SCHED_H
#define HV_SCHED_H

#include "hv/domain.h"
#include "hv/types.h"

struct xen_domctl_scheduler_op;

#define POLL_ANY_EVENT UINT32_MAX

/* Start-up of the core and of each CPU (its idle vcpu made and current). */
void sched_init(void);
int must_check sched_init_cpu(unsigned int cpu);
/* Start-up: the debug key that shows what runs where. */
void sched_dump_init(void);
/* Boot CPU and others end here: idle for ever. */
noreturn_function void sched_idle_loop(void);

int must_check sched_init_vcpu(struct vcpu *v, unsigned int cpu);
void sched_fini_vcpu(struct vcpu *v);

/* Makes the vcpu runnable if nothing pauses it; any context. */
void vcpu_wake(struct vcpu *v);
/* It stops being runnable because a pause condition was set; nosync returns at once. */
void vcpu_sleep_nosync(struct vcpu *v);
void vcpu_sleep_sync(struct vcpu *v);
/* Ends a block or poll: an event arrived. Any context. */
void vcpu_unblock(struct vcpu *v);
/* Current waits for an event; returns at once when one is pending. */
void vcpu_block(void);
void vcpu_yield(void);
bool vcpu_is_runnable(const struct vcpu *v);
/* A notification for a running vcpu: makes its CPU look at pending events on its way out. */
void vcpu_kick(struct vcpu *v);
void vcpu_mark_events_pending(struct vcpu *v);
/* Affinity; -EINVAL when it leaves no online CPU. Sync when the vcpu must move, but for those of current's domain. */
int must_check vcpu_set_hard_affinity(struct vcpu *v, const struct cpumask *mask);
int must_check vcpu_set_soft_affinity(struct vcpu *v, const struct cpumask *mask);
/* SCHEDOP_pin_override: a CPU number, or negative to end it. -EINVAL (not online, not allowed), -EBUSY, -ENOENT. */
int must_check vcpu_pin_override(struct vcpu *v, int32_t cpu);
/* Borrowed: the idle vcpu of a CPU after sched_init_cpu(); NULL before. */
struct vcpu *sched_idle_vcpu(unsigned int cpu);
/* VCPUOP_*: ticks by VIRQ_TIMER. The period is 0 for none. */
void vcpu_set_periodic_timer(struct vcpu *v, uint64_t period_ns);
/* Runs a vcpu's runstate time up to now. */
void vcpu_read_runstate(struct vcpu *v, struct xen_vcpu_runstate_info *out);

/* SCHEDOP_*; compat form too. */
int64_t hypercall_sched_op(uint64_t command, uint64_t argument);
int64_t hypercall_sched_op_compat(uint64_t command, uint64_t argument);
int64_t hypercall_set_timer_op(uint64_t timeout_ns);

/* Architecture: switches from previous to next with interrupts off on the scheduling CPU; calls sched_context_saved(previous)
 * once previous may run elsewhere; doesn't return to the caller's frame for guest vcpus (it resumes the next one's). */
void arch_context_switch(struct vcpu *previous, struct vcpu *next);
void sched_context_saved(struct vcpu *previous);

/* Credit parameters (XEN_DOMCTL_SCHEDOP_*) */
struct sched_parameters {
	uint16_t weight, cap;
};
/*
 * XEN_DOMCTL_scheduler_op on a referenced domain that is not being destroyed: *op is the caller's copy, to be copied back when 0 is
 * returned; lists of vcpus are read and written here (op->u.v.nr_vcpus: how many were done, 64 at most, the caller comes again).
 * -EINVAL (not its pool's policy, parameters out of range, no such vcpu), -EOPNOTSUPP (command), -EFAULT. No lock held.
 */
int must_check sched_adjust_domain(struct domain *d, struct xen_domctl_scheduler_op *op);
/* The pool that a domain is in; XEN_SYSCTL_CPUPOOL_PAR_ANY for the idle domain. */
uint32_t sched_pool_id(const struct domain *d);
/* Where v may really run: what was asked for, without CPUs that are not in its pool. No lock; may wait for other CPUs. */
void vcpu_get_effective_affinity(struct vcpu *v, struct cpumask *hard, struct cpumask *soft);
int must_check sched_set_parameters(struct domain *d, const struct sched_parameters *parameters);
void sched_get_parameters(const struct domain *d, struct sched_parameters *parameters);
uint32_t sched_policy_id(void);
uint64_t vcpu_cpu_time_ns(struct vcpu *v);

#endif
