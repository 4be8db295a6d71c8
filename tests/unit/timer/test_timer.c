/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Timers fire in order, on their CPU, and no longer once stopped; softirqs and tasklets under them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "fake.h"
#include "hv/softirq.h"
#include "hv/timer.h"

#define NR_TIMERS 500

static struct timer timers[NR_TIMERS];
static uint64_t last_fired_ns;
static unsigned int nr_fired, fired_on;

static void note(void *data)
{
	struct timer *timer = data;

	assert_true(timer->expires_ns >= last_fired_ns);
	assert_true(timer->expires_ns <= fake_now_ns);
	assert_true(interrupts_are_on());
	last_fired_ns = timer->expires_ns;
	nr_fired++;
	fired_on = cpu_this();
}

static int set_up(void **state)
{
	fake_machine_start();
	fake_cpus_set_online(3);
	for (unsigned int cpu = 0; cpu < 3; cpu++)
		assert_int_equal(timer_init_cpu(cpu), 0);
	last_fired_ns = 0;
	nr_fired = 0;
	for (unsigned int i = 0; i < NR_TIMERS; i++)
		timer_init(&timers[i], note, &timers[i], 0);
	return 0;
}

/* The interrupt at the programmed deadline, and what follows it. */
static void ring(unsigned int cpu)
{
	fake_cpu_enter(cpu);
	timer_handle_interrupt();
	softirq_run();
}

static void one_fires_at_its_time_and_once(void **state)
{
	timer_set(&timers[0], fake_now_ns + 500);
	assert_int_equal(fake_deadline_ns[0], fake_now_ns + 500);
	assert_true(timer_is_active(&timers[0]));
	ring(0);
	assert_int_equal(nr_fired, 0);
	fake_now_ns += 500;
	ring(0);
	assert_int_equal(nr_fired, 1);
	assert_false(timer_is_active(&timers[0]));
	assert_int_equal(fake_deadline_ns[0], UINT64_MAX);
	ring(0);
	assert_int_equal(nr_fired, 1);
}

static void past_deadline_fires_at_once(void **state)
{
	timer_set(&timers[0], 1);
	assert_true(softirq_is_pending());
	softirq_run();
	assert_int_equal(nr_fired, 1);
}

static void random_deadlines_fire_in_order(void **state)
{
	srand(1);
	for (unsigned int i = 0; i < NR_TIMERS; i++)
		timer_set(&timers[i], fake_now_ns + 1 + (uint64_t)rand() % 10000);
	for (unsigned int i = 0; i < NR_TIMERS; i += 3)
		timer_set(&timers[i], fake_now_ns + 1 + (uint64_t)rand() % 10000);
	while (nr_fired < NR_TIMERS) {
		assert_true(fake_deadline_ns[0] > fake_now_ns);
		assert_true(fake_deadline_ns[0] != UINT64_MAX);
		assert_int_equal(fake_deadline_ns[0], timer_next_deadline_ns());
		fake_now_ns = fake_deadline_ns[0];
		ring(0);
	}
	assert_int_equal(timer_next_deadline_ns(), UINT64_MAX);
}

static void stopped_ones_stay_silent(void **state)
{
	for (unsigned int i = 0; i < NR_TIMERS; i++)
		timer_set(&timers[i], fake_now_ns + 1 + (i * 7919u) % 1000);
	for (unsigned int i = 0; i < NR_TIMERS; i++)
		if (i % 5)
			timer_stop(&timers[i]);
	timer_stop(&timers[1]);
	fake_now_ns += 2000;
	ring(0);
	assert_int_equal(nr_fired, NR_TIMERS / 5);
}

static void random_sets_and_stops_match_a_list(void **state)
{
	unsigned int active = 0;
	uint64_t earliest;

	srand(2);
	for (unsigned int round = 0; round < 20000; round++) {
		struct timer *timer = &timers[rand() % NR_TIMERS];

		if (rand() % 3)
			timer_set(timer, fake_now_ns + 1 + (uint64_t)rand() % 100000);
		else
			timer_stop(timer);
		if (round % 100)
			continue;
		earliest = UINT64_MAX;
		active = 0;
		for (unsigned int i = 0; i < NR_TIMERS; i++) {
			if (!timer_is_active(&timers[i]))
				continue;
			active++;
			earliest = MIN(earliest, timers[i].expires_ns);
		}
		assert_int_equal(timer_next_deadline_ns(), earliest);
	}
	fake_now_ns += 200000;
	for (unsigned int i = active = 0; i < NR_TIMERS; i++)
		active += timer_is_active(&timers[i]);
	ring(0);
	assert_int_equal(nr_fired, active);
}

static void another_cpu_is_told_once(void **state)
{
	timer_init(&timers[0], note, &timers[0], 2);
	timer_init(&timers[1], note, &timers[1], 2);
	timer_set(&timers[0], fake_now_ns + 100);
	timer_set(&timers[1], fake_now_ns + 200);
	assert_int_equal(fake_event_checks[2], 1);
	assert_int_equal(fake_deadline_ns[0], UINT64_MAX);
	fake_cpu_enter(2);
	softirq_run();
	assert_int_equal(fake_deadline_ns[2], fake_now_ns + 100);
	fake_now_ns += 300;
	ring(2);
	assert_int_equal(nr_fired, 2);
	assert_int_equal(fired_on, 2);
}

static void migrated_timer_fires_on_the_new_cpu(void **state)
{
	timer_set(&timers[0], fake_now_ns + 100);
	timer_set(&timers[1], fake_now_ns + 50);
	timer_migrate(&timers[0], 1);
	timer_migrate(&timers[2], 1);
	fake_now_ns += 200;
	ring(0);
	assert_int_equal(nr_fired, 1);
	ring(1);
	assert_int_equal(nr_fired, 2);
	assert_int_equal(fired_on, 1);
	fake_cpu_enter(0);
	timer_set(&timers[2], fake_now_ns + 1000);
	assert_int_equal(fake_deadline_ns[0], UINT64_MAX);
}

static void set_again(void *data)
{
	nr_fired++;
	if (nr_fired < 5)
		timer_set(data, fake_now_ns + 10);
}

static void handler_may_set_its_own_timer(void **state)
{
	timer_init(&timers[0], set_again, &timers[0], 0);
	timer_set(&timers[0], fake_now_ns + 10);
	for (unsigned int i = 0; i < 10; i++) {
		fake_now_ns += 10;
		ring(0);
	}
	assert_int_equal(nr_fired, 5);
}

static void free_itself(void *data)
{
	nr_fired++;
	free(data);
}

static void handler_may_free_its_timer(void **state)
{
	struct timer *timer = malloc(sizeof(*timer));

	timer_init(timer, free_itself, timer, 0);
	timer_set(timer, fake_now_ns);
	softirq_run();
	assert_int_equal(nr_fired, 1);
}

static void killed_timer_never_fires_again(void **state)
{
	timer_set(&timers[0], fake_now_ns + 10);
	timer_kill(&timers[0]);
	timer_set(&timers[0], fake_now_ns + 20);
	assert_false(timer_is_active(&timers[0]));
	fake_now_ns += 100;
	ring(0);
	assert_int_equal(nr_fired, 0);
}

static unsigned int runs[3];

static void count(void *data)
{
	runs[(uintptr_t)data]++;
}

static void tasklets_run_once_each_on_their_cpu(void **state)
{
	struct tasklet a, b;

	tasklet_init(&a, count, (void *)1);
	tasklet_init(&b, count, (void *)2);
	runs[1] = runs[2] = 0;
	tasklet_schedule(&a);
	tasklet_schedule(&a);
	tasklet_schedule(&b);
	fake_cpu_enter(1);
	softirq_run();
	assert_int_equal(runs[1], 0);
	fake_cpu_enter(0);
	softirq_run();
	assert_int_equal(runs[1], 1);
	assert_int_equal(runs[2], 1);
	tasklet_schedule(&a);
	softirq_run();
	assert_int_equal(runs[1], 2);
}

static void softirq_for_another_cpu_interrupts_it_once(void **state)
{
	softirq_raise_cpu(1, SOFTIRQ_RCU);
	softirq_raise_cpu(1, SOFTIRQ_RCU);
	softirq_raise_cpu(0, SOFTIRQ_RCU);
	assert_int_equal(fake_event_checks[1], 1);
	assert_int_equal(fake_event_checks[0], 0);
	assert_true(softirq_is_pending());
	softirq_run();
	assert_false(softirq_is_pending());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(one_fires_at_its_time_and_once, set_up),
		cmocka_unit_test_setup(past_deadline_fires_at_once, set_up),
		cmocka_unit_test_setup(random_deadlines_fire_in_order, set_up),
		cmocka_unit_test_setup(stopped_ones_stay_silent, set_up),
		cmocka_unit_test_setup(random_sets_and_stops_match_a_list, set_up),
		cmocka_unit_test_setup(another_cpu_is_told_once, set_up),
		cmocka_unit_test_setup(migrated_timer_fires_on_the_new_cpu, set_up),
		cmocka_unit_test_setup(handler_may_set_its_own_timer, set_up),
		cmocka_unit_test_setup(handler_may_free_its_timer, set_up),
		cmocka_unit_test_setup(killed_timer_never_fires_again, set_up),
		cmocka_unit_test_setup(tasklets_run_once_each_on_their_cpu, set_up),
		cmocka_unit_test_setup(softirq_for_another_cpu_interrupts_it_once, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
