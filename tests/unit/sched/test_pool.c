/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pools of CPUs: they come and go while vcpus run, and each has its policy. */
#include "abi/sysctl.h"
#include "cases.h"
#include "fake.h"
#include "hv/cpu_pool.h"
#include "hv/errno.h"

#define SECOND NS_PER_SECOND
#define HOG 0, 0, 0

static void cpu_remove(uint32_t pool, uint32_t cpu)
{
	sim_check(pool_begin_remove(pool, &cpu) == 0, "begin");
	while (!pool_walk())
		sim_run(1);
	while (pool_end_remove(pool, cpu) == -ERESTART)
		sim_run(1);
}

static void cpu_add(uint32_t pool, uint32_t cpu)
{
	sim_check(pool_begin_add(pool, &cpu) == 0, "begin");
	while (!pool_walk())
		sim_run(1);
	pool_end_add(cpu);
}

static uint32_t pool_with_cpu(uint32_t sched_id, uint32_t cpu)
{
	uint32_t id = POOL_ANY;

	cpu_remove(0, cpu);
	sim_check(pool_create(&id, sched_id) == 0, "create");
	cpu_add(id, cpu);
	return id;
}

static uint64_t cpu_time_of(struct sim_vcpu **sv, int nr)
{
	uint64_t sum = 0;

	for (int i = 0; i < nr; i++)
		sum += sim_cpu_time(sv[i]);
	return sum;
}

static void cpu_leaves_and_comes_back_under_load(void)
{
	struct sim_vcpu *sv[6];
	struct cpumask free;

	for (int i = 0; i < 6; i++)
		sv[i] = sim_vcpu(sim_domain(256, 0), HOG);
	sim_run(SECOND / 10);
	cpu_remove(0, 3);
	pool_read_free(&free);
	sim_check(free.bits[0] == 8, "free CPUs %#lx", free.bits[0]);
	sim_measure();
	sim_run(10 * SECOND);
	for (int i = 0; i < 6; i++)
		sim_check(sv[i]->v->processor != 3, "vcpu %d is on CPU 3", i);
	sim_check(cpu_time_of(sv, 6) == 30 * SECOND, "%lu ns", cpu_time_of(sv, 6));
	cpu_add(0, 3);
	sim_run(SECOND / 10);
	sim_measure();
	sim_run(10 * SECOND);
	sim_check(cpu_time_of(sv, 6) == 40 * SECOND, "%lu ns", cpu_time_of(sv, 6));
	for (int i = 0; i < 6; i++)
		sim_check(sim_cpu_time(sv[i]) > 6 * SECOND, "vcpu %d got %lu ns", i,
			  sim_cpu_time(sv[i]));
}

static void sleepers_leave_when_they_wake(void)
{
	struct sim_vcpu *sv[8];

	for (unsigned int i = 0; i < 8; i++)
		sv[i] = sim_vcpu(sim_domain(256, 0), NS_PER_MS, (3 + i) * NS_PER_MS, 0);
	sim_run(SECOND);
	cpu_remove(0, 0);
	cpu_remove(0, 2);
	sim_run(SECOND);
	for (int i = 0; i < 8; i++)
		sim_check(sv[i]->v->processor % 2, "vcpu %d is on CPU %u", i, sv[i]->v->processor);
}

static void broken_affinity_is_whole_again_later(void)
{
	struct sim_vcpu *a = sim_vcpu(sim_domain(256, 0), 0, 0, 1u << 1);
	struct cpumask hard, soft;

	sim_run(SECOND / 10);
	cpu_remove(0, 1);
	sim_run(SECOND / 10);
	sim_check(a->v->processor == 0 && sim_state(a) == RUNSTATE_running, "CPU %u",
		  a->v->processor);
	vcpu_get_effective_affinity(a->v, &hard, &soft);
	sim_check(hard.bits[0] == 1, "allowed %#lx", hard.bits[0]);
	cpu_add(0, 1);
	sim_run(SECOND / 10);
	sim_check(a->v->processor == 1 && sim_state(a) == RUNSTATE_running, "CPU %u",
		  a->v->processor);
}

/* Whoever asks where a vcpu may run meanwhile must not hide it from the walk that makes it leave. */
static void asking_leaves_nobody_behind(void)
{
	struct sim_vcpu *sv[8];
	struct cpumask hard, soft;
	uint32_t cpu = 1;

	for (int i = 0; i < 8; i++)
		sv[i] = sim_vcpu(sim_domain(256, 0), HOG);
	sim_run(SECOND / 10);
	sim_check(pool_begin_remove(0, &cpu) == 0, "begin");
	for (int i = 0; i < 8; i++) {
		vcpu_get_effective_affinity(sv[i]->v, &hard, &soft);
		sim_check(hard.bits[0] == 1, "allowed %#lx", hard.bits[0]);
	}
	while (!pool_walk())
		sim_run(1);
	for (int i = 0; i < 8; i++)
		sim_check(sv[i]->v->processor != 1, "vcpu %d is left on CPU 1", i);
}

static void pools_do_not_mix(void)
{
	uint32_t id = pool_with_cpu(XEN_SCHEDULER_CREDIT, 1);
	struct sim_vcpu *a = sim_vcpu(sim_domain_in(id, 256, 0), HOG);
	struct sim_vcpu *b = sim_vcpu(sim_domain_in(id, 512, 0), HOG);
	struct sim_vcpu *c = sim_vcpu(sim_domain(256, 0), HOG);

	sim_run(SECOND);
	sim_measure();
	sim_run(20 * SECOND);
	sim_check(sim_cpu_time(c) == 20 * SECOND, "disturbed: %lu", sim_cpu_time(c));
	sim_check(a->v->processor == 1 && b->v->processor == 1, "elsewhere");
	sim_check((double)sim_cpu_time(b) / (double)sim_cpu_time(a) > 1.96 &&
			  (double)sim_cpu_time(b) / (double)sim_cpu_time(a) < 2.04,
		  "%lu and %lu", sim_cpu_time(a), sim_cpu_time(b));
}

/* Who moves a domain isn't of it. */
static int move(struct domain *d, uint32_t id)
{
	unsigned int cpu = 0;
	int rc;

	do
		fake_cpu_enter(cpu++);
	while (current_vcpu()->domain == d);
	rc = pool_move_domain(d, id);
	fake_cpu_enter(0);
	return rc;
}

static void domain_moves_between_policies(void)
{
	static const uint32_t sched[] = {XEN_SCHEDULER_NULL, XEN_SCHEDULER_RTDS,
					 XEN_SCHEDULER_CREDIT};
	struct domain *d = sim_domain(256, 0);
	struct sim_vcpu *busy = sim_vcpu(d, HOG);
	struct sim_vcpu *sleeper = sim_vcpu(d, NS_PER_MS, 9 * NS_PER_MS, 0);
	uint32_t id[3];

	sim_vcpu(sim_domain(256, 0), HOG);
	for (unsigned int i = 0; i < 3; i++)
		id[i] = pool_with_cpu(sched[i], i + 1);
	/* So many that the turns end with each policy. */
	for (unsigned int i = 0; i < 40; i++) {
		uint32_t to = i % 4 ? id[i % 4 - 1] : 0;

		sim_check(move(d, to) == 0, "move %u", i);
		sim_check(sched_pool_id(d) == to, "pool %u", sched_pool_id(d));
		sim_measure();
		sim_run(SECOND / 10 + i);
		sim_check(busy->v->processor == i % 4, "CPU %u, not %u", busy->v->processor, i % 4);
		sim_check(sim_cpu_time(busy) + sim_cpu_time(sleeper) > SECOND / 25,
			  "in pool %u: %lu ns", to, sim_cpu_time(busy));
	}
	sim_check(move(d, 77) == -ENOENT, "no such pool");
	sim_check(move(d, id[1]) == 0, "move");
	sim_check(pool_destroy(id[1]) == -EBUSY, "in use");
	sim_check(move(d, 0) == 0, "move");
	for (unsigned int i = 0; i < 3; i++)
		sim_check(pool_destroy(id[i]) == 0, "destroy");
	sim_check(move(d, id[1]) == -ENOENT, "gone");
}

static void refusals(void)
{
	struct pool_information pool;
	uint32_t id = 5, cpu = POOL_ANY;

	sim_domain(256, 0);
	sim_check(pool_create(&id, 77) == -ENOENT, "policy");
	sim_check(pool_create(&id, XEN_SCHEDULER_CREDIT) == 0 && id == 5, "create");
	sim_check(pool_create(&id, XEN_SCHEDULER_CREDIT) == -EEXIST, "twice");
	sim_check(pool_read(0, &pool) == 0 && pool.id == 0 && pool.nr_domains == 1, "first");
	sim_check(pool_read(1, &pool) == 0 && pool.id == 5 && pool.nr_domains == 0, "next");
	sim_check(pool_read(6, &pool) == -ENOENT, "end");
	sim_check(pool_destroy(0) == -EBUSY, "the first");
	sim_check(pool_destroy(4) == -ENOENT, "none");
	sim_check(pool_begin_add(5, &cpu) == -ENODEV, "none is free");
	cpu = 1;
	sim_check(pool_begin_add(5, &cpu) == -ENODEV, "not free");
	cpu = 64;
	sim_check(pool_begin_add(5, &cpu) == -EINVAL, "not a CPU");
	cpu = 1;
	sim_check(pool_begin_remove(5, &cpu) == -ENODEV, "another pool's");
	sim_check(pool_end_remove(0, 1) == -ENODEV, "nothing was begun");
	cpu_remove(0, 1);
	cpu = 0;
	sim_check(pool_begin_remove(0, &cpu) == -EBUSY, "the last");
	cpu = POOL_ANY;
	sim_check(pool_begin_add(5, &cpu) == 0 && cpu == 1, "any free one");
	sim_check(pool_destroy(5) == 0, "without domains");
	cpu = 1;
	sim_check(pool_begin_add(0, &cpu) == 0, "its CPUs are free");
}

/* A sleeper goes to its soft CPUs when they idle, and elsewhere rather than wait. */
/* Its vcpus would have nowhere to run, and who wakes them would look for ever. */
static void pool_without_cpus_takes_nobody(void)
{
	struct domain_create_arguments arguments = {.id = 100, .cpupool_id = 5, .max_vcpus = 1};
	struct domain *d;
	uint32_t id = 5;

	sim_check(pool_create(&id, XEN_SCHEDULER_CREDIT) == 0, "create");
	sim_check(domain_create(&arguments, &d) == -EINVAL, "it has no CPUs");
	cpu_remove(0, 1);
	cpu_add(5, 1);
	sim_check(domain_create(&arguments, &d) == 0, "it has one");
}

static void soft_affinity_is_a_wish(void)
{
	struct cpumask soft = {{1u << 2}}, hard = {{1u << 2}};
	struct sim_vcpu *s = sim_vcpu(sim_domain(256, 0), NS_PER_MS, 4 * NS_PER_MS, 0), *hog;

	sim_check(vcpu_set_soft_affinity(s->v, &soft) == 0, "soft");
	sim_run(SECOND / 10);
	sim_measure();
	for (unsigned int i = 0; i < 50; i++) {
		sim_run(NS_PER_MS);
		sim_check(s->v->processor == 2, "on CPU %u", s->v->processor);
	}
	hog = sim_vcpu(sim_domain(256, 0), HOG);
	sim_check(vcpu_set_hard_affinity(hog->v, &hard) == 0, "hard");
	sim_run(SECOND / 10);
	sim_measure();
	sim_run(SECOND);
	sim_check(s->latency_max_ns == 0, "waited %lu ns", s->latency_max_ns);
	sim_check(s->v->processor != 2 && hog->v->processor == 2, "on CPU %u", s->v->processor);
	sim_check(sim_cpu_time(hog) > SECOND * 99 / 100, "the other got %lu", sim_cpu_time(hog));
}

static void turns_are_adjusted(void)
{
	struct xen_sysctl_scheduler_op op = {.sched_id = XEN_SCHEDULER_CREDIT,
					     .u.sched_credit = {10, 200, 50}};
	struct sim_vcpu *a = sim_vcpu(sim_domain(256, 0), HOG);
	struct sim_vcpu *b = sim_vcpu(sim_domain(256, 0), HOG);

	sim_check(pool_adjust(0, &op, true) == 0, "put");
	op.u.sched_credit = (struct xen_sysctl_credit_schedule){0};
	sim_check(pool_adjust(0, &op, false) == 0, "get");
	sim_check(op.u.sched_credit.tslice_ms == 10 && op.u.sched_credit.ratelimit_us == 200 &&
			  op.u.sched_credit.vcpu_migr_delay_us == 50,
		  "%u ms, %u us", op.u.sched_credit.tslice_ms, op.u.sched_credit.ratelimit_us);
	sim_run(SECOND);
	sim_measure();
	sim_run(SECOND);
	sim_check(a->gap_max_ns <= 11 * NS_PER_MS && b->gap_max_ns <= 11 * NS_PER_MS,
		  "waited %lu and %lu ns", a->gap_max_ns, b->gap_max_ns);
	op.u.sched_credit.tslice_ms = 1001;
	sim_check(pool_adjust(0, &op, true) == -EINVAL, "range");
	op.sched_id = XEN_SCHEDULER_RTDS;
	sim_check(pool_adjust(0, &op, true) == -EINVAL, "policy");
	sim_check(pool_adjust(3, &op, true) == -ESRCH, "pool");
}

SCENARIO(4, credit_policy, cpu_leaves_and_comes_back_under_load)
SCENARIO(4, credit_policy, sleepers_leave_when_they_wake)
SCENARIO(2, credit_policy, broken_affinity_is_whole_again_later)
SCENARIO(2, credit_policy, asking_leaves_nobody_behind)
SCENARIO(2, credit_policy, pools_do_not_mix)
SCENARIO(4, credit_policy, domain_moves_between_policies)
SCENARIO(2, credit_policy, refusals)
SCENARIO(2, credit_policy, pool_without_cpus_takes_nobody)
SCENARIO(4, credit_policy, soft_affinity_is_a_wish)
SCENARIO(1, credit_policy, turns_are_adjusted)

int run_pool_cases(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cpu_leaves_and_comes_back_under_load),
		cmocka_unit_test(test_sleepers_leave_when_they_wake),
		cmocka_unit_test(test_broken_affinity_is_whole_again_later),
		cmocka_unit_test(test_asking_leaves_nobody_behind),
		cmocka_unit_test(test_pools_do_not_mix),
		cmocka_unit_test(test_domain_moves_between_policies),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_pool_without_cpus_takes_nobody),
		cmocka_unit_test(test_soft_affinity_is_a_wish),
		cmocka_unit_test(test_turns_are_adjusted),
	};

	return cmocka_run_group_tests_name("pools", tests, NULL, NULL);
}
