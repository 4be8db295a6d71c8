/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CPUs go off and come back: whom they leave behind, who is refused, what is undone. */
#include "abi/sysctl.h"
#include "cases.h"
#include "fake.h"
#include "hv/cpu_pool.h"
#include "hv/errno.h"
#include "hv/hotplug.h"

#define SECOND NS_PER_SECOND
#define HOG 0, 0, 0

/* Comes again as a guest's hypercall would. */
static int until_done(int (*change)(unsigned int cpu), unsigned int cpu)
{
	int rc;

	while ((rc = change(cpu)) == -ERESTART)
		sim_run(NS_PER_MS);
	return rc;
}

static void off(unsigned int cpu)
{
	int rc = until_done(hotplug_remove_cpu, cpu);

	sim_check(rc == 0 && !cpu_is_online(cpu), "CPU %u: %d", cpu, rc);
}

static void on(unsigned int cpu)
{
	int rc = until_done(hotplug_add_cpu, cpu);

	sim_check(rc == 0 && cpu_is_online(cpu), "CPU %u: %d", cpu, rc);
}

static void busy_and_sleeping_ones_go_on(void)
{
	struct sim_vcpu *sv[8];

	for (unsigned int i = 0; i < 4; i++)
		sv[i] = sim_vcpu(sim_domain(256, 0), HOG);
	for (unsigned int i = 4; i < 8; i++)
		sv[i] = sim_vcpu(sim_domain(256, 0), NS_PER_MS, (3 + i) * NS_PER_MS, 0);
	for (unsigned int round = 0; round < 30; round++) {
		unsigned int cpu = 1 + round % 3;

		sim_run(SECOND / 50);
		off(cpu);
		sim_measure();
		sim_run(SECOND / 5);
		for (unsigned int i = 0; i < 8; i++) {
			sim_check(sv[i]->v->processor != cpu, "vcpu %u is on CPU %u", i, cpu);
			sim_check(sim_cpu_time(sv[i]) > SECOND / 100, "vcpu %u: %lu ns", i,
				  sim_cpu_time(sv[i]));
		}
		on(cpu);
	}
	sim_run(SECOND / 50);
	sim_check(sched_cpus_idle.bits[0] == 0, "idle: %#lx", sched_cpus_idle.bits[0]);
}

/* Who sleeps for long neither names the CPU any more nor has a timer there. */
static void sleepers_are_taken_away(void)
{
	struct sim_vcpu *sv[4];

	for (unsigned int i = 0; i < 4; i++)
		sv[i] = sim_vcpu(sim_domain(256, 0), NS_PER_MS, 100 * SECOND, 0);
	sim_run(SECOND / 10);
	for (unsigned int i = 0; i < 4; i++)
		timer_set(&sv[i]->v->singleshot_timer, fake_now_ns + SECOND);
	for (unsigned int cpu = 1; cpu < 4; cpu++)
		off(cpu);
	for (unsigned int i = 0; i < 4; i++) {
		sim_check(sv[i]->v->processor == 0, "vcpu %u is on CPU %u", i, sv[i]->v->processor);
		sim_check(sv[i]->v->singleshot_timer.cpu == 0 && sv[i]->v->poll_timer.cpu == 0 &&
				  sv[i]->v->periodic_timer.cpu == 0,
			  "timers of vcpu %u", i);
		sim_check(timer_is_active(&sv[i]->v->singleshot_timer), "timer %u is lost", i);
	}
	for (unsigned int cpu = 1; cpu < 4; cpu++)
		on(cpu);
}

static unsigned int nr_fired;

static void fired(void *data)
{
	(void)data;
	nr_fired++;
}

static void timers_fire_elsewhere(void)
{
	struct timer set, unset;

	timer_init(&set, fired, NULL, 3);
	timer_init(&unset, fired, NULL, 3);
	timer_set(&set, fake_now_ns + SECOND);
	off(3);
	timer_set(&unset, fake_now_ns + SECOND);
	sim_check(set.cpu == 0 && unset.cpu == 0, "on CPUs %u and %u", set.cpu, unset.cpu);
	sim_run(2 * SECOND);
	sim_check(nr_fired == 2, "%u fired", nr_fired);
	on(3);
	timer_init(&set, fired, NULL, 3);
	timer_set(&set, fake_now_ns + SECOND);
	sim_check(set.cpu == 3, "on CPU %u", set.cpu);
	sim_run(2 * SECOND);
	sim_check(nr_fired == 3, "%u fired", nr_fired);
}

/* One that doesn't come is as if it had never been asked for. */
static void timers_fire_without_a_broken_one(void)
{
	struct timer timer;

	timer_init(&timer, fired, NULL, 3);
	off(3);
	sim_cpu_is_broken = true;
	sim_check(until_done(hotplug_add_cpu, 3) == -EIO, "broken");
	nr_fired = 0;
	timer_set(&timer, fake_now_ns + SECOND);
	sim_run(2 * SECOND);
	sim_check(nr_fired == 1, "%u fired", nr_fired);
	sim_cpu_is_broken = false;
	on(3);
}

/* It has no variables of its own. */
static void never_started_ones_are_passed_over(void)
{
	uint32_t id = POOL_ANY;

	off(3);
	percpu_offset[3] = PERCPU_NONE;
	sim_check(!sched_idle_vcpu(3), "an idle vcpu");
	sim_check(pool_create(&id, XEN_SCHEDULER_NULL) == 0 && pool_destroy(id) == 0, "a pool");
}

static void affinity_comes_back(void)
{
	struct sim_vcpu *a = sim_vcpu(sim_domain(256, 0), 0, 0, 1u << 1);

	sim_run(SECOND / 10);
	off(1);
	sim_run(SECOND / 10);
	sim_check(a->v->processor == 0 && sim_state(a) == RUNSTATE_running, "CPU %u",
		  a->v->processor);
	on(1);
	sim_run(SECOND / 10);
	sim_check(a->v->processor == 1 && sim_state(a) == RUNSTATE_running, "CPU %u",
		  a->v->processor);
}

static uint32_t pool_with_cpu(uint32_t cpu)
{
	uint32_t id = POOL_ANY;

	sim_check(pool_begin_remove(0, &cpu) == 0, "begin");
	while (!pool_walk() || pool_end_remove(0, cpu) == -ERESTART)
		sim_run(1);
	sim_check(pool_create(&id, XEN_SCHEDULER_NULL) == 0, "create");
	sim_check(pool_begin_add(id, &cpu) == 0 && pool_walk(), "add");
	pool_end_add(cpu);
	return id;
}

static void pools_keep_what_they_need(void)
{
	uint32_t id = pool_with_cpu(2), cpu = 2;
	struct pool_information pool;

	sim_vcpu(sim_domain_in(id, 256, 0), HOG);
	sim_run(SECOND / 10);
	sim_check(hotplug_remove_cpu(2) == -EBUSY, "the last of a pool");
	off(3);
	sim_check(pool_begin_add(id, &(uint32_t){3}) == -EINVAL, "not online");
	on(3);
	sim_check(pool_read(0, &pool) == 0 && pool.cpus.bits[0] == 11, "%#lx", pool.cpus.bits[0]);
	sim_check(pool_begin_remove(0, &(uint32_t){3}) == 0 && pool_walk(), "begin");
	while (pool_end_remove(0, 3) == -ERESTART)
		sim_run(1);
	sim_check(pool_begin_add(id, &(uint32_t){3}) == 0 && pool_walk(), "add");
	pool_end_add(3);
	off(2);
	sim_check(hotplug_remove_cpu(3) == -EBUSY, "the last of a pool");
	on(2);
	sim_check(pool_read(id, &pool) == 0 && pool.cpus.bits[0] == 12, "%#lx", pool.cpus.bits[0]);
	sim_check(pool_begin_remove(id, &cpu) == 0, "it is in use again");
}

static void refusals(void)
{
	sim_vcpu(sim_domain(256, 0), HOG);
	sim_check(hotplug_remove_cpu(0) == -EINVAL, "the first");
	sim_check(hotplug_remove_cpu(4) == -EINVAL, "none");
	sim_check(hotplug_add_cpu(4) == -EINVAL, "none");
	sim_check(hotplug_add_cpu(UINT32_MAX) == -EINVAL, "none");
	sim_check(hotplug_add_cpu(1) == -EEXIST, "on");
	sim_check(hotplug_remove_threads() == -EOPNOTSUPP, "no threads");
	off(1);
	sim_check(hotplug_remove_cpu(1) == -EEXIST, "off");
	sim_cpu_is_broken = true;
	sim_check(until_done(hotplug_add_cpu, 1) == -EIO, "broken");
	sim_cpu_is_broken = false;
	on(1);
	sim_evacuate_error = -ENOSPC;
	sim_check(until_done(hotplug_remove_cpu, 1) == -ENOSPC, "no vectors");
	sim_evacuate_error = 0;
	sim_run(SECOND / 10);
	sim_check(sched_cpus_idle.bits[0] != 0 && cpu_is_online(1), "it is used again");
	sim_nr_interrupts = 3;
	off(1);
	sim_check(sim_nr_interrupts == 0, "%u interrupts are lost", sim_nr_interrupts);
}

/* Two callers: the second one finishes what the first has begun, each learns of his own. */
static void one_changes_at_a_time(void)
{
	for (unsigned int i = 0; i < 6; i++)
		sim_vcpu(sim_domain(256, 0), HOG);
	sim_run(SECOND / 10);
	sim_check(hotplug_remove_cpu(1) == -ERESTART, "begun");
	off(2);
	sim_check(!cpu_is_online(1), "given up");
	sim_check(hotplug_remove_cpu(1) == -EEXIST, "off");
	sim_check(hotplug_add_cpu(1) == -ERESTART, "begun");
	sim_check(until_done(hotplug_remove_cpu, 1) == 0, "on and off again");
	sim_check(!cpu_is_online(1), "on");
	on(1);
	on(2);
}

static void threads_go_together(void)
{
	struct pool_information pool;
	int rc;

	sim_has_threads = true;
	sim_vcpu(sim_domain(256, 0), HOG);
	while ((rc = hotplug_remove_threads()) == -ERESTART)
		sim_run(NS_PER_MS);
	sim_check(rc == 0 && cpus_online.bits[0] == 5, "%d, %#lx", rc, cpus_online.bits[0]);
	while ((rc = hotplug_add_threads()) == -ERESTART)
		sim_run(NS_PER_MS);
	sim_check(rc == 0 && cpus_online.bits[0] == 15, "%d, %#lx", rc, cpus_online.bits[0]);
	sim_check(pool_read(0, &pool) == 0 && pool.cpus.bits[0] == 15, "%#lx", pool.cpus.bits[0]);
}

/* An idle CPU's time is not what it was off. */
static void time_off_is_not_idle(void)
{
	uint64_t before;

	off(1);
	before = vcpu_cpu_time_ns(sched_idle_vcpu(1));
	sim_run(10 * SECOND);
	on(1);
	sim_run(SECOND);
	before = vcpu_cpu_time_ns(sched_idle_vcpu(1)) - before;
	sim_check(before >= SECOND && before < 2 * SECOND, "%lu ns", before);
}

SCENARIO(4, credit_policy, busy_and_sleeping_ones_go_on)
SCENARIO(4, credit_policy, sleepers_are_taken_away)
SCENARIO(4, credit_policy, timers_fire_elsewhere)
SCENARIO(4, credit_policy, timers_fire_without_a_broken_one)
SCENARIO(4, credit_policy, never_started_ones_are_passed_over)
SCENARIO(2, credit_policy, affinity_comes_back)
SCENARIO(4, credit_policy, pools_keep_what_they_need)
SCENARIO(4, rt_policy, refusals)
SCENARIO(4, credit_policy, one_changes_at_a_time)
SCENARIO(4, null_policy, threads_go_together)
SCENARIO(2, credit_policy, time_off_is_not_idle)

int run_hotplug_cases(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_busy_and_sleeping_ones_go_on),
		cmocka_unit_test(test_sleepers_are_taken_away),
		cmocka_unit_test(test_timers_fire_elsewhere),
		cmocka_unit_test(test_timers_fire_without_a_broken_one),
		cmocka_unit_test(test_never_started_ones_are_passed_over),
		cmocka_unit_test(test_affinity_comes_back),
		cmocka_unit_test(test_pools_keep_what_they_need),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_one_changes_at_a_time),
		cmocka_unit_test(test_threads_go_together),
		cmocka_unit_test(test_time_off_is_not_idle),
	};

	return cmocka_run_group_tests_name("hotplug", tests, NULL, NULL);
}
