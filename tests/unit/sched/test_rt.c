/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The real-time policy: budgets are had in every period, and not more; extra time goes behind them. */
#include "cases.h"
#include "fake.h"
#include "hv/errno.h"

#define SECOND NS_PER_SECOND
#define MS NS_PER_MS

static struct sim_vcpu *reserved(uint32_t budget_us, uint32_t period_us, bool extra)
{
	struct xen_domctl_scheduler_op op = {
		.sched_id = XEN_SCHEDULER_RTDS,
		.cmd = XEN_DOMCTL_SCHEDOP_putinfo,
		.u.rtds = {period_us, budget_us, extra ? XEN_DOMCTL_SCHEDRT_extra : 0},
	};
	struct domain *d = sim_domain(256, 0);

	sim_check(sched_adjust_domain(d, &op) == 0, "parameters");
	return sim_vcpu(d, 0, 0, 0);
}

static void check_share(const struct sim_vcpu *sv, double expected, double tolerance)
{
	double share = (double)sim_cpu_time(sv) * 100 / (10.0 * SECOND);

	sim_check(share >= expected - tolerance && share <= expected + tolerance,
		  "d%u got %.3f %%, not %.3f", sv->v->domain->id, share, expected);
}

static void measure(void)
{
	sim_run(SECOND);
	sim_measure();
	sim_run(10 * SECOND);
}

static void budget_holds_alone(void)
{
	struct sim_vcpu *a = reserved(2000, 10000, false);

	measure();
	check_share(a, 20, 0.1);
	sim_check(a->gap_max_ns <= 16 * MS, "waited %lu ns", a->gap_max_ns);
}

static void deadlines_are_met_when_full(void)
{
	struct sim_vcpu *a = reserved(1000, 4000, false), *b = reserved(2000, 8000, false);
	struct sim_vcpu *c = reserved(10000, 20000, false);

	measure();
	check_share(a, 25, 0.2);
	check_share(b, 25, 0.2);
	check_share(c, 50, 0.3);
	/* At worst at the begin of one period and the end of the next. */
	sim_check(a->gap_max_ns <= 6 * MS, "a waited %lu ns", a->gap_max_ns);
	sim_check(b->gap_max_ns <= 12 * MS, "b waited %lu ns", b->gap_max_ns);
	sim_check(c->gap_max_ns <= 20 * MS, "c waited %lu ns", c->gap_max_ns);
}

static void extra_time_goes_behind_budgets(void)
{
	struct sim_vcpu *greedy = reserved(1000, 10000, true), *a = reserved(5000, 10000, false);

	measure();
	check_share(a, 50, 0.3);
	check_share(greedy, 50, 0.3);
}

static void alone_extra_time_is_all(void)
{
	struct sim_vcpu *a = reserved(1000, 10000, true);

	measure();
	check_share(a, 100, 0.01);
}

static void processors_share_one_queue(void)
{
	struct sim_vcpu *sv[6];

	for (int i = 0; i < 6; i++)
		sv[i] = reserved(5000, 10000, false);
	measure();
	for (int i = 0; i < 6; i++)
		check_share(sv[i], 50, 1);
}

static void sleeper_has_a_fresh_period(void)
{
	struct sim_vcpu *s, *hog = reserved(9000, 10000, true);
	struct domain *d = sim_domain(256, 0);
	struct xen_domctl_scheduler_op op = {
		.sched_id = XEN_SCHEDULER_RTDS,
		.cmd = XEN_DOMCTL_SCHEDOP_putinfo,
		.u.rtds = {2000, 1000, 0},
	};

	sim_check(sched_adjust_domain(d, &op) == 0, "parameters");
	s = sim_vcpu(d, 300 * NS_PER_US, 17 * MS, 0);
	measure();
	/* Its period ends before that of the other, but for the last 2 ms of that. */
	sim_check(s->nr_wakes > 500, "woke %lu times", s->nr_wakes);
	sim_check(s->latency_max_ns <= 2 * MS, "waited %lu ns", s->latency_max_ns);
	sim_check(s->latency_sum_ns / s->nr_wakes < MS / 2, "waited %lu ns on average",
		  s->latency_sum_ns / s->nr_wakes);
	sim_check(sim_cpu_time(hog) > 9 * SECOND, "the other got %lu ns", sim_cpu_time(hog));
}

static void affinity_is_kept(void)
{
	struct sim_vcpu *a = reserved(5000, 10000, true), *b = reserved(5000, 10000, true);
	struct cpumask one = {{2}};

	sim_check(vcpu_set_hard_affinity(a->v, &one) == 0, "affinity");
	sim_check(vcpu_set_hard_affinity(b->v, &one) == 0, "affinity");
	a->was_on_forbidden_cpu = b->was_on_forbidden_cpu = false;
	measure();
	check_share(a, 50, 0.3);
	check_share(b, 50, 0.3);
	sim_check(!a->was_on_forbidden_cpu && !b->was_on_forbidden_cpu, "ran elsewhere");
}

static void vcpus_are_adjusted_one_by_one(void)
{
	struct sim_vcpu *a = reserved(5000, 10000, false);
	struct xen_domctl_schedparam_vcpu list[2] = {{.u.rtds = {20000, 1000, 0}, .vcpuid = 0},
						     {.u.rtds = {20000, 1000, 0}, .vcpuid = 9}};
	struct xen_domctl_scheduler_op op = {
		.sched_id = XEN_SCHEDULER_RTDS,
		.cmd = XEN_DOMCTL_SCHEDOP_putvcpuinfo,
		.u.v = {(uint64_t)list, 1, 0},
	};

	sim_check(sched_adjust_domain(a->v->domain, &op) == 0 && op.u.v.nr_vcpus == 1, "put");
	measure();
	check_share(a, 5, 0.05);
	op.cmd = XEN_DOMCTL_SCHEDOP_getvcpuinfo;
	list[0].u.rtds.budget = 0;
	sim_check(sched_adjust_domain(a->v->domain, &op) == 0, "get");
	sim_check(list[0].u.rtds.budget == 1000 && list[0].u.rtds.period == 20000, "got %u of %u",
		  list[0].u.rtds.budget, list[0].u.rtds.period);
	op.u.v.nr_vcpus = 2;
	sim_check(sched_adjust_domain(a->v->domain, &op) == -EINVAL && op.u.v.nr_vcpus == 1,
		  "no such vcpu");
}

static void bad_parameters_are_refused(void)
{
	static const struct xen_domctl_sched_rtds bad[] = {
		{1000, 0, 0}, {1000, 9, 0}, {1000, 1001, 0}};
	struct xen_domctl_scheduler_op op = {.sched_id = XEN_SCHEDULER_RTDS,
					     .cmd = XEN_DOMCTL_SCHEDOP_putinfo};
	struct domain *d = sim_domain(256, 0);

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		op.u.rtds = bad[i];
		sim_check(sched_adjust_domain(d, &op) == -EINVAL, "row %zu", i);
	}
	op.sched_id = XEN_SCHEDULER_CREDIT;
	sim_check(sched_adjust_domain(d, &op) == -EINVAL, "another policy's");
	op.sched_id = XEN_SCHEDULER_RTDS;
	op.cmd = 17;
	sim_check(sched_adjust_domain(d, &op) == -EOPNOTSUPP, "command");
	op.cmd = XEN_DOMCTL_SCHEDOP_getinfo;
	sim_check(sched_adjust_domain(d, &op) == 0, "get");
	sim_check(op.u.rtds.period == 10000 && op.u.rtds.budget == 4000, "defaults");
}

SCENARIO(1, rt_policy, budget_holds_alone)
SCENARIO(1, rt_policy, deadlines_are_met_when_full)
SCENARIO(1, rt_policy, extra_time_goes_behind_budgets)
SCENARIO(1, rt_policy, alone_extra_time_is_all)
SCENARIO(4, rt_policy, processors_share_one_queue)
SCENARIO(1, rt_policy, sleeper_has_a_fresh_period)
SCENARIO(3, rt_policy, affinity_is_kept)
SCENARIO(2, rt_policy, vcpus_are_adjusted_one_by_one)
SCENARIO(1, rt_policy, bad_parameters_are_refused)

int run_rt_cases(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_budget_holds_alone),
		cmocka_unit_test(test_deadlines_are_met_when_full),
		cmocka_unit_test(test_extra_time_goes_behind_budgets),
		cmocka_unit_test(test_alone_extra_time_is_all),
		cmocka_unit_test(test_processors_share_one_queue),
		cmocka_unit_test(test_sleeper_has_a_fresh_period),
		cmocka_unit_test(test_affinity_is_kept),
		cmocka_unit_test(test_vcpus_are_adjusted_one_by_one),
		cmocka_unit_test(test_bad_parameters_are_refused),
	};

	return cmocka_run_group_tests_name("rtds", tests, NULL, NULL);
}
