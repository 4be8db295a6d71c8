/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domctl from the caller's struct to the shipping life cycle and back. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "abi/arch_x86_64.h"
#include "fixture.h"
#include "hv/domctl.h"
#include "hv/errno.h"
#include "hv/softirq.h"

static struct xen_domctl op;

static int64_t send(uint32_t command, uint16_t id)
{
	return fixture_domctl(&op, command, id);
}

static int64_t simple(uint32_t command, uint16_t id)
{
	memset(&op, 0, sizeof(op));
	return send(command, id);
}

static uint16_t create(void)
{
	fixture_configure(&op);
	assert_int_equal(send(XEN_DOMCTL_createdomain, 0), 0);
	return op.domain;
}

static uint16_t create_with_vcpus(void)
{
	uint16_t id = create();

	op.u.max_vcpus.max = 2;
	assert_int_equal(send(XEN_DOMCTL_max_vcpus, id), 0);
	return id;
}

static int set_up(void **state)
{
	if (!control)
		fixture_start();
	install_result = 0;
	nr_installed = 0;
	memset(&op, 0, sizeof(op));
	return 0;
}

static int tear_down(void **state)
{
	fixture_clear();
	fake_heap_limit(UINT32_MAX);
	return fixture_nr_domains() != 1;
}

static void numbers_are_given_in_turn_and_not_again_at_once(void **state)
{
	uint16_t first = create(), second = create();

	assert_int_not_equal(first, 0);
	assert_int_equal(second, first + 1);
	assert_int_equal(simple(XEN_DOMCTL_destroydomain, second), 0);
	softirq_run();
	assert_int_equal(create(), second + 1);
	fixture_configure(&op);
	assert_int_equal(send(XEN_DOMCTL_createdomain, first), -EEXIST);
	fixture_configure(&op);
	assert_int_equal(send(XEN_DOMCTL_createdomain, 500), 0);
	assert_int_equal(op.domain, 500);
	fixture_configure(&op);
	assert_int_equal(send(XEN_DOMCTL_createdomain, DOMID_INVALID), 0);
	assert_true(op.domain < DOMID_FIRST_RESERVED);
	/* The last number is taken: behind it the first free one. */
	assert_int_equal(op.domain, second + 2);
}

static void failed_creation_leaves_nothing(void **state)
{
	unsigned int objects;

	create();
	fixture_clear();
	objects = fake_heap_nr_objects();
	for (unsigned int i = 0; i < 40; i++) {
		fixture_configure(&op);
		fake_heap_limit(i);
		if (send(XEN_DOMCTL_createdomain, 0) == 0)
			break;
		assert_int_equal(fake_heap_nr_objects(), objects);
		assert_int_equal(fixture_nr_domains(), 1);
	}
	fake_heap_limit(UINT32_MAX);
	assert_int_equal(fixture_nr_domains(), 2);
}

static void strangers_are_refused(void **state)
{
	uint16_t id = create();

	fixture_act_as(false);
	/* The row of domctl itself keeps them out; this is the second gate. */
	for (uint32_t command = 0; command < 90; command++) {
		int64_t result = simple(command, id);

		assert_true(result < 0);
	}
	assert_int_equal(simple(XEN_DOMCTL_pausedomain, id), -EPERM);
	fixture_act_as(true);
	assert_int_equal(simple(XEN_DOMCTL_pausedomain, id), 0);
}

static void versions_and_pointers_are_checked_first(void **state)
{
	memset(&op, 0, sizeof(op));
	op.cmd = XEN_DOMCTL_createdomain;
	op.interface_version = XEN_DOMCTL_INTERFACE_VERSION + 1;
	assert_int_equal(hypercall_domctl((uint64_t)&op), -EACCES);
	fake_guest_fault(&op, sizeof(op));
	assert_int_equal(hypercall_domctl((uint64_t)&op), -EFAULT);
	fake_guest_fault(NULL, 0);
}

/* Whoever comes second on a domain makes the call again. */
static void one_operation_at_a_time_on_a_domain(void **state)
{
	uint16_t id = create();
	struct domain *d = domain_get_by_id(id);
	unsigned int before = fake_rewind.count;

	assert_non_null(d);
	d->control_is_busy = true;
	memset(&op, 0, sizeof(op));
	op.cmd = XEN_DOMCTL_pausedomain;
	op.domain = id;
	op.interface_version = XEN_DOMCTL_INTERFACE_VERSION;
	(void)hypercall_domctl((uint64_t)&op);
	assert_int_equal(fake_rewind.count, before + 1);
	assert_int_equal(d->controller_pause_count, 1);
	d->control_is_busy = false;
	(void)hypercall_domctl((uint64_t)&op);
	assert_int_equal(d->controller_pause_count, 2);
	domain_put(d);
}

static void vcpus_are_made_as_many_as_said(void **state)
{
	uint16_t id = create();

	op.u.max_vcpus.max = 3;
	assert_int_equal(send(XEN_DOMCTL_max_vcpus, id), -EINVAL);
	op.u.max_vcpus.max = 2;
	assert_int_equal(send(XEN_DOMCTL_max_vcpus, id), 0);
	assert_int_equal(send(XEN_DOMCTL_max_vcpus, id), 0);
	memset(&op, 0, sizeof(op));
	op.u.getvcpuinfo.vcpu = 1;
	assert_int_equal(send(XEN_DOMCTL_getvcpuinfo, id), 0);
	assert_int_equal(op.u.getvcpuinfo.online, 0);
	op.u.getvcpuinfo.vcpu = 2;
	assert_int_equal(send(XEN_DOMCTL_getvcpuinfo, id), -EINVAL);
}

static void contexts_bring_vcpus_up(void **state)
{
	static struct xen_vcpu_guest_context context;
	uint16_t id = create_with_vcpus();
	struct xen_domctl_getdomaininfo *info = &op.u.getdomaininfo;

	context.flags = VGCF_in_kernel | VGCF_online;
	context.user_regs.rip = 0x1234;
	memset(&op, 0, sizeof(op));
	op.u.vcpucontext.ctxt = (uint64_t)&context;
	assert_int_equal(send(XEN_DOMCTL_getvcpucontext, id), -ENODATA);
	install_result = -EINVAL;
	assert_int_equal(send(XEN_DOMCTL_setvcpucontext, id), -EINVAL);
	install_result = 0;
	assert_int_equal(send(XEN_DOMCTL_setvcpucontext, id), 0);
	assert_int_equal(nr_installed, 2);
	memset(&context, 0, sizeof(context));
	assert_int_equal(send(XEN_DOMCTL_getvcpucontext, id), 0);
	assert_int_equal(context.user_regs.rip, 0x1234);
	assert_true(context.flags & VGCF_online);
	assert_int_equal(simple(XEN_DOMCTL_getdomaininfo, id), 0);
	assert_int_equal(info->nr_online_vcpus, 1);
	assert_int_equal(info->max_vcpu_id, 1);
	assert_true(info->flags & XEN_DOMINF_paused);
	/* Without a context it is reset. */
	assert_int_equal(simple(XEN_DOMCTL_setvcpucontext, id), 0);
	memset(&op, 0, sizeof(op));
	op.u.vcpucontext.ctxt = (uint64_t)&context;
	assert_int_equal(send(XEN_DOMCTL_getvcpucontext, id), -ENODATA);
}

static void info_goes_to_the_next_domain(void **state)
{
	uint16_t id = create();

	assert_int_equal(simple(XEN_DOMCTL_getdomaininfo, 1), 0);
	assert_int_equal(op.domain, id);
	assert_int_equal(op.u.getdomaininfo.domain, id);
	assert_int_equal(simple(XEN_DOMCTL_getdomaininfo, DOMID_FIRST_RESERVED), -ESRCH);
}

static void masks_are_cut_and_filled(void **state)
{
	uint16_t id = create_with_vcpus();
	uint8_t map[4] = {0x05, 0xff, 0xff, 0xff};

	memset(&op, 0, sizeof(op));
	op.u.vcpuaffinity.flags = XEN_VCPUAFFINITY_HARD;
	op.u.vcpuaffinity.cpumap_hard = (struct xen_xenctl_bitmap){(uint64_t)map, 3};
	assert_int_equal(send(XEN_DOMCTL_setvcpuaffinity, id), 0);
	assert_int_equal(map[0], 0x05);
	memset(map, 0xff, sizeof(map));
	op.u.vcpuaffinity.cpumap_hard.nr_bits = 20;
	assert_int_equal(send(XEN_DOMCTL_getvcpuaffinity, id), 0);
	assert_int_equal(map[0], 0x05);
	assert_int_equal(map[1], 0);
	assert_int_equal(map[2], 0);
	assert_int_equal(map[3], 0xff);
	op.u.vcpuaffinity.cpumap_hard.nr_bits = 1;
	assert_int_equal(send(XEN_DOMCTL_getvcpuaffinity, id), 0);
	assert_int_equal(map[0], 0x01);
	op.u.vcpuaffinity.cpumap_hard.nr_bits = (1 << 20) + 1;
	assert_int_equal(send(XEN_DOMCTL_getvcpuaffinity, id), -EINVAL);
	/* Nothing is left of them. */
	op.u.vcpuaffinity.cpumap_hard.nr_bits = 0;
	assert_int_equal(send(XEN_DOMCTL_setvcpuaffinity, id), -EINVAL);
	op.u.vcpuaffinity.cpumap_hard = (struct xen_xenctl_bitmap){0, 8};
	assert_int_equal(send(XEN_DOMCTL_setvcpuaffinity, id), -EINVAL);
}

static void rights_come_from_who_has_them(void **state)
{
	uint16_t id = create();
	struct xen_domctl_ioport_permission *p = &op.u.ioport_permission;

	memset(&op, 0, sizeof(op));
	*p = (struct xen_domctl_ioport_permission){0x3f8, 8, 1};
	assert_int_equal(send(XEN_DOMCTL_ioport_permission, id), 0);
	p->first_port = 0x20;
	assert_int_equal(send(XEN_DOMCTL_ioport_permission, id), -EPERM);
	p->first_port = UINT32_MAX;
	assert_int_equal(send(XEN_DOMCTL_ioport_permission, id), -EINVAL);
	/* As many ranges as there is room for. */
	for (uint32_t i = 0; i < 7; i++) {
		*p = (struct xen_domctl_ioport_permission){0x1000 + 2 * i, 1, 1};
		assert_int_equal(send(XEN_DOMCTL_ioport_permission, id), 0);
	}
	p->first_port = 0x2000;
	assert_int_equal(send(XEN_DOMCTL_ioport_permission, id), -ENOSPC);
}

static void policies_only_shrink(void **state)
{
	static struct xen_cpuid_leaf leaves[128];
	uint16_t id = create();
	uint32_t nr;

	memset(&op, 0, sizeof(op));
	op.u.cpu_policy.leaves = (uint64_t)leaves;
	op.u.cpu_policy.nr_leaves = 128;
	assert_int_equal(send(XEN_DOMCTL_get_cpu_policy, id), 0);
	nr = op.u.cpu_policy.nr_leaves;
	assert_in_range(nr, 20, 128);
	op.u.cpu_policy.nr_msrs = 0;
	for (uint32_t i = 0; i < nr; i++)
		if (leaves[i].leaf == 7)
			leaves[i].b = 0;
	assert_int_equal(send(XEN_DOMCTL_set_cpu_policy, id), 0);
	assert_int_equal(op.u.cpu_policy.err_leaf, UINT32_MAX);
	for (uint32_t i = 0; i < nr; i++)
		if (leaves[i].leaf == 7)
			leaves[i].b = 1;
	assert_int_equal(send(XEN_DOMCTL_set_cpu_policy, id), -EINVAL);
	assert_int_equal(op.u.cpu_policy.err_leaf, 7);
	assert_int_equal(op.u.cpu_policy.err_subleaf, 0);
	leaves[0] = (struct xen_cpuid_leaf){0x14, 0, 1, 0, 0, 0};
	op.u.cpu_policy.nr_leaves = 1;
	assert_int_equal(send(XEN_DOMCTL_set_cpu_policy, id), -ERANGE);
	assert_int_equal(simple(XEN_DOMCTL_unpausedomain, id), 0);
	assert_int_equal(send(XEN_DOMCTL_set_cpu_policy, id), -EEXIST);
}

static void nodes_are_those_that_there_are(void **state)
{
	uint16_t id = create();
	uint64_t nodes = 2;

	memset(&op, 0, sizeof(op));
	op.u.nodeaffinity.nodemap = (struct xen_xenctl_bitmap){(uint64_t)&nodes, 64};
	assert_int_equal(send(XEN_DOMCTL_setnodeaffinity, id), 0);
	nodes = 0;
	assert_int_equal(send(XEN_DOMCTL_getnodeaffinity, id), 0);
	assert_int_equal(nodes, 2);
	nodes = 4;
	assert_int_equal(send(XEN_DOMCTL_setnodeaffinity, id), -EINVAL);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(numbers_are_given_in_turn_and_not_again_at_once),
		CASE(failed_creation_leaves_nothing),
		CASE(strangers_are_refused),
		CASE(versions_and_pointers_are_checked_first),
		CASE(one_operation_at_a_time_on_a_domain),
		CASE(vcpus_are_made_as_many_as_said),
		CASE(contexts_bring_vcpus_up),
		CASE(info_goes_to_the_next_domain),
		CASE(masks_are_cut_and_filled),
		CASE(rights_come_from_who_has_them),
		CASE(policies_only_shrink),
		CASE(nodes_are_those_that_there_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
