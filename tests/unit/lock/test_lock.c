/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exclusion between real threads, and the panics of the rank checks. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "fake.h"
#include "hv/lock.h"
#include "hv/lock_debug.h"

#define NR_THREADS 3
#define ROUNDS 2000

static struct spinlock low, low2, high, irq_lock;
static uint64_t counter;

/* A panic ends the checks; checks_again() starts them for the next test. */
static int set_up(void **state)
{
	fake_machine_start();
	spinlock_init(&low, LOCK_domain);
	spinlock_init(&low2, LOCK_domain);
	spinlock_init(&high, LOCK_page_list);
	spinlock_init(&irq_lock, LOCK_timer);
	counter = 0;
	return 0;
}

static void *count_with_spinlock(void *cpu)
{
	fake_cpu_enter((unsigned int)(uintptr_t)cpu);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		spin_lock(&low);
		counter++;
		spin_unlock(&low);
	}
	return NULL;
}

static void *count_with_trylock(void *cpu)
{
	fake_cpu_enter((unsigned int)(uintptr_t)cpu);
	for (unsigned int i = 0; i < ROUNDS;) {
		if (!spin_trylock(&low))
			continue;
		counter++;
		i++;
		spin_unlock(&low);
	}
	return NULL;
}

static void run_threads(void *(*function)(void *cpu))
{
	pthread_t threads[NR_THREADS];

	for (uintptr_t i = 0; i < NR_THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, function, (void *)i), 0);
	for (unsigned int i = 0; i < NR_THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(counter, NR_THREADS * ROUNDS);
}

static void spinlock_excludes(void **state)
{
	run_threads(count_with_spinlock);
	assert_false(spin_is_locked(&low));
}

static void trylock_excludes(void **state)
{
	run_threads(count_with_trylock);
	assert_false(spin_is_locked(&low));
}

static void tickets_wrap(void **state)
{
	for (unsigned int i = 0; i < 70000; i++) {
		spin_lock(&low);
		assert_true(spin_is_locked(&low));
		assert_false(spin_trylock(&low));
		spin_unlock(&low);
		assert_false(spin_is_locked(&low));
	}
}

static void rising_ranks_pass_in_any_release_order(void **state)
{
	spin_lock(&low);
	spin_lock(&high);
	spin_unlock(&low);
	spin_unlock(&high);
	lock_debug_check_none_held();
}

static void interrupts_follow_the_lock(void **state)
{
	uint64_t flags = spin_lock_irqsave(&irq_lock);

	assert_false(interrupts_are_on());
	spin_unlock_irqrestore(&irq_lock, flags);
	assert_true(interrupts_are_on());
	spin_lock_irq(&irq_lock);
	assert_false(interrupts_are_on());
	spin_unlock_irq(&irq_lock);
	assert_true(interrupts_are_on());
}

static void pair_takes_two_of_a_class_and_one_twice(void **state)
{
	spin_lock_pair(&low2, &low);
	assert_true(spin_is_locked(&low));
	assert_true(spin_is_locked(&low2));
	spin_unlock_pair(&low2, &low);
	spin_lock_pair(&low, &low);
	spin_unlock_pair(&low, &low);
	assert_false(spin_is_locked(&low));
	lock_debug_check_none_held();
}

static void trylock_passes_any_order(void **state)
{
	spin_lock(&high);
	assert_true(spin_trylock(&low));
	spin_unlock(&low);
	spin_unlock(&high);
}

static void inversion_panics_naming_both(void **state)
{
	spin_lock(&high);
	assert_true(FAKE_PANICS(spin_lock(&low)));
	assert_non_null(strstr(fake_panic_text, "domain"));
	assert_non_null(strstr(fake_panic_text, "page_list"));
}

static void same_class_panics(void **state)
{
	spin_lock(&low);
	assert_true(FAKE_PANICS(spin_lock(&low2)));
	assert_non_null(strstr(fake_panic_text, "same class"));
}

static void same_lock_panics(void **state)
{
	spin_lock(&low);
	assert_true(FAKE_PANICS(spin_lock(&low)));
	assert_non_null(strstr(fake_panic_text, "same lock"));
}

static void interrupt_class_with_interrupts_on_panics(void **state)
{
	assert_true(FAKE_PANICS(spin_lock(&irq_lock)));
	assert_non_null(strstr(fake_panic_text, "timer"));
}

static void release_of_what_is_not_held_panics(void **state)
{
	assert_true(FAKE_PANICS(spin_unlock(&low)));
	assert_non_null(strstr(fake_panic_text, "domain"));
}

static void lock_held_on_the_way_out_panics(void **state)
{
	spin_lock(&low);
	assert_true(FAKE_PANICS(lock_debug_check_none_held()));
	assert_non_null(strstr(fake_panic_text, "domain"));
}

static int checks_again(void **state)
{
	lock_debug_enable();
	return 0;
}

#define PASSES(test) cmocka_unit_test_setup_teardown(test, set_up, checks_again)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PASSES(spinlock_excludes),
		PASSES(trylock_excludes),
		PASSES(tickets_wrap),
		PASSES(rising_ranks_pass_in_any_release_order),
		PASSES(interrupts_follow_the_lock),
		PASSES(pair_takes_two_of_a_class_and_one_twice),
		PASSES(trylock_passes_any_order),
		PASSES(inversion_panics_naming_both),
		PASSES(same_class_panics),
		PASSES(same_lock_panics),
		PASSES(interrupt_class_with_interrupts_on_panics),
		PASSES(release_of_what_is_not_held_panics),
		PASSES(lock_held_on_the_way_out_panics),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
