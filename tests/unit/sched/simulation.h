/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine of CPUs, vcpus and time, driving the shipping scheduler: timers fire and softirqs run as
 * on hardware, in steps from one event to the next. One simulation a process: see simulate().
 */
#ifndef SIMULATION_H
#define SIMULATION_H

#include "hv/domain.h"
#include "hv/time.h"
#include "../../../hypervisor/sched/policy.h"

/* A guest's behaviour: runs for run_ns, blocks, is woken sleep_ns later; run_ns 0: never blocks. */
struct sim_vcpu {
	struct vcpu *v;
	uint64_t run_ns, sleep_ns;
	uint64_t burst_end_ns; /* of its CPU time, when it blocks */
	uint64_t wake_ns;      /* 0: not asleep */
	uint64_t woken_ns;     /* 0: not waiting since a wake */
	uint64_t latency_max_ns, latency_sum_ns, nr_wakes;
	uint64_t start_cpu_ns; /* CPU time at sim_measure() */
	uint64_t gap_max_ns;   /* longest time runnable without running */
	uint64_t off_since_ns;
	bool was_on_forbidden_cpu;
};

/* Runs a scenario in a process of its own with that many CPUs; 0 when none of its checks failed. */
int simulate(unsigned int nr, const struct sched_policy *policy, void (*scenario)(void));
/* Ends the scenario with a message when the condition does not hold. */
#define sim_check(condition, ...) \
	((condition) ? (void)0 : sim_fail(__FILE__, __LINE__, #condition, __VA_ARGS__))
void sim_fail(const char *file, int line, const char *condition, const char *format, ...)
	__attribute__((format(printf, 4, 5), noreturn));

struct domain *sim_domain(uint16_t weight, uint16_t cap);
/* In another pool of CPUs than the first. */
struct domain *sim_domain_in(uint32_t pool, uint16_t weight, uint16_t cap);
/* A vcpu of d, running at once. affinity: bit per CPU, 0 for all. */
struct sim_vcpu *sim_vcpu(struct domain *d, uint64_t run_ns, uint64_t sleep_ns, uint64_t affinity);
/* It is gone: neither woken nor watched any more. */
void sim_forget(struct sim_vcpu *sv);
/* A vcpu that runs now, its CPU entered. */
struct sim_vcpu *sim_running_vcpu(struct domain *d);
int sim_state(const struct sim_vcpu *sv); /* RUNSTATE_* */
void sim_run(uint64_t ns);
/* Forgets what was measured until now. */
void sim_measure(void);
/* CPU time since sim_measure(). */
uint64_t sim_cpu_time(const struct sim_vcpu *sv);
uint64_t sim_nr_switches(void);

/* What happens to CPUs that go off and come: the answer of the machine's interrupts, interrupts that come just before, a CPU that doesn't
 * start, two threads a core. */
extern int sim_evacuate_error;
extern unsigned int sim_nr_interrupts;
extern bool sim_cpu_is_broken, sim_has_threads;

#endif
