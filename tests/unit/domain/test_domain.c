/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Creation with every failure, look-up and references, the staged end, vcpu_info, vm_assist. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include "fake.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/softirq.h"
#include "modules.h"

static struct domain *observer; /* current's domain in every test */

static struct domain_create_arguments arguments_of(domid_t id)
{
	return (struct domain_create_arguments){.id = id, .max_vcpus = 40, .max_pages = 100};
}

static struct domain *create(domid_t id)
{
	struct domain_create_arguments arguments = arguments_of(id);
	struct domain *d = NULL;

	assert_int_equal(domain_create(&arguments, &d), 0);
	assert_non_null(d);
	return d;
}

static struct vcpu *create_vcpu(struct domain *d, uint32_t id)
{
	struct vcpu *v = NULL;

	assert_int_equal(domain_create_vcpu(d, id, &v), 0);
	return v;
}

static void kill(struct domain *d)
{
	int rc;

	do
		rc = domain_kill(d);
	while (rc == -ERESTART);
	assert_int_equal(rc, 0);
	softirq_run();
}

static void kill_id(domid_t id)
{
	struct domain *d = domain_get_by_id(id);

	assert_non_null(d);
	domain_put(d);
	kill(d);
}

/* heap_release_domain_page() of the fake knows no list. */
void heap_release_domain_page(struct page *page)
{
	struct domain *d = page_owner(page);

	page_list_remove(&d->page_list, page);
	page_set_owner(page, NULL);
	d->tot_pages--;
	heap_free_unowned(page, 0);
}

static struct page *give_page(struct domain *d)
{
	struct page *page = heap_alloc_domain(d, 0, 0);

	assert_non_null(page);
	page_list_add(&d->page_list, page);
	return page;
}

static int group_start(void **state)
{
	struct vcpu *v;

	fake_machine_start();
	modules_install();
	domain_init();
	observer = create(100);
	v = create_vcpu(observer, 0);
	fake_current_set(v);
	return 0;
}

static int group_end(void **state)
{
	fake_current_set(NULL);
	object_free(idle_domain->vcpu);
	idle_domain->vcpu = NULL;
	fake_current_set(create_vcpu(create(101), 0));
	kill(observer);
	object_free(current_vcpu()->domain->vcpu);
	object_free(current_vcpu());
	return 0;
}

static int test_start(void **state)
{
	modules_fail_domain = modules_fail_vcpu = -1;
	modules_restarts = 0;
	modules_log_clear();
	return 0;
}

static void create_refuses_bad_arguments(void **state)
{
	struct domain_create_arguments arguments = arguments_of(DOMID_FIRST_RESERVED);
	struct domain *d;

	assert_int_equal(domain_create(&arguments, &d), -EINVAL);
	arguments = arguments_of(1);
	arguments.max_vcpus = 0;
	assert_int_equal(domain_create(&arguments, &d), -EINVAL);
	arguments.max_vcpus = 513;
	assert_int_equal(domain_create(&arguments, &d), -EINVAL);
	arguments = arguments_of(100);
	assert_int_equal(domain_create(&arguments, &d), -EEXIST);
	assert_string_equal(modules_log, "abcCBA");
}

static void create_takes_every_failure_back(void **state)
{
	unsigned int objects, pages;
	struct domain *d;
	int rc = -ENOMEM;

	kill(create(1));
	objects = fake_heap_nr_objects();
	pages = fake_heap_nr_pages();
	for (unsigned int n = 0; rc; n++) {
		struct domain_create_arguments arguments = arguments_of(1);

		assert_true(n < 20);
		fake_heap_limit(n);
		rc = domain_create(&arguments, &d);
		fake_heap_unlimit();
		if (rc == 0)
			break;
		assert_int_equal(rc, -ENOMEM);
		assert_int_equal(fake_heap_nr_objects(), objects);
		assert_int_equal(fake_heap_nr_pages(), pages);
		assert_null(domain_get_by_id(1));
	}
	kill(d);
	for (modules_fail_domain = 0; modules_fail_domain < 3; modules_fail_domain++) {
		static const char *const logs[] = {"", "aA", "abBA"};
		struct domain_create_arguments arguments = arguments_of(1);

		modules_log_clear();
		assert_int_equal(domain_create(&arguments, &d), -ENOMEM);
		assert_string_equal(modules_log, logs[modules_fail_domain]);
		assert_int_equal(fake_heap_nr_objects(), objects);
		assert_int_equal(fake_heap_nr_pages(), pages);
	}
}

static void look_up_takes_references(void **state)
{
	struct domain *d = create(7), *found;

	assert_int_equal(d->references, 1);
	found = domain_get_by_id(7);
	assert_ptr_equal(found, d);
	assert_int_equal(d->references, 2);
	domain_put(found);
	assert_null(domain_get_by_id(8));
	assert_null(domain_get_by_id(DOMID_SELF));
	assert_null(domain_get_by_id(DOMID_IO));
	assert_null(domain_get_by_id(0xffff));
	found = domain_get_by_id_or_self(DOMID_SELF);
	assert_ptr_equal(found, observer);
	domain_put(found);
	found = domain_get_by_id_or_self(100);
	assert_ptr_equal(found, observer);
	domain_put(found);
	kill(d);
	assert_null(domain_get_by_id(7));
}

static void walk_goes_in_order_of_ids(void **state)
{
	static const domid_t ids[] = {3, 513, 0, 0x7fef, 1024};
	static const domid_t sorted[] = {0, 3, 100, 513, 1024, 0x7fef};
	uint32_t from = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(ids); i++)
		create(ids[i]);
	for (unsigned int i = 0; i < ARRAY_SIZE(sorted); i++) {
		struct domain *d = domain_get_from((domid_t)from);

		assert_non_null(d);
		assert_int_equal(d->id, sorted[i]);
		from = d->id + 1u;
		domain_put(d);
	}
	assert_null(domain_get_from((domid_t)from));
	for (unsigned int i = 0; i < ARRAY_SIZE(ids); i++)
		kill_id(ids[i]);
}

static void vcpus_are_made_once(void **state)
{
	struct domain *d = create(1);
	struct vcpu *v = create_vcpu(d, 0), *high = create_vcpu(d, 39), *other;

	assert_string_equal(modules_log, "abc123123");
	assert_int_equal(domain_create_vcpu(d, 0, &other), -EEXIST);
	assert_int_equal(domain_create_vcpu(d, 40, &other), -EINVAL);
	assert_ptr_equal(v->info, &d->shared_info->vcpu_info[0]);
	assert_ptr_equal(high->info, high->info_private);
	assert_int_equal(v->pause_flags, VCPU_PAUSED_DOWN);
	assert_int_equal(v->info->evtchn_upcall_mask, 1);
	kill(d);
	assert_string_equal(modules_log, "abc123123zyxs#\"!#\"!CBA");
}

static void vcpu_failures_leave_nothing(void **state)
{
	static const char *const logs[] = {"", "1!", "12\"!"};
	struct domain *d = create(1);
	unsigned int objects = fake_heap_nr_objects();
	struct vcpu *v;

	for (modules_fail_vcpu = 0; modules_fail_vcpu < 3; modules_fail_vcpu++) {
		modules_log_clear();
		assert_int_equal(domain_create_vcpu(d, 39, &v), -ENOMEM);
		assert_string_equal(modules_log, logs[modules_fail_vcpu]);
		assert_int_equal(fake_heap_nr_objects(), objects);
		assert_null(d->vcpu[39]);
	}
	for (unsigned int n = 0; n < 2; n++) {
		fake_heap_limit(n);
		assert_int_equal(domain_create_vcpu(d, 39, &v), -ENOMEM);
		fake_heap_unlimit();
		assert_int_equal(fake_heap_nr_objects(), objects);
	}
	kill(d);
}

static void kill_is_staged(void **state)
{
	struct domain *d = create(1), *reference;
	unsigned int calls = 1, pages;

	pages = fake_heap_nr_pages();
	for (int i = 0; i < 50; i++)
		give_page(d);
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
	assert_string_equal(modules_log, "zyxsCBA");
	assert_true(fake_heap_nr_pages() < pages);
	assert_null(domain_get_by_id(1));
	kill(create(1));
}

static void kill_gives_way_to_softirqs(void **state)
{
	struct domain *d = create(1);

	for (int i = 0; i < 100; i++)
		give_page(d);
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
	struct domain *d = create(1);
	struct vcpu *v;

	modules_restarts = 1;
	modules_log_clear();
	assert_int_equal(domain_kill(d), -ERESTART);
	assert_int_equal(domain_create_vcpu(d, 0, &v), -EINVAL);
	kill(d);
}

static void kill_is_refused(void **state)
{
	struct domain_create_arguments arguments = arguments_of(1);
	struct domain *d;

	assert_int_equal(domain_kill(observer), -EINVAL);
	arguments.is_hardware = true;
	assert_int_equal(domain_create(&arguments, &d), 0);
	assert_ptr_equal(hardware_domain, d);
	assert_int_equal(domain_kill(d), -EINVAL);
	arguments.id = 2;
	assert_int_equal(domain_create(&arguments, &d), -EINVAL);
	/* For the tests behind. */
	hardware_domain->is_hardware = false;
	kill(hardware_domain);
	hardware_domain = NULL;
}

static void page_that_others_hold_keeps_the_dead(void **state)
{
	struct domain *d = create(1);
	struct page *page;

	give_page(d);
	page = give_page(d);
	give_page(d);
	assert_true(page_get(page, d));
	assert_int_equal(domain_kill(d), 0);
	softirq_run();
	assert_int_equal(d->state, DOMAIN_DEAD);
	assert_int_equal(d->page_list.nr_pages, 1);
	assert_int_equal(d->references, 1);
	assert_true(timer_is_active(&d->destroy_timer));
	d->destroy_timer.function(d->destroy_timer.data);
	assert_int_equal(d->references, 1);
	page_put(page);
	d->destroy_timer.function(d->destroy_timer.data);
	softirq_run();
	assert_null(domain_get_by_id(1));
	kill(create(1));
}

static void vcpu_info_moves_once(void **state)
{
	struct domain *d = create(1);
	struct vcpu *v = create_vcpu(d, 0), *high = create_vcpu(d, 39), *third = create_vcpu(d, 1);
	struct page *page = give_page(d), *foreign = give_page(observer);
	uint64_t frame = page_to_mfn(page).n;

	assert_int_equal(vcpu_register_info(v, frame, 4096 - 63), -ENXIO);
	assert_int_equal(vcpu_register_info(v, frame, 4), -ENXIO);
	assert_int_equal(vcpu_register_info(v, frame, UINT32_MAX), -ENXIO);
	assert_int_equal(vcpu_register_info(v, page_to_mfn(foreign).n, 0), -EINVAL);
	assert_int_equal(vcpu_register_info(v, 0, 0), -EINVAL);
	assert_int_equal(vcpu_register_info(v, UINT64_MAX, 0), -EINVAL);
	third->pause_flags = 0;
	assert_int_equal(vcpu_register_info(third, frame, 0), -EINVAL);
	assert_int_equal(page->count_info & PAGE_COUNT_MASK, 1);

	v->info->evtchn_pending_sel = 5;
	assert_int_equal(vcpu_register_info(v, frame, 4096 - 64), 0);
	assert_ptr_equal(v->info, (char *)page_to_virt(page) + 4096 - 64);
	assert_int_equal(v->info->evtchn_pending_sel, 5);
	assert_int_equal(vcpu_register_info(v, frame, 0), -EINVAL);
	/* What was in the page is nothing to a vcpu that had no place of its own. */
	((struct xen_vcpu_info *)page_to_virt(page))->evtchn_pending_sel = 9;
	assert_int_equal(vcpu_register_info(high, frame, 0), 0);
	assert_int_equal(high->info->evtchn_pending_sel, 0);
	assert_int_equal(high->info->evtchn_upcall_mask, 1);
	assert_int_equal(page->count_info & PAGE_COUNT_MASK, 3);
	/* The end returns the page. */
	kill(d);
	assert_null(domain_get_by_id(1));
	page_put_allocated(foreign);
}

static void vm_assist_knows_its_types(void **state)
{
	observer->vm_assist = 0;
	assert_int_equal(hypercall_vm_assist(VMASST_CMD_enable, VMASST_TYPE_writable_pagetables),
			 0);
	assert_int_equal(hypercall_vm_assist(VMASST_CMD_enable, VMASST_TYPE_m2p_strict), 0);
	assert_int_equal(observer->vm_assist, 1ULL << 2 | 1ULL << 32);
	assert_int_equal(hypercall_vm_assist(VMASST_CMD_disable, VMASST_TYPE_m2p_strict), 0);
	assert_int_equal(observer->vm_assist, 1ULL << 2);
	assert_int_equal(hypercall_vm_assist(VMASST_CMD_enable, 6), -EINVAL);
	assert_int_equal(hypercall_vm_assist(VMASST_CMD_enable, 64), -EINVAL);
	assert_int_equal(hypercall_vm_assist(2, VMASST_TYPE_m2p_strict), -ENOSYS);
	assert_int_equal(observer->vm_assist, 1ULL << 2);
}

static void references_never_underflow(void **state)
{
	struct domain *d = create(1);

	assert_true(domain_get(d));
	domain_put(d);
	kill(d);
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
	struct domain_create_arguments arguments = arguments_of(id);
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

#define CASE(name) cmocka_unit_test_setup(name, test_start)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(create_refuses_bad_arguments),
		CASE(create_takes_every_failure_back),
		CASE(look_up_takes_references),
		CASE(walk_goes_in_order_of_ids),
		CASE(vcpus_are_made_once),
		CASE(vcpu_failures_leave_nothing),
		CASE(kill_is_staged),
		CASE(kill_gives_way_to_softirqs),
		CASE(dying_domain_gets_nothing),
		CASE(kill_is_refused),
		CASE(page_that_others_hold_keeps_the_dead),
		CASE(vcpu_info_moves_once),
		CASE(vm_assist_knows_its_types),
		CASE(references_never_underflow),
		CASE(look_up_races_with_the_end),
	};

	return cmocka_run_group_tests(tests, group_start, group_end);
}
