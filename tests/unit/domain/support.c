/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support.h"

struct domain *test_observer;

struct domain_create_arguments test_arguments(domid_t id)
{
	return (struct domain_create_arguments){.id = id, .max_vcpus = 40, .max_pages = 100};
}

struct domain *test_create(domid_t id)
{
	struct domain_create_arguments arguments = test_arguments(id);
	struct domain *d = NULL;

	assert_int_equal(domain_create(&arguments, &d), 0);
	assert_non_null(d);
	return d;
}

struct vcpu *test_create_vcpu(struct domain *d, uint32_t id)
{
	struct vcpu *v = NULL;

	assert_int_equal(domain_create_vcpu(d, id, &v), 0);
	return v;
}

void test_kill(struct domain *d)
{
	int rc;

	do
		rc = domain_kill(d);
	while (rc == -ERESTART);
	assert_int_equal(rc, 0);
	softirq_run();
}

/* heap_release_domain_page() of the fake knows no list. */
void heap_release_domain_page(struct page *page)
{
	struct domain *d = page_owner(page);

	page_list_remove(&d->page_list, page);
	page_set_owner(page, NULL);
	d->tot_pages--;
	heap_free_unowned(page, 0);
	if (d->tot_pages == 0)
		domain_put(d);
}

struct page *test_give_page(struct domain *d)
{
	struct page *page = heap_alloc_domain(d, 0, 0);

	assert_non_null(page);
	if (d->tot_pages == 1)
		assert_true(domain_get(d));
	page_list_add(&d->page_list, page);
	return page;
}

int test_group_start(void **state)
{
	struct vcpu *v;

	fake_machine_start();
	modules_install();
	domain_init();
	test_observer = test_create(100);
	v = test_create_vcpu(test_observer, 0);
	fake_current_set(v);
	return 0;
}

int test_group_end(void **state)
{
	fake_current_set(NULL);
	object_free(idle_domain->vcpu);
	idle_domain->vcpu = NULL;
	fake_current_set(test_create_vcpu(test_create(101), 0));
	test_kill(test_observer);
	object_free(current_vcpu()->domain->vcpu);
	object_free(current_vcpu());
	return 0;
}

int test_start(void **state)
{
	modules_fail_domain = modules_fail_vcpu = -1;
	modules_restarts = 0;
	modules_log_clear();
	return 0;
}

int main(void)
{
	int failed = run_create_cases();

	return failed + run_destroy_cases();
}
