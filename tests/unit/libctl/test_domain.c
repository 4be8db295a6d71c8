/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operations on domains: headers are right, everything passes through locked memory, answers come
 * back, what the ABI wants repeated is repeated.
 */
#include "fake_xen.h"

#include <errno.h>
#include <stdlib.h>

#include <xen/memory.h>

static struct ctl *ctl;

static int set_up(void **state)
{
	ctl = fake_xen_open();
	return 0;
}

static int tear_down(void **state)
{
	fake_xen_close(ctl);
	return 0;
}

static void assert_domctl(uint32_t cmd, uint32_t domid)
{
	assert_int_equal(fake_xen.op, __HYPERVISOR_domctl);
	assert_int_equal(fake_xen.domctl.cmd, cmd);
	assert_int_equal(fake_xen.domctl.interface_version, 0x15);
	assert_int_equal(fake_xen.domctl.domain, domid);
	assert_true(fake_xen_is_buffer((void *)fake_xen.arguments[0], sizeof(struct xen_domctl)));
}

static void simple_operations_name_the_domain(void **state)
{
	assert_int_equal(ctl_domain_pause(ctl, 7), 0);
	assert_domctl(XEN_DOMCTL_pausedomain, 7);
	assert_int_equal(ctl_domain_unpause(ctl, 7), 0);
	assert_domctl(XEN_DOMCTL_unpausedomain, 7);
	assert_int_equal(ctl_domain_resume(ctl, 7), 0);
	assert_domctl(XEN_DOMCTL_resumedomain, 7);
	assert_int_equal(ctl_domain_set_max_memory(ctl, 7, 4096), 0);
	assert_domctl(XEN_DOMCTL_max_mem, 7);
	assert_int_equal(fake_xen.domctl.u.max_mem.max_memkb, 4096);
	assert_int_equal(ctl_domain_trigger(ctl, 7, XEN_DOMCTL_SENDTRIGGER_NMI, 3), 0);
	assert_int_equal(fake_xen.domctl.u.sendtrigger.vcpu, 3);
	fake_xen.answer = -EPERM;
	assert_int_equal(ctl_domain_pause(ctl, 7), -1);
	assert_int_equal(errno, EPERM);
}

static void choose_id(void *argument)
{
	struct xen_domctl *op = argument;

	if (op->cmd == XEN_DOMCTL_createdomain)
		op->domain = 12;
}

static void creation_tells_the_id_and_makes_vcpus(void **state)
{
	struct xen_domctl_createdomain config = {.max_vcpus = 4};
	uint32_t domid = 0;

	fake_xen.handle = choose_id;
	assert_int_equal(ctl_domain_create(ctl, &config, &domid), 0);
	assert_int_equal(domid, 12);
	assert_domctl(XEN_DOMCTL_max_vcpus, 12);
	assert_int_equal(fake_xen.domctl.u.max_vcpus.max, 4);
}

static void refuse_vcpus(void *argument)
{
	choose_id(argument);
	fake_xen.answer = ((struct xen_domctl *)argument)->cmd == XEN_DOMCTL_max_vcpus ? -ENOMEM
										       : 0;
}

static void creation_without_vcpus_is_undone(void **state)
{
	struct xen_domctl_createdomain config = {.max_vcpus = 4};
	uint32_t domid = 0;

	fake_xen.handle = refuse_vcpus;
	assert_int_equal(ctl_domain_create(ctl, &config, &domid), -1);
	assert_int_equal(errno, ENOMEM);
	assert_int_equal(domid, 0);
	assert_domctl(XEN_DOMCTL_destroydomain, 12);
}

static void destruction_goes_on(void **state)
{
	fake_xen.failing_calls = 5;
	fake_xen.error = EAGAIN;
	assert_int_equal(ctl_domain_destroy(ctl, 3), 0);
	assert_int_equal(fake_xen.nr_calls, 6);
	fake_xen.failing_calls = 1;
	fake_xen.error = ESRCH;
	assert_int_equal(ctl_domain_destroy(ctl, 3), -1);
	assert_int_equal(errno, ESRCH);
}

static void faults_of_moving_pages_are_tried_again(void **state)
{
	fake_xen.failing_calls = 2;
	fake_xen.error = EFAULT;
	assert_int_equal(ctl_domain_pause(ctl, 3), -1);
	assert_int_equal(fake_xen.nr_calls, 1);
	ctl->may_fault = true;
	fake_xen.failing_calls = 2;
	assert_int_equal(ctl_domain_pause(ctl, 3), 0);
	fake_xen.failing_calls = 100;
	assert_int_equal(ctl_domain_pause(ctl, 3), -1);
	assert_int_equal(fake_xen.failing_calls, 97);
}

static uint16_t answered_domain;

static void answer_info(void *argument)
{
	((struct xen_domctl *)argument)->u.getdomaininfo.domain = answered_domain;
	((struct xen_domctl *)argument)->u.getdomaininfo.tot_pages = 99;
}

static void info_of_another_domain_is_none(void **state)
{
	struct xen_domctl_getdomaininfo info;

	fake_xen.handle = answer_info;
	answered_domain = 5;
	assert_int_equal(ctl_domain_info(ctl, 5, &info), 0);
	assert_int_equal(info.tot_pages, 99);
	answered_domain = 6;
	assert_int_equal(ctl_domain_info(ctl, 5, &info), -1);
	assert_int_equal(errno, ESRCH);
}

/* 600 domains with even ids. */
static void answer_list(void *argument)
{
	struct xen_sysctl_getdomaininfolist *list =
		&((struct xen_sysctl *)argument)->u.getdomaininfolist;
	uint32_t first = (list->first_domain + 1u) & ~1u, count = 0;

	assert_true(
		fake_xen_is_buffer(list->buffer.p, list->max_domains * sizeof(*list->buffer.p)));
	for (uint32_t id = first; id < 1200 && count < list->max_domains; id += 2)
		list->buffer.p[count++].domain = (domid_t)id;
	list->num_domains = count;
}

static void all_domains_are_listed(void **state)
{
	struct xen_domctl_getdomaininfo *list;
	uint32_t count;

	fake_xen.handle = answer_list;
	assert_int_equal(ctl_domain_list_all(ctl, &list, &count), 0);
	assert_int_equal(count, 600);
	for (uint32_t i = 0; i < count; i++)
		assert_int_equal(list[i].domain, 2 * i);
	free(list);
	fake_xen.handle = NULL;
	fake_xen.answer = -EPERM;
	assert_int_equal(ctl_domain_list_all(ctl, &list, &count), -1);
}

static void answer_populate(void *argument)
{
	struct xen_memory_reservation *reservation = argument;

	assert_true(fake_xen_is_buffer(reservation->extent_start.p, reservation->nr_extents * 8));
	for (uint64_t i = 0; i < reservation->nr_extents; i++)
		reservation->extent_start.p[i] += 1000;
}

static void populated_frames_come_back(void **state)
{
	xen_pfn_t frames[2000];
	uint32_t count = 2000;

	for (uint32_t i = 0; i < count; i++)
		frames[i] = i;
	fake_xen.handle = answer_populate;
	fake_xen.answer = 1500;
	assert_int_equal(ctl_memory_populate(ctl, 3, 0, 0, frames, &count), 0);
	assert_int_equal(fake_xen.arguments[0], XENMEM_populate_physmap);
	assert_int_equal(count, 1500);
	assert_int_equal(frames[1499], 2499);
	assert_int_equal(frames[1500], 1500);
	fake_xen.answer = -EINVAL;
	assert_int_equal(ctl_memory_populate(ctl, 3, 0, 0, frames, &count), -1);
}

static void answer_affinity(void *argument)
{
	struct xen_domctl_vcpuaffinity *affinity = &((struct xen_domctl *)argument)->u.vcpuaffinity;

	assert_int_equal(affinity->cpumap_hard.nr_bits, 16);
	affinity->cpumap_hard.bitmap.p[0] &= 0x0f;
}

static void affinity_passes_both_ways(void **state)
{
	uint8_t hard[2] = {0xff, 0xff}, soft[2] = {1, 0};

	fake_xen.handle = answer_affinity;
	assert_int_equal(ctl_vcpu_set_affinity(ctl, 3, 1, hard, soft, 2), 0);
	assert_int_equal(fake_xen.domctl.u.vcpuaffinity.flags,
			 XEN_VCPUAFFINITY_HARD | XEN_VCPUAFFINITY_SOFT);
	assert_int_equal(hard[0], 0x0f);
	assert_int_equal(soft[0], 1);
	assert_int_equal(ctl_vcpu_set_affinity(ctl, 3, 1, hard, NULL, 2), 0);
	assert_int_equal(fake_xen.domctl.u.vcpuaffinity.flags, XEN_VCPUAFFINITY_HARD);
	assert_null(fake_xen.domctl.u.vcpuaffinity.cpumap_soft.bitmap.p);
}

static void context_is_copied_whole(void **state)
{
	vcpu_guest_context_t context = {.user_regs.rip = 42};

	assert_int_equal(ctl_vcpu_set_context(ctl, 3, 0, &context), 0);
	assert_domctl(XEN_DOMCTL_setvcpucontext, 3);
	assert_true(fake_xen_is_buffer(fake_xen.domctl.u.vcpucontext.ctxt.p, sizeof(context)));
	assert_memory_equal(fake_xen.domctl.u.vcpucontext.ctxt.p, &context, sizeof(context));
}

static void mappings_are_passed_on(void **state)
{
	xen_pfn_t frames[3] = {1, 2, 3};
	struct ctl_resource *resource;
	int errors[3];
	void *at = ctl_memory_map(ctl, 3, 1, 3, frames);

	assert_non_null(at);
	assert_null(fake_xen.errors);
	ctl_memory_unmap(ctl, at, 3);
	ctl_memory_unmap(ctl, NULL, 3);
	assert_int_equal(fake_xen.mapped_pages, 0);
	assert_non_null(ctl_memory_map_each(ctl, 3, 1, 3, frames, errors));
	assert_ptr_equal(fake_xen.errors, errors);
	assert_non_null(ctl_grant_table_map(ctl, 3, 1, &resource));
	assert_int_equal(fake_xen.arguments[0], XENMEM_resource_grant_table);
	ctl_resource_unmap(ctl, resource);
	fake_xen.answer = -1;
	assert_null(ctl_grant_table_map(ctl, 3, 1, &resource));
}

static void page_table_operations_name_the_owner(void **state)
{
	struct mmu_update updates[3] = {{.ptr = 1}, {.ptr = 2}, {.ptr = 3}};
	struct mmuext_op op = {.cmd = MMUEXT_PIN_L4_TABLE};

	assert_int_equal(ctl_mmu_update(ctl, 3, updates, 3), 0);
	assert_int_equal(fake_xen.op, __HYPERVISOR_mmu_update);
	assert_int_equal(fake_xen.arguments[1], 3);
	assert_int_equal(fake_xen.arguments[3], 3);
	assert_int_equal(ctl_mmuext(ctl, 4, &op), 0);
	assert_int_equal(fake_xen.op, __HYPERVISOR_mmuext_op);
	assert_int_equal(fake_xen.arguments[1], 1);
	assert_int_equal(fake_xen.arguments[3], 4);
}

static void want_of_memory_is_told(void **state)
{
	xen_pfn_t frames[2000] = {0};
	uint32_t count = 2000;

	fake_xen.no_buffers = true;
	assert_int_equal(ctl_memory_populate(ctl, 3, 0, 0, frames, &count), -1);
	assert_int_equal(errno, ENOMEM);
	assert_int_equal(fake_xen.nr_calls, 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int run_domain_cases(void)
{
	const struct CMUnitTest tests[] = {
		CASE(simple_operations_name_the_domain),
		CASE(creation_tells_the_id_and_makes_vcpus),
		CASE(creation_without_vcpus_is_undone),
		CASE(destruction_goes_on),
		CASE(faults_of_moving_pages_are_tried_again),
		CASE(info_of_another_domain_is_none),
		CASE(all_domains_are_listed),
		CASE(populated_frames_come_back),
		CASE(affinity_passes_both_ways),
		CASE(context_is_copied_whole),
		CASE(mappings_are_passed_on),
		CASE(page_table_operations_name_the_owner),
		CASE(want_of_memory_is_told),
	};

	return cmocka_run_group_tests_name("domain", tests, NULL, NULL);
}
