/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine: lists of a size that is asked first, the console, policies, pools, versions.
 */
#include "fake_xen.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <xen/version.h>

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

static void answer_topology(void *argument)
{
	struct xen_sysctl_cputopoinfo *topology = &((struct xen_sysctl *)argument)->u.cputopoinfo;

	if (topology->cputopo.p)
		for (uint32_t i = 0; i < topology->num_cpus; i++)
			topology->cputopo.p[i].core = i;
	topology->num_cpus = 6;
}

static void topology_is_asked_for_its_size(void **state)
{
	struct xen_sysctl_cputopo *list;
	uint32_t count;

	fake_xen.handle = answer_topology;
	assert_int_equal(ctl_topology(ctl, &list, &count), 0);
	assert_int_equal(count, 6);
	assert_int_equal(list[5].core, 5);
	free(list);
}

static void answer_numa(void *argument)
{
	struct xen_sysctl_numainfo *numa = &((struct xen_sysctl *)argument)->u.numainfo;

	if (numa->meminfo.p) {
		assert_true(fake_xen_is_buffer(numa->distance.p, 4 * sizeof(uint32_t)));
		for (uint32_t i = 0; i < 4; i++)
			numa->distance.p[i] = 10 + i;
		numa->meminfo.p[1].memsize = 77;
	}
	numa->num_nodes = 2;
}

static void nodes_come_with_distances(void **state)
{
	struct xen_sysctl_meminfo *nodes;
	uint32_t *distances, count;

	fake_xen.handle = answer_numa;
	assert_int_equal(ctl_numa(ctl, &nodes, &distances, &count), 0);
	assert_int_equal(count, 2);
	assert_int_equal(nodes[1].memsize, 77);
	assert_int_equal(distances[3], 13);
	free(nodes);
	free(distances);
}

static void answer_console(void *argument)
{
	struct xen_sysctl_readconsole *console = &((struct xen_sysctl *)argument)->u.readconsole;

	assert_int_equal(console->index, 100);
	assert_int_equal(console->count, 20);
	memcpy(console->buffer.p, "hello", 5);
	console->count = 5;
	console->index = 105;
}

static void console_goes_on_from_the_index(void **state)
{
	char text[20];
	uint32_t bytes = sizeof(text), index = 100;

	fake_xen.handle = answer_console;
	assert_int_equal(ctl_console_read(ctl, text, &bytes, false, true, &index), 0);
	assert_int_equal(bytes, 5);
	assert_memory_equal(text, "hello", 5);
	assert_int_equal(index, 105);
}

static void answer_policy(void *argument)
{
	struct xen_domctl_cpu_policy *policy = &((struct xen_domctl *)argument)->u.cpu_policy;

	policy->err_leaf = 7;
	policy->err_subleaf = 1;
	if (policy->leaves.p && policy->nr_leaves)
		policy->leaves.p[0].leaf = 0x80000001;
	policy->nr_leaves = 1;
	policy->nr_msrs = 0;
}

static void policies_pass_both_ways(void **state)
{
	xen_cpuid_leaf_t leaves[4] = {{0}};
	xen_msr_entry_t msrs[2] = {{0}};
	uint32_t nr_leaves = 4, nr_msrs = 2, leaf = 0, subleaf = 0;

	fake_xen.handle = answer_policy;
	assert_int_equal(ctl_policy_get(ctl, 3, leaves, &nr_leaves, msrs, &nr_msrs), 0);
	assert_int_equal(nr_leaves, 1);
	assert_int_equal(nr_msrs, 0);
	assert_int_equal(leaves[0].leaf, 0x80000001);
	nr_leaves = nr_msrs = 0;
	assert_int_equal(ctl_policy_get(ctl, 3, NULL, &nr_leaves, NULL, &nr_msrs), 0);
	assert_null(fake_xen.domctl.u.cpu_policy.leaves.p);
	fake_xen.answer = -EINVAL;
	assert_int_equal(ctl_policy_set(ctl, 3, leaves, 1, NULL, 0, &leaf, &subleaf, NULL), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(leaf, 7);
	assert_int_equal(subleaf, 1);
}

static void answer_pool(void *argument)
{
	struct xen_sysctl_cpupool_op *pool = &((struct xen_sysctl *)argument)->u.cpupool_op;

	if (pool->cpumap.bitmap.p)
		pool->cpumap.bitmap.p[1] = 0x80;
	pool->cpupool_id = 4;
	pool->sched_id = XEN_SCHEDULER_CREDIT2;
	pool->n_dom = 2;
}

static void pools_are_told_of(void **state)
{
	struct ctl_pool pool;
	uint32_t id;
	uint8_t cpus[2];

	fake_xen.handle = answer_pool;
	assert_int_equal(ctl_pool_create(ctl, XEN_SCHEDULER_CREDIT, &id), 0);
	assert_int_equal(id, 4);
	assert_int_equal(fake_xen.sysctl.u.cpupool_op.cpupool_id, XEN_SYSCTL_CPUPOOL_PAR_ANY);
	assert_int_equal(ctl_pool_info(ctl, 3, &pool), 0);
	assert_int_equal(pool.id, 4);
	assert_int_equal(pool.nr_domains, 2);
	assert_int_equal(pool.cpus[0], 0);
	assert_int_equal(pool.cpus[1], 0x80);
	assert_int_equal(ctl_pool_free_cpus(ctl, cpus, 2), 0);
	assert_int_equal(cpus[1], 0x80);
	assert_int_equal(ctl_pool_move_domain(ctl, 4, 9), 0);
	assert_int_equal(fake_xen.sysctl.u.cpupool_op.domid, 9);
	assert_int_equal(ctl_pool_remove_cpu(ctl, 4, 3), 0);
	assert_int_equal(fake_xen.sysctl.u.cpupool_op.op, XEN_SYSCTL_CPUPOOL_OP_RMCPU);
}

static void answer_version(void *argument)
{
	switch (fake_xen.arguments[0]) {
	case XENVER_version:
	case XENVER_pagesize:
		fake_xen.answer = fake_xen.arguments[0] == XENVER_version ? 4 << 16 | 17 : 4096;
		return;
	case XENVER_extraversion:
		strcpy(argument, ".0-trestle");
		break;
	case XENVER_build_id:
		memset(((struct xen_build_id *)argument)->buf, 0xab, 20);
		fake_xen.answer = 20;
		return;
	}
	fake_xen.answer = 0;
}

static void version_is_put_together(void **state)
{
	struct ctl_version version;

	fake_xen.handle = answer_version;
	assert_int_equal(ctl_version(ctl, &version), 0);
	assert_int_equal(version.major, 4);
	assert_int_equal(version.minor, 17);
	assert_string_equal(version.extra, ".0-trestle");
	assert_int_equal(version.page_size, 4096);
	assert_int_equal(strlen(version.build_id), 40);
	assert_memory_equal(version.build_id, "abab", 4);
	assert_string_equal(version.changeset, "");
}

static void keys_are_sent(void **state)
{
	assert_int_equal(ctl_debug_keys(ctl, "qr"), 0);
	assert_int_equal(fake_xen.sysctl.u.debug_keys.nr_keys, 2);
	assert_memory_equal(fake_xen.sysctl.u.debug_keys.keys.p, "qr", 2);
	assert_int_equal(fake_xen.sysctl.interface_version, 0x15);
}

/* Where there is no hypervisor, that is what is said. */
static void missing_device_is_told(void **state)
{
	struct ctl *opened = NULL;
	struct failure failure = {0};

	if (!access("/dev/xen/privcmd", F_OK))
		skip();
	assert_int_equal(ctl_open(&opened, &failure), -1);
	assert_null(opened);
	assert_int_equal(failure.error, ENOENT);
	assert_string_equal(failure.object, "/dev/xen/privcmd");
	assert_string_equal(failure.next, "run this in dom0 under the hypervisor");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int run_machine_cases(void)
{
	const struct CMUnitTest tests[] = {
		CASE(topology_is_asked_for_its_size),
		CASE(nodes_come_with_distances),
		CASE(console_goes_on_from_the_index),
		CASE(policies_pass_both_ways),
		CASE(pools_are_told_of),
		CASE(version_is_put_together),
		CASE(keys_are_sent),
		CASE(missing_device_is_told),
	};

	return cmocka_run_group_tests_name("machine", tests, NULL, NULL);
}
