/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "simulation.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "fake.h"
#include "hv/sched.h"
#include "hv/softirq.h"
#include "hv/timer.h"

#define MAX_VCPUS 1024

__asm__(".pushsection .data\n"
	".globl domain_modules_start\n.globl domain_modules_end\n.balign 8\n"
	"domain_modules_start:\n.quad 0\ndomain_modules_end:\n.popsection");

static struct sim_vcpu vcpus[MAX_VCPUS];
static unsigned int nr_vcpus;
static struct vcpu *on_cpu[FAKE_NR_CPUS];
static uint64_t nr_switches;
static domid_t next_id;

void sim_fail(const char *file, int line, const char *condition, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "%s:%d: %s: ", file, line, condition);
	vfprintf(stderr, format, args);
	fprintf(stderr, "\n");
	va_end(args);
	fflush(stderr);
	_exit(1);
}

void arch_context_switch(struct vcpu *previous, struct vcpu *next)
{
	sim_check(!fake_interrupts_are_on(), "switch with interrupts on");
	sim_check(previous != next, "switch to itself");
	sim_check(previous == on_cpu[cpu_this()], "another vcpu runs here");
	for (unsigned int cpu = 0; cpu < nr_cpus; cpu++)
		sim_check(on_cpu[cpu] != next, "runs on two CPUs");
	nr_switches++;
	on_cpu[cpu_this()] = next;
	fake_current_set(next);
	sched_context_saved(previous);
	interrupts_on();
}

int sim_evacuate_error;
bool sim_has_threads;
unsigned int sim_nr_interrupts;

int arch_cpu_evacuate(unsigned int cpu)
{
	(void)cpu;
	return sim_evacuate_error;
}

bool arch_cpu_has_interrupts(void)
{
	return sim_nr_interrupts && sim_nr_interrupts--;
}

void arch_cpu_park(bool *is_parked)
{
	sim_check(!fake_interrupts_are_on(), "parks with interrupts on");
	sim_check(timer_next_deadline_ns() == UINT64_MAX, "a timer is left");
	sim_check(current_vcpu() == sched_idle_vcpu(cpu_this()), "somebody runs");
	bitmap_clear(cpus_online.bits, cpu_this());
	*is_parked = true;
	interrupts_on();
}

int arch_cpu_reset(unsigned int cpu)
{
	sim_check(!cpu_is_online(cpu), "reset while it runs");
	return 0;
}

bool sim_cpu_is_broken;

void arch_cpu_start(unsigned int cpu)
{
	unsigned int before = cpu_this();

	if (sim_cpu_is_broken)
		return;
	fake_cpu_enter(cpu);
	bitmap_set(cpus_online.bits, cpu);
	hotplug_unpark();
	softirq_raise(SOFTIRQ_SCHEDULE);
	fake_cpu_enter(before);
}

void arch_cpu_abandon(unsigned int cpu)
{
	sim_check(sim_cpu_is_broken && !cpu_is_online(cpu), "it works");
}

void arch_cpu_started(unsigned int cpu)
{
	sim_check(cpu_is_online(cpu), "isn't on");
}

/* Two threads a core. */
void arch_cpu_topology(unsigned int cpu, struct cpu_topology *out)
{
	*out = (struct cpu_topology){.thread = sim_has_threads && cpu % 2, .core = cpu / 2};
}

/* What the idle loop would do. */
static void idle_look(void)
{
	while (per_cpu(sched_cpu, cpu_this()).must_park && cpu_is_online(cpu_this()))
		hotplug_park();
}

/* One CPU waits for another: those go on meanwhile. */
static void others_go_on(void)
{
	unsigned int waiting = cpu_this();

	for (unsigned int cpu = 0; cpu < nr_cpus; cpu++) {
		if (cpu == waiting)
			continue;
		fake_cpu_enter(cpu);
		if (softirq_is_pending())
			softirq_run();
	}
	fake_cpu_enter(waiting);
}

static void machine_build(unsigned int nr, const struct sched_policy *policy)
{
	fake_machine_start();
	fake_cpus_set_online(nr);
	*(const struct domain_module **)(uintptr_t)domain_modules_start = sched_module_registration;
	for (unsigned int cpu = 0; cpu < nr; cpu++)
		if (timer_init_cpu(cpu))
			abort();
	sched_policy = policy;
	fake_cpu_relax_hook = others_go_on;
	sched_init();
	for (unsigned int cpu = 0; cpu < nr; cpu++) {
		fake_cpu_enter(cpu);
		if (sched_init_cpu(cpu))
			abort();
		on_cpu[cpu] = current_vcpu();
		/* As the idle loop does when it begins. */
		softirq_raise(SOFTIRQ_SCHEDULE);
	}
	fake_cpu_enter(0);
}

int simulate(unsigned int nr, const struct sched_policy *policy, void (*scenario)(void))
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		machine_build(nr, policy);
		scenario();
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

struct domain *sim_domain(uint16_t weight, uint16_t cap)
{
	return sim_domain_in(0, weight, cap);
}

struct domain *sim_domain_in(uint32_t pool, uint16_t weight, uint16_t cap)
{
	struct domain_create_arguments arguments = {
		.id = next_id++,
		.cpupool_id = pool,
		.max_vcpus = 16,
		.max_pages = 1000,
	};
	struct sched_parameters parameters = {weight, cap};
	struct domain *d;

	sim_check(domain_create(&arguments, &d) == 0, "domain");
	sim_check(sched_set_parameters(d, &parameters) == 0, "parameters");
	sim_check(domain_unpause_by_controller(d) == 0, "unpause");
	return d;
}

struct sim_vcpu *sim_vcpu(struct domain *d, uint64_t run_ns, uint64_t sleep_ns, uint64_t affinity)
{
	struct sim_vcpu *sv = &vcpus[nr_vcpus++];
	struct cpumask mask = {{affinity}};
	uint32_t id = 0;

	while (d->vcpu[id])
		id++;
	*sv = (struct sim_vcpu){.run_ns = run_ns, .sleep_ns = sleep_ns, .burst_end_ns = run_ns};
	sim_check(domain_create_vcpu(d, id, &sv->v) == 0, "vcpu");
	if (affinity)
		sim_check(vcpu_set_hard_affinity(sv->v, &mask) == 0, "affinity");
	vcpu_set_periodic_timer(sv->v, 0);
	sv->off_since_ns = fake_now_ns;
	vcpu_set_initialised(sv->v);
	sim_check(vcpu_bring_up(sv->v) == 0, "up");
	return sv;
}

void sim_forget(struct sim_vcpu *sv)
{
	*sv = vcpus[--nr_vcpus];
}

struct sim_vcpu *sim_running_vcpu(struct domain *d)
{
	struct sim_vcpu *sv = sim_vcpu(d, 0, 0, 0);

	sim_run(NS_PER_MS);
	sim_check(sim_state(sv) == RUNSTATE_running, "doesn't run");
	fake_cpu_enter(sv->v->processor);
	return sv;
}

int sim_state(const struct sim_vcpu *sv)
{
	return sv->v->runstate.state;
}

static bool is_on_cpu(const struct sim_vcpu *sv)
{
	return sv->v->runstate.state == RUNSTATE_running;
}

static uint64_t cpu_time(const struct sim_vcpu *sv)
{
	return vcpu_cpu_time_ns(sv->v);
}

static void softirqs_run(void)
{
	bool again = true;

	while (again) {
		again = false;
		for (unsigned int cpu = 0; cpu < nr_cpus; cpu++) {
			fake_cpu_enter(cpu);
			if (!cpu_is_online(cpu) || !softirq_is_pending())
				continue;
			softirq_run();
			idle_look();
			again = true;
		}
	}
}

static uint64_t next_event(uint64_t end)
{
	uint64_t next = end;

	for (unsigned int cpu = 0; cpu < nr_cpus; cpu++)
		next = MIN(next, fake_deadline_ns[cpu]);
	for (unsigned int i = 0; i < nr_vcpus; i++) {
		const struct sim_vcpu *sv = &vcpus[i];

		if (sv->wake_ns)
			next = MIN(next, sv->wake_ns);
		else if (sv->run_ns && is_on_cpu(sv))
			next = MIN(next, fake_now_ns + sv->burst_end_ns - cpu_time(sv));
	}
	return MAX(next, fake_now_ns);
}

static void observe(struct sim_vcpu *sv)
{
	if (!is_on_cpu(sv)) {
		if (!sv->off_since_ns)
			sv->off_since_ns = fake_now_ns;
		if (sv->v->runstate.state == RUNSTATE_runnable)
			sv->gap_max_ns = MAX(sv->gap_max_ns, fake_now_ns - sv->off_since_ns);
		else
			sv->off_since_ns = fake_now_ns;
		return;
	}
	sv->off_since_ns = 0;
	if (!bitmap_test(sv->v->affinity_hard.bits, sv->v->processor))
		sv->was_on_forbidden_cpu = true;
	if (sv->woken_ns) {
		uint64_t latency = fake_now_ns - sv->woken_ns;

		sv->latency_max_ns = MAX(sv->latency_max_ns, latency);
		sv->latency_sum_ns += latency;
		sv->nr_wakes++;
		sv->woken_ns = 0;
	}
}

static void behave(struct sim_vcpu *sv)
{
	if (sv->wake_ns && sv->wake_ns <= fake_now_ns) {
		/* Some other CPU sends the event. */
		fake_cpu_enter(cpu_is_online((sv->v->processor + 1) % nr_cpus)
				       ? (sv->v->processor + 1) % nr_cpus
				       : 0);
		sv->wake_ns = 0;
		sv->woken_ns = fake_now_ns;
		vcpu_unblock(sv->v);
	} else if (sv->run_ns && is_on_cpu(sv) && cpu_time(sv) >= sv->burst_end_ns) {
		fake_cpu_enter(sv->v->processor);
		sim_check(current_vcpu() == sv->v, "blocks elsewhere");
		sv->burst_end_ns = cpu_time(sv) + sv->run_ns;
		sv->wake_ns = fake_now_ns + sv->sleep_ns;
		vcpu_block();
	}
}

static void step(uint64_t end)
{
	fake_now_ns = next_event(end);
	for (unsigned int cpu = 0; cpu < nr_cpus; cpu++) {
		if (fake_deadline_ns[cpu] > fake_now_ns)
			continue;
		fake_cpu_enter(cpu);
		fake_deadline_ns[cpu] = UINT64_MAX;
		timer_handle_interrupt();
	}
	for (unsigned int i = 0; i < nr_vcpus; i++)
		behave(&vcpus[i]);
	softirqs_run();
	for (unsigned int i = 0; i < nr_vcpus; i++)
		observe(&vcpus[i]);
}

void sim_run(uint64_t ns)
{
	uint64_t end = fake_now_ns + ns;

	softirqs_run();
	while (fake_now_ns < end)
		step(end);
	fake_cpu_enter(0);
}

void sim_measure(void)
{
	nr_switches = 0;
	for (unsigned int i = 0; i < nr_vcpus; i++) {
		vcpus[i].start_cpu_ns = cpu_time(&vcpus[i]);
		vcpus[i].latency_max_ns = vcpus[i].latency_sum_ns = vcpus[i].nr_wakes = 0;
		vcpus[i].gap_max_ns = 0;
	}
}

uint64_t sim_cpu_time(const struct sim_vcpu *sv)
{
	return cpu_time(sv) - sv->start_cpu_ns;
}

uint64_t sim_nr_switches(void)
{
	return nr_switches;
}
