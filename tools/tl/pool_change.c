/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpupool-destroy, -rename, -cpu-add, -cpu-remove, -migrate, -numa-split.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libdom/alloc.h"
#include "tl/command.h"
#include "tl/pools.h"

static int open_pool(struct invocation *invocation, struct pools_work *work, const char *text,
		     uint32_t *id)
{
	if (pools_open(invocation, work))
		return -1;
	return pool_find(work->ctl, work->store, text, id, &invocation->failure);
}

static int run_destroy(struct invocation *invocation)
{
	struct pools_work work;
	uint32_t id;

	if (open_pool(invocation, &work, invocation->argv[0], &id))
		return -1;
	return pools_destroy(&work, id);
}

COMMAND(cpupool_destroy) = {
	.name = "cpupool-destroy",
	.group = COMMAND_GROUP_POOL,
	.flags = COMMAND_CHANGES,
	.operands = "POOL",
	.least = 1,
	.most = 1,
	.summary = "remove a CPU pool that no domain is in",
	.run = run_destroy,
};

static int run_rename(struct invocation *invocation)
{
	struct pools_work work;
	uint32_t id;

	if (open_pool(invocation, &work, invocation->argv[0], &id))
		return -1;
	return pools_write_name(&work, id, invocation->argv[1]);
}

COMMAND(cpupool_rename) = {
	.name = "cpupool-rename",
	.group = COMMAND_GROUP_POOL,
	.flags = COMMAND_CHANGES,
	.operands = "POOL NAME",
	.least = 2,
	.most = 2,
	.summary = "give a CPU pool another name",
	.run = run_rename,
};

static int move_named(struct invocation *invocation,
		      int (*move)(struct ctl *ctl, uint32_t id, uint32_t cpu), const char *stage)
{
	const char *text = invocation->argv[1], *cause;
	uint8_t map[CPULIST_BYTES];
	struct pools_work work;
	uint32_t id;
	int ret;

	if (open_pool(invocation, &work, invocation->argv[0], &id) || pools_read_machine(&work))
		return -1;
	if (cpulist_parse(text, &work.machine, map, &cause))
		ret = invocation_refuse(invocation, text, cause);
	else
		ret = pools_move_cpus(&work, id, map, move, stage);
	pools_close(&work);
	return ret;
}

static int run_add(struct invocation *invocation)
{
	return move_named(invocation, ctl_pool_add_cpu, "adding a CPU to the pool");
}

COMMAND(cpupool_cpu_add) = {
	.name = "cpupool-cpu-add",
	.group = COMMAND_GROUP_POOL,
	.flags = COMMAND_CHANGES,
	.operands = "POOL CPUS|node:NODES",
	.least = 2,
	.most = 2,
	.summary = "add free CPUs to a pool",
	.run = run_add,
};

static int run_remove(struct invocation *invocation)
{
	return move_named(invocation, ctl_pool_remove_cpu, "taking a CPU out of the pool");
}

COMMAND(cpupool_cpu_remove) = {
	.name = "cpupool-cpu-remove",
	.group = COMMAND_GROUP_POOL,
	.flags = COMMAND_CHANGES,
	.operands = "POOL CPUS|node:NODES",
	.least = 2,
	.most = 2,
	.summary = "take CPUs out of a pool",
	.run = run_remove,
};

static int run_migrate(struct invocation *invocation)
{
	struct pools_work work;
	uint32_t id, domid;

	if (open_pool(invocation, &work, invocation->argv[1], &id) ||
	    invocation_find_guest(invocation, invocation->argv[0], &domid))
		return -1;
	if (ctl_pool_move_domain(work.ctl, id, domid))
		return invocation_fail_errno(invocation, "moving the domain", invocation->argv[0]);
	return 0;
}

COMMAND(cpupool_migrate) = {
	.name = "cpupool-migrate",
	.group = COMMAND_GROUP_POOL,
	.flags = COMMAND_CHANGES,
	.operands = "DOMAIN POOL",
	.least = 2,
	.most = 2,
	.summary = "move a guest into a CPU pool",
	.run = run_migrate,
};

static void map_node(const struct pools_work *work, uint32_t node, uint8_t *map)
{
	memset(map, 0, CPULIST_BYTES);
	for (uint32_t cpu = 0; cpu < work->machine.nr_cpus; cpu++)
		if (work->nodes[cpu] == node)
			map[cpu / 8] |= (uint8_t)(1U << cpu % 8);
}

static int split_node(struct pools_work *work, uint32_t node, uint32_t scheduler)
{
	uint8_t map[CPULIST_BYTES];
	char name[32];
	uint32_t id;

	snprintf(name, sizeof(name), "Pool-node%u", node);
	map_node(work, node, map);
	if (pools_create(work, name, scheduler, &id))
		return -1;
	if (pools_move_cpus(work, 0, map, ctl_pool_remove_cpu, "taking a CPU out of the pool"))
		return -1;
	return pools_move_cpus(work, id, map, ctl_pool_add_cpu, "adding a CPU to the pool");
}

/* Pool 0 keeps the CPUs of the first node. */
static int split_all(struct pools_work *work)
{
	struct ctl_pool *pool = alloc_zeroed(1, sizeof(*pool));
	uint32_t last = 0, scheduler;
	bool is_only;

	for (uint32_t cpu = 0; cpu < work->machine.nr_cpus; cpu++)
		last = work->nodes[cpu] > last ? work->nodes[cpu] : last;
	is_only = ctl_pool_info(work->ctl, 1, pool);
	if (!is_only || ctl_pool_info(work->ctl, 0, pool)) {
		free(pool);
		return failure_set(&work->invocation->failure, FAILURE_BUSY, "splitting by nodes",
				   "CPU pools", "there are other pools",
				   "destroy them first (cpupool-destroy)");
	}
	scheduler = pool->scheduler;
	free(pool);
	for (uint32_t node = 1; node <= last; node++)
		if (split_node(work, node, scheduler))
			return -1;
	return pools_write_name(work, 0, "Pool-node0");
}

static int run_split(struct invocation *invocation)
{
	struct pools_work work;
	int ret;

	if (pools_open(invocation, &work) || pools_read_machine(&work))
		return -1;
	ret = split_all(&work);
	pools_close(&work);
	return ret;
}

COMMAND(cpupool_numa_split) = {
	.name = "cpupool-numa-split",
	.group = COMMAND_GROUP_POOL,
	.flags = COMMAND_CHANGES,
	.operands = "",
	.summary = "make a CPU pool of each node",
	.run = run_split,
};
