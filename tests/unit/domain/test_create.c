/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Creation with every failure, look-up and references, vcpu_info, vm_assist. */
#include "support.h"

static void kill_id(domid_t id)
{
	struct domain *d = domain_get_by_id(id);

	assert_non_null(d);
	domain_put(d);
	test_kill(d);
}

static void create_refuses_bad_arguments(void **state)
{
	struct domain_create_arguments arguments = test_arguments(DOMID_FIRST_RESERVED);
	struct domain *d;

	assert_int_equal(domain_create(&arguments, &d), -EINVAL);
	arguments = test_arguments(1);
	arguments.max_vcpus = 0;
	assert_int_equal(domain_create(&arguments, &d), -EINVAL);
	arguments.max_vcpus = 513;
	assert_int_equal(domain_create(&arguments, &d), -EINVAL);
	arguments = test_arguments(100);
	assert_int_equal(domain_create(&arguments, &d), -EEXIST);
	assert_string_equal(modules_log, "abcCBA");
}

static void create_takes_every_failure_back(void **state)
{
	unsigned int objects, pages;
	struct domain *d;
	int rc = -ENOMEM;

	test_kill(test_create(1));
	objects = fake_heap_nr_objects();
	pages = fake_heap_nr_pages();
	for (unsigned int n = 0; rc; n++) {
		struct domain_create_arguments arguments = test_arguments(1);

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
	test_kill(d);
	for (modules_fail_domain = 0; modules_fail_domain < 3; modules_fail_domain++) {
		static const char *const logs[] = {"", "aA", "abBA"};
		struct domain_create_arguments arguments = test_arguments(1);

		modules_log_clear();
		assert_int_equal(domain_create(&arguments, &d), -ENOMEM);
		assert_string_equal(modules_log, logs[modules_fail_domain]);
		assert_int_equal(fake_heap_nr_objects(), objects);
		assert_int_equal(fake_heap_nr_pages(), pages);
	}
}

static void look_up_takes_references(void **state)
{
	struct domain *d = test_create(7), *found;

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
	assert_ptr_equal(found, test_observer);
	domain_put(found);
	found = domain_get_by_id_or_self(100);
	assert_ptr_equal(found, test_observer);
	domain_put(found);
	test_kill(d);
	assert_null(domain_get_by_id(7));
}

static void walk_goes_in_order_of_ids(void **state)
{
	static const domid_t ids[] = {3, 513, 0, 0x7fef, 1024};
	static const domid_t sorted[] = {0, 3, 100, 513, 1024, 0x7fef};
	uint32_t from = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(ids); i++)
		test_create(ids[i]);
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
	struct domain *d = test_create(1);
	struct vcpu *v = test_create_vcpu(d, 0), *high = test_create_vcpu(d, 39), *other;

	assert_string_equal(modules_log, "abc123123");
	assert_int_equal(domain_create_vcpu(d, 0, &other), -EEXIST);
	assert_int_equal(domain_create_vcpu(d, 40, &other), -EINVAL);
	assert_ptr_equal(v->info, &d->shared_info->vcpu_info[0]);
	assert_ptr_equal(high->info, high->info_private);
	assert_int_equal(v->pause_flags, VCPU_PAUSED_DOWN);
	assert_int_equal(v->info->evtchn_upcall_mask, 1);
	test_kill(d);
	assert_string_equal(modules_log, "abc123123zyxsdd#\"!#\"!sCBA");
}

static void vcpu_failures_leave_nothing(void **state)
{
	static const char *const logs[] = {"", "1!", "12\"!"};
	struct domain *d = test_create(1);
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
	test_kill(d);
}

static void vcpu_info_moves_once(void **state)
{
	struct domain *d = test_create(1);
	struct vcpu *v = test_create_vcpu(d, 0), *high = test_create_vcpu(d, 39),
		    *third = test_create_vcpu(d, 1);
	struct page *page = test_give_page(d), *foreign = test_give_page(test_observer);
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
	test_kill(d);
	assert_null(domain_get_by_id(1));
	page_put_allocated(foreign);
}

static void vm_assist_knows_its_types(void **state)
{
	test_observer->vm_assist = 0;
	assert_int_equal(hypercall_vm_assist(VMASST_CMD_enable, VMASST_TYPE_writable_pagetables),
			 0);
	assert_int_equal(hypercall_vm_assist(VMASST_CMD_enable, VMASST_TYPE_m2p_strict), 0);
	assert_int_equal(test_observer->vm_assist, 1ULL << 2 | 1ULL << 32);
	assert_int_equal(hypercall_vm_assist(VMASST_CMD_disable, VMASST_TYPE_m2p_strict), 0);
	assert_int_equal(test_observer->vm_assist, 1ULL << 2);
	assert_int_equal(hypercall_vm_assist(VMASST_CMD_enable, 6), -EINVAL);
	assert_int_equal(hypercall_vm_assist(VMASST_CMD_enable, 64), -EINVAL);
	assert_int_equal(hypercall_vm_assist(2, VMASST_TYPE_m2p_strict), -ENOSYS);
	assert_int_equal(test_observer->vm_assist, 1ULL << 2);
}

int run_create_cases(void)
{
	const struct CMUnitTest tests[] = {
		CASE(create_refuses_bad_arguments), CASE(create_takes_every_failure_back),
		CASE(look_up_takes_references),	    CASE(walk_goes_in_order_of_ids),
		CASE(vcpus_are_made_once),	    CASE(vcpu_failures_leave_nothing),
		CASE(vcpu_info_moves_once),	    CASE(vm_assist_knows_its_types),
	};

	return cmocka_run_group_tests_name("create", tests, test_group_start, NULL);
}
