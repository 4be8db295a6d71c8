/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the credit policy promises, measured over simulated seconds. */
#include "cases.h"
#include "fake.h"
#include "../../../hypervisor/sched/credit.h"

#define SECOND NS_PER_SECOND
#define HOG 0, 0, 0

/* In percent of one CPU over the last ns, with a tolerance in percent of the expectation. */
static void check_share(const struct sim_vcpu *sv, uint64_t ns, double expected, double tolerance)
{
	double share = (double)sim_cpu_time(sv) * 100 / (double)ns;

	sim_check(share >= expected * (1 - tolerance / 100) &&
			  share <= expected * (1 + tolerance / 100),
		  "d%uv%u got %.3f %%, not %.3f", sv->v->domain->id, sv->v->id, share, expected);
}

static void measure(uint64_t ns)
{
	sim_run(SECOND);
	sim_measure();
	sim_run(ns);
}

static void weights_on_one_cpu(void)
{
	struct sim_vcpu *a = sim_vcpu(sim_domain(256, 0), HOG);
	struct sim_vcpu *b = sim_vcpu(sim_domain(512, 0), HOG);

	measure(20 * SECOND);
	check_share(a, 20 * SECOND, 100.0 / 3, 2);
	check_share(b, 20 * SECOND, 200.0 / 3, 2);
}

static void weights_on_four_cpus(void)
{
	struct domain *light = sim_domain(256, 0), *heavy = sim_domain(512, 0);
	uint64_t light_ns = 0, heavy_ns = 0;
	struct sim_vcpu *sv[8];

	for (int i = 0; i < 8; i++)
		sv[i] = sim_vcpu(i % 2 ? heavy : light, HOG);
	measure(20 * SECOND);
	for (int i = 0; i < 8; i++)
		*(i % 2 ? &heavy_ns : &light_ns) += sim_cpu_time(sv[i]);
	sim_check(heavy_ns + light_ns > 4 * 20 * SECOND - SECOND / 10, "a CPU idled");
	sim_check((double)heavy_ns / (double)light_ns > 1.96 &&
			  (double)heavy_ns / (double)light_ns < 2.04,
		  "ratio %.4f", (double)heavy_ns / (double)light_ns);
}

static int64_t credit_of(const struct sim_vcpu *sv)
{
	return ((const struct credit_unit *)sv->v->sched)->credit_ns;
}

/* Runs until the waiting vcpu is paid. */
static uint64_t next_income_ns(struct sim_vcpu *sv)
{
	int64_t before = credit_of(sv);

	while (credit_of(sv) <= before)
		sim_run(10 * NS_PER_US);
	return fake_now_ns;
}

/* One accounting of so many is split: guests run between its steps. */
static void a_thousand_vcpus_are_paid_in_steps(void)
{
	uint64_t light_ns = 0, heavy_ns = 0, first_ns;
	struct sim_vcpu *sv[1000];
	struct domain *d = NULL;

	for (int i = 0; i < 1000; i++) {
		if (i % 10 == 0)
			d = sim_domain(i % 20 ? 512 : 256, 0);
		sv[i] = sim_vcpu(d, HOG);
	}
	sim_run(SECOND / 10);
	first_ns = next_income_ns(sv[0]);
	sim_check(next_income_ns(sv[999]) >= first_ns + 100 * NS_PER_US, "paid in one go");
	measure(60 * SECOND);
	for (int i = 0; i < 1000; i++)
		*(i / 10 % 2 ? &heavy_ns : &light_ns) += sim_cpu_time(sv[i]);
	sim_check((double)heavy_ns / (double)light_ns > 1.8 &&
			  (double)heavy_ns / (double)light_ns < 2.2,
		  "ratio %.4f", (double)heavy_ns / (double)light_ns);
}

static void weights_beside_a_sleeper(void)
{
	struct sim_vcpu *a = sim_vcpu(sim_domain(256, 0), HOG);
	struct sim_vcpu *b = sim_vcpu(sim_domain(512, 0), HOG);
	struct sim_vcpu *s = sim_vcpu(sim_domain(2048, 0), NS_PER_MS, 99 * NS_PER_MS, 0);
	double ratio;

	measure(20 * SECOND);
	ratio = (double)sim_cpu_time(b) / (double)sim_cpu_time(a);
	sim_check(ratio > 1.96 && ratio < 2.04, "ratio %.4f", ratio);
	check_share(s, 20 * SECOND, 1, 2);
}

static void cap_holds_alone(void)
{
	struct sim_vcpu *a = sim_vcpu(sim_domain(256, 50), HOG);

	measure(20 * SECOND);
	check_share(a, 20 * SECOND, 50, 2);
}

/* While it ran alone nothing was due on its CPU. */
static void cap_comes_later(void)
{
	struct sched_parameters capped = {256, 30};
	struct domain *d = sim_domain(256, 0);
	struct sim_vcpu *a = sim_vcpu(d, HOG);

	sim_run(SECOND);
	sim_check(sched_set_parameters(d, &capped) == 0, "parameters");
	measure(20 * SECOND);
	check_share(a, 20 * SECOND, 30, 2);
}

static void cap_holds_beside_others(void)
{
	struct sim_vcpu *a = sim_vcpu(sim_domain(256, 20), HOG);
	struct sim_vcpu *b = sim_vcpu(sim_domain(256, 0), HOG);

	measure(20 * SECOND);
	check_share(a, 20 * SECOND, 20, 2);
	check_share(b, 20 * SECOND, 80, 2);
}

static void cap_of_two_vcpus_is_shared(void)
{
	struct domain *d = sim_domain(256, 100);
	struct sim_vcpu *a = sim_vcpu(d, HOG), *b = sim_vcpu(d, HOG);

	measure(20 * SECOND);
	check_share(a, 20 * SECOND, 50, 2);
	check_share(b, 20 * SECOND, 50, 2);
}

static void sleeper_wakes_at_once(void)
{
	struct sim_vcpu *s;

	for (int i = 0; i < 6; i++)
		sim_vcpu(sim_domain(256, 0), HOG);
	s = sim_vcpu(sim_domain(256, 0), 200 * NS_PER_US, 7 * NS_PER_MS, 0);
	measure(10 * SECOND);
	sim_check(s->nr_wakes > 1200, "woke %lu times", s->nr_wakes);
	sim_check(s->latency_max_ns <= NS_PER_MS, "waited %lu ns", s->latency_max_ns);
}

static void many_sleepers_wake_soon(void)
{
	struct sim_vcpu *s[8];

	for (int i = 0; i < 4; i++)
		sim_vcpu(sim_domain(256, 0), HOG);
	for (int i = 0; i < 8; i++)
		s[i] = sim_vcpu(sim_domain(256, 0), 100 * NS_PER_US, (5 + (unsigned)i) * NS_PER_MS,
				0);
	measure(10 * SECOND);
	for (int i = 0; i < 8; i++)
		sim_check(s[i]->latency_max_ns <= 2 * NS_PER_MS, "waited %lu ns",
			  s[i]->latency_max_ns);
}

static void affinity_is_honoured(void)
{
	struct sim_vcpu *a = sim_vcpu(sim_domain(256, 0), 0, 0, 1u << 2);
	struct sim_vcpu *b = sim_vcpu(sim_domain(256, 0), 0, 0, 1u << 2);
	struct sim_vcpu *s = sim_vcpu(sim_domain(256, 0), NS_PER_MS, 3 * NS_PER_MS, 1u << 3);
	struct sim_vcpu *c = sim_vcpu(sim_domain(256, 0), HOG);

	measure(10 * SECOND);
	sim_check(!a->was_on_forbidden_cpu && !b->was_on_forbidden_cpu && !s->was_on_forbidden_cpu,
		  "ran elsewhere");
	check_share(a, 10 * SECOND, 50, 2);
	check_share(b, 10 * SECOND, 50, 2);
	check_share(c, 10 * SECOND, 100, 1);
	check_share(s, 10 * SECOND, 25, 2);
}

static void weights_of_pinned_vcpus(void)
{
	struct sim_vcpu *a = sim_vcpu(sim_domain(256, 0), 0, 0, 1u << 1);
	struct sim_vcpu *b = sim_vcpu(sim_domain(512, 0), 0, 0, 1u << 1);

	measure(20 * SECOND);
	check_share(a, 20 * SECOND, 100.0 / 3, 5);
	check_share(b, 20 * SECOND, 200.0 / 3, 5);
}

static void affinity_change_moves(void)
{
	struct cpumask mask = {{1u << 1}};
	struct sim_vcpu *a = sim_vcpu(sim_domain(256, 0), 0, 0, 1u << 0);

	sim_run(SECOND / 10);
	a->v->runstate_guest = 0;
	sim_check(a->v->processor == 0, "starts on CPU %u", a->v->processor);
	/* Current's own change doesn't wait. */
	sim_check(vcpu_set_hard_affinity(a->v, &mask) == 0, "change");
	sim_run(SECOND / 10);
	sim_check(a->v->processor == 1 && a->v->runstate.state == RUNSTATE_running, "on CPU %u",
		  a->v->processor);
}

static void nobody_starves(void)
{
	struct domain *d[6];
	struct sim_vcpu *sv[24];
	double total = 0;

	for (int i = 0; i < 6; i++)
		d[i] = sim_domain(256, 0);
	for (int i = 0; i < 24; i++)
		sv[i] = i % 3 ? sim_vcpu(d[i % 6], HOG)
			      : sim_vcpu(d[i % 6], 3 * NS_PER_MS, (unsigned)i * NS_PER_MS, 0);
	measure(20 * SECOND);
	for (int i = 0; i < 24; i++) {
		total += (double)sim_cpu_time(sv[i]);
		sim_check(sv[i]->gap_max_ns < 2 * SECOND, "vcpu %d waited %lu ms", i,
			  sv[i]->gap_max_ns / NS_PER_MS);
	}
	sim_check(total > 4.0 * 20e9 * 0.999, "CPUs idled: %.0f", total);
}

static void three_share_two_cpus(void)
{
	struct sim_vcpu *sv[3];

	for (int i = 0; i < 3; i++)
		sv[i] = sim_vcpu(sim_domain(256, 0), HOG);
	measure(20 * SECOND);
	for (int i = 0; i < 3; i++)
		check_share(sv[i], 20 * SECOND, 200.0 / 3, 2);
}

static void idle_cpus_take_work(void)
{
	struct sim_vcpu *sv[4];

	/* All start on one CPU's queue. */
	for (int i = 0; i < 4; i++)
		sv[i] = sim_vcpu(sim_domain(256, 0), HOG);
	measure(SECOND);
	for (int i = 0; i < 4; i++)
		check_share(sv[i], SECOND, 100, 0.1);
	sim_check(sim_nr_switches() == 0, "%lu switches", sim_nr_switches());
}

static void wakes_at_once_spread(void)
{
	struct cpumask all = {{15}};
	struct domain *d = sim_domain(256, 0);
	struct sim_vcpu *sv[4];

	for (int i = 0; i < 4; i++)
		sv[i] = sim_vcpu(d, 0, 0, 1);
	domain_pause_nosync(d);
	sim_run(SECOND / 10);
	for (int i = 0; i < 4; i++)
		sim_check(vcpu_set_hard_affinity(sv[i]->v, &all) == 0, "affinity");
	domain_unpause(d);
	sim_run(1000);
	for (int i = 0; i < 4; i++)
		sim_check(sim_state(sv[i]) == RUNSTATE_running, "vcpu %d waits", i);
}

static void light_beside_very_heavy(void)
{
	struct sim_vcpu *a = sim_vcpu(sim_domain(1, 0), HOG);

	sim_vcpu(sim_domain(65535, 0), HOG);
	measure(20 * SECOND);
	sim_check(a->gap_max_ns < 40 * SECOND, "waited %lu ms", a->gap_max_ns / NS_PER_MS);
}

SCENARIO(1, credit_policy, weights_on_one_cpu)
SCENARIO(4, credit_policy, weights_on_four_cpus)
SCENARIO(4, credit_policy, a_thousand_vcpus_are_paid_in_steps)
SCENARIO(1, credit_policy, weights_beside_a_sleeper)
SCENARIO(1, credit_policy, cap_holds_alone)
SCENARIO(1, credit_policy, cap_comes_later)
SCENARIO(1, credit_policy, cap_holds_beside_others)
SCENARIO(2, credit_policy, cap_of_two_vcpus_is_shared)
SCENARIO(2, credit_policy, sleeper_wakes_at_once)
SCENARIO(2, credit_policy, many_sleepers_wake_soon)
SCENARIO(4, credit_policy, affinity_is_honoured)
SCENARIO(2, credit_policy, weights_of_pinned_vcpus)
SCENARIO(2, credit_policy, affinity_change_moves)
SCENARIO(4, credit_policy, nobody_starves)
SCENARIO(2, credit_policy, three_share_two_cpus)
SCENARIO(4, credit_policy, idle_cpus_take_work)
SCENARIO(4, credit_policy, wakes_at_once_spread)
SCENARIO(1, credit_policy, light_beside_very_heavy)

int run_credit_cases(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_weights_on_one_cpu),
		cmocka_unit_test(test_weights_on_four_cpus),
		cmocka_unit_test(test_a_thousand_vcpus_are_paid_in_steps),
		cmocka_unit_test(test_weights_beside_a_sleeper),
		cmocka_unit_test(test_cap_holds_alone),
		cmocka_unit_test(test_cap_comes_later),
		cmocka_unit_test(test_cap_holds_beside_others),
		cmocka_unit_test(test_cap_of_two_vcpus_is_shared),
		cmocka_unit_test(test_sleeper_wakes_at_once),
		cmocka_unit_test(test_many_sleepers_wake_soon),
		cmocka_unit_test(test_affinity_is_honoured),
		cmocka_unit_test(test_weights_of_pinned_vcpus),
		cmocka_unit_test(test_affinity_change_moves),
		cmocka_unit_test(test_nobody_starves),
		cmocka_unit_test(test_three_share_two_cpus),
		cmocka_unit_test(test_idle_cpus_take_work),
		cmocka_unit_test(test_wakes_at_once_spread),
		cmocka_unit_test(test_light_beside_very_heavy),
	};

	return cmocka_run_group_tests_name("credit", tests, NULL, NULL);
}
