/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The null policy: one vcpu a CPU, never moved, the rest waits for a CPU to become free. */
#include "cases.h"

#define SECOND NS_PER_SECOND

static void each_vcpu_has_its_cpu(void)
{
	struct domain *d = sim_domain(256, 0);
	struct sim_vcpu *sv[4];
	uint64_t cpus = 0;

	for (unsigned int i = 0; i < 4; i++)
		sv[i] = sim_vcpu(d, i * NS_PER_MS, 2 * NS_PER_MS, 0);
	sim_run(SECOND);
	sim_measure();
	for (int i = 0; i < 4; i++)
		cpus |= 1u << sv[i]->v->processor;
	sim_check(cpus == 15, "CPUs %#lx", cpus);
	sim_run(SECOND);
	for (int i = 0; i < 4; i++)
		sim_check(sv[i]->latency_max_ns == 0 && sv[i]->gap_max_ns == 0, "vcpu %d waited",
			  i);
	for (int i = 0; i < 4; i++)
		cpus &= ~(1ul << sv[i]->v->processor);
	sim_check(cpus == 0, "a vcpu moved");
}

static void homeless_waits_and_is_adopted(void)
{
	struct domain *d = sim_domain(256, 0), *late = sim_domain(256, 0);
	struct sim_vcpu *first = sim_vcpu(d, 0, 0, 0), *second = sim_vcpu(d, 0, 0, 0), *third;

	sim_run(SECOND / 10);
	third = sim_vcpu(late, 0, 0, 0);
	sim_measure();
	sim_run(SECOND);
	sim_check(sim_cpu_time(third) == 0, "the third ran");
	sim_check(sim_cpu_time(first) == SECOND && sim_cpu_time(second) == SECOND,
		  "owners gave way");
	vcpu_pause_nosync(first->v);
	sim_run(SECOND / 10);
	sim_check(sim_cpu_time(third) == 0, "a paused owner lost its CPU");
	sim_measure();
	sched_fini_vcpu(first->v);
	d->vcpu[first->v->id] = NULL;
	/* The last in the array takes its place. */
	sim_forget(first);
	third = first;
	sim_run(SECOND);
	sim_check(sim_cpu_time(third) == SECOND, "ran %lu ns", sim_cpu_time(third));
}

static void affinity_chooses_the_home(void)
{
	struct domain *d = sim_domain(256, 0);
	struct sim_vcpu *a = sim_vcpu(d, NS_PER_MS, NS_PER_MS, 1u << 2), *b, *c;
	struct cpumask three = {{1u << 3}};

	sim_run(NS_PER_MS);
	b = sim_vcpu(d, 0, 0, 1u << 2);
	c = sim_vcpu(d, 0, 0, 3);
	sim_run(SECOND);
	sim_check(a->v->processor == 2 && sim_cpu_time(a) > SECOND / 3, "CPU %u", a->v->processor);
	sim_check(sim_cpu_time(b) == 0, "two on one CPU");
	sim_check(vcpu_set_hard_affinity(a->v, &three) == 0, "change");
	sim_run(SECOND);
	sim_check(a->v->processor == 3 && sim_cpu_time(b) > SECOND / 2, "CPU %u, other %lu ns",
		  a->v->processor, sim_cpu_time(b));
	sim_check(!a->was_on_forbidden_cpu && !b->was_on_forbidden_cpu, "forbidden CPU");
	sim_check(sim_cpu_time(c) == 2 * SECOND, "c was disturbed");
}

SCENARIO(4, null_policy, each_vcpu_has_its_cpu)
SCENARIO(2, null_policy, homeless_waits_and_is_adopted)
SCENARIO(4, null_policy, affinity_chooses_the_home)

int run_null_cases(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_vcpu_has_its_cpu),
		cmocka_unit_test(test_homeless_waits_and_is_adopted),
		cmocka_unit_test(test_affinity_chooses_the_home),
	};

	return cmocka_run_group_tests_name("null", tests, NULL, NULL);
}
