/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The staged end, and look-ups that race with it. */
#include <pthread.h>
#include <stdlib.h>
#include "support.h"

static void kill_is_staged(void **state)
{
	struct domain *d = test_create(1), *reference;
	unsigned int calls = 1, pages;

	pages = fake_heap_nr_pages();
	for (int i = 0; i < 50; i++)
		test_give_page(d);
	modules_restarts = 2;
	modules_log_clear();
	reference = domain_get_by_id(1);
	while (domain_kill(d) == -ERESTART) {
		assert_true(domain_is_dying(d));
		calls++;
	}
	assert_int_equal(calls, 7);
	assert_int_equal(d->state, DOMAIN_DEAD);
	assert_int_equal(d->page_list.nr_pages, 0);
	softirq_run();
	assert_string_equal(modules_log, "zyxs");
	assert_int_equal(domain_kill(d), 0);
	assert_int_equal(d->references, 1);
	domain_put(reference);
	softirq_run();
	assert_string_equal(modules_log, "zyxsddsCBA");
	assert_true(fake_heap_nr_pages() < pages);
	assert_null(domain_get_by_id(1));
	test_kill(test_create(1));
}

static void kill_gives_way_to_softirqs(void **state)
{
	struct domain *d = test_create(1);

	for (int i = 0; i < 100; i++)
		test_give_page(d);
	/* Nothing runs it meanwhile. */
	softirq_raise(SOFTIRQ_SCRUB);
	assert_int_equal(domain_kill(d), -ERESTART);
	assert_in_range(d->page_list.nr_pages, 80, 99);
	softirq_run();
	assert_int_equal(domain_kill(d), 0);
	softirq_run();
	assert_null(domain_get_by_id(1));
}

static void dying_domain_gets_nothing(void **state)
{
	struct domain *d = test_create(1);
	struct vcpu *v;

	modules_restarts = 1;
	modules_log_clear();
	assert_int_equal(domain_kill(d), -ERESTART);
	assert_int_equal(domain_create_vcpu(d, 0, &v), -EINVAL);
	test_kill(d);
}

static void kill_is_refused(void **state)
{
	struct domain_create_arguments arguments = test_arguments(1);
	struct domain *d;

	assert_int_equal(domain_kill(test_observer), -EINVAL);
	arguments.is_hardware = true;
	assert_int_equal(domain_create(&arguments, &d), 0);
	assert_ptr_equal(hardware_domain, d);
	assert_int_equal(domain_kill(d), -EINVAL);
	arguments.id = 2;
	assert_int_equal(domain_create(&arguments, &d), -EINVAL);
	/* For the tests behind. */
	hardware_domain->is_hardware = false;
	test_kill(hardware_domain);
	hardware_domain = NULL;
}

static void page_that_others_hold_keeps_the_dead(void **state)
{
	struct domain *d = test_create(1);
	struct page *page;

	test_give_page(d);
	page = test_give_page(d);
	test_give_page(d);
	assert_true(page_get(page, d));
	assert_int_equal(domain_kill(d), 0);
	softirq_run();
	assert_int_equal(d->state, DOMAIN_DEAD);
	assert_int_equal(d->page_list.nr_pages, 1);
	assert_int_equal(d->references, 1);
	page_put(page);
	softirq_run();
	assert_null(domain_get_by_id(1));
	test_kill(test_create(1));
}

static void shared_info_that_others_map_keeps_the_dead(void **state)
{
	struct domain *d = test_create(1);
	struct page *page = virt_to_page(d->shared_info);

	assert_true(page_get(page, d));
	assert_int_equal(domain_kill(d), 0);
	softirq_run();
	assert_int_equal(d->state, DOMAIN_DEAD);
	assert_int_equal(d->references, 1);
	assert_true(domain_id_is_used(1));
	page_put(page);
	softirq_run();
	assert_false(domain_id_is_used(1));
	test_kill(test_create(1));
}

static void references_never_underflow(void **state)
{
	struct domain *d = test_create(1);

	assert_true(domain_get(d));
	domain_put(d);
	test_kill(d);
	assert_false(domain_get(d));
	assert_int_equal(FAKE_PANICS(domain_put(d)), 1);
	d->references = 0;
}

static bool readers_stop;
static unsigned long nr_found;
static pthread_mutex_t softirq_mutex = PTHREAD_MUTEX_INITIALIZER;

/* Looks two ids up without a pause; whoever drops the last reference ends the domain on its own CPU. */
static void *reader(void *cpu)
{
	unsigned long found = 0;

	fake_cpu_enter((unsigned int)(uintptr_t)cpu);
	while (!__atomic_load_n(&readers_stop, __ATOMIC_RELAXED)) {
		for (domid_t id = 1; id <= 2; id++) {
			struct domain *d = domain_get_by_id(id);

			if (!d)
				continue;
			if (d->id != id)
				abort();
			found++;
			domain_put(d);
		}
		if (!softirq_is_pending())
			continue;
		pthread_mutex_lock(&softirq_mutex);
		softirq_run();
		pthread_mutex_unlock(&softirq_mutex);
	}
	__atomic_add_fetch(&nr_found, found, __ATOMIC_RELAXED);
	return NULL;
}

static void churn(domid_t id)
{
	struct domain_create_arguments arguments = test_arguments(id);
	struct domain *d;
	int rc;

	pthread_mutex_lock(&softirq_mutex);
	rc = domain_create(&arguments, &d);
	if (rc == 0)
		rc = domain_kill(d);
	else
		assert_int_equal(rc, -EEXIST);
	softirq_run();
	pthread_mutex_unlock(&softirq_mutex);
}

static void look_up_races_with_the_end(void **state)
{
	pthread_t threads[2];

	for (uintptr_t i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, reader, (void *)(i + 1)), 0);
	/* The struct of one id becomes the other's. */
	for (int i = 0; i < 20000; i++)
		churn((domid_t)(1 + i % 2));
	__atomic_store_n(&readers_stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	for (unsigned int cpu = 0; cpu < 3; cpu++) {
		fake_cpu_enter(cpu);
		softirq_run();
	}
	fake_cpu_enter(0);
	assert_null(domain_get_by_id(1));
	assert_null(domain_get_by_id(2));
}

int run_destroy_cases(void)
{
	const struct CMUnitTest tests[] = {
		CASE(kill_is_staged),
		CASE(kill_gives_way_to_softirqs),
		CASE(dying_domain_gets_nothing),
		CASE(kill_is_refused),
		CASE(page_that_others_hold_keeps_the_dead),
		CASE(shared_info_that_others_map_keeps_the_dead),
		CASE(references_never_underflow),
		CASE(look_up_races_with_the_end),
	};

	return cmocka_run_group_tests_name("destroy", tests, NULL, test_group_end);
}
