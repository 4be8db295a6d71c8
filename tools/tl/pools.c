/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pools and their CPUs.
 */
#include "tl/pools.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libdom/alloc.h"
#include "libdom/domain.h"
#include "tl/command.h"

static const struct {
	uint32_t id;
	const char *name;
} schedulers[] = {
	{XEN_SCHEDULER_CREDIT, "credit"},     {XEN_SCHEDULER_CREDIT2, "credit2"},
	{XEN_SCHEDULER_ARINC653, "arinc653"}, {XEN_SCHEDULER_RTDS, "rtds"},
	{XEN_SCHEDULER_NULL, "null"},
};
#define NR_SCHEDULERS (sizeof(schedulers) / sizeof(schedulers[0]))

const char *pools_scheduler_name(uint32_t id)
{
	for (size_t n = 0; n < NR_SCHEDULERS; n++)
		if (schedulers[n].id == id)
			return schedulers[n].name;
	return "unknown";
}

int pools_find_scheduler(const char *name, uint32_t *id)
{
	for (size_t n = 0; n < NR_SCHEDULERS; n++) {
		if (!strcmp(schedulers[n].name, name)) {
			*id = schedulers[n].id;
			return 0;
		}
	}
	return -1;
}

int pools_open(struct invocation *invocation, struct pools_work *work)
{
	*work = (struct pools_work){.invocation = invocation};
	if (invocation_open_ctl(invocation, &work->ctl))
		return -1;
	return invocation_open_store(invocation, &work->store);
}

int pools_read_machine(struct pools_work *work)
{
	struct xen_sysctl_cputopo *cpus;
	uint32_t count;

	if (ctl_topology(work->ctl, &cpus, &count))
		return invocation_fail_errno(work->invocation, "asking for the topology",
					     "the hypervisor");
	work->nodes = alloc_zeroed(count + 1, sizeof(*work->nodes));
	for (uint32_t n = 0; n < count; n++)
		work->nodes[n] = cpus[n].node;
	work->machine = (struct cpulist_machine){.nr_cpus = count, .nodes = work->nodes};
	free(cpus);
	return 0;
}

void pools_close(struct pools_work *work)
{
	free(work->nodes);
}

static int check_name(struct pools_work *work, const char *name)
{
	struct failure none = {0};
	uint32_t other;

	if (!*name || strlen(name) > 60 || strchr(name, '/') || domain_is_number(name))
		return invocation_refuse(work->invocation, name,
					 "this cannot be a pool's name: it is a number, empty, too "
					 "long or has a slash");
	if (pool_find(work->ctl, work->store, name, &other, &none))
		return 0;
	return failure_set(&work->invocation->failure, FAILURE_BUSY, "naming the CPU pool", name,
			   "another pool has this name", "choose another one");
}

static int write_name(struct pools_work *work, uint32_t id, const char *name)
{
	if (store_write(work->store, name, "/local/pool/%u/name", id))
		return invocation_fail_errno(work->invocation, "naming the CPU pool", name);
	return 0;
}

int pools_write_name(struct pools_work *work, uint32_t id, const char *name)
{
	return check_name(work, name) ? -1 : write_name(work, id, name);
}

int pools_create(struct pools_work *work, const char *name, uint32_t scheduler, uint32_t *id)
{
	if (check_name(work, name))
		return -1;
	if (ctl_pool_create(work->ctl, scheduler, id))
		return invocation_fail_errno(work->invocation, "creating the CPU pool", name);
	if (!write_name(work, *id, name))
		return 0;
	ctl_pool_destroy(work->ctl, *id);
	return -1;
}

static int empty_pool(struct pools_work *work, const struct ctl_pool *pool)
{
	for (uint32_t cpu = 0; cpu < sizeof(pool->cpus) * 8; cpu++)
		if (cpulist_has(pool->cpus, cpu) && ctl_pool_remove_cpu(work->ctl, pool->id, cpu))
			return -1;
	return 0;
}

int pools_destroy(struct pools_work *work, uint32_t id)
{
	struct ctl_pool *pool = alloc_zeroed(1, sizeof(*pool));
	char *name = pool_name(work->store, id);
	int ret = 0;

	if (ctl_pool_info(work->ctl, id, pool))
		ret = invocation_fail_errno(work->invocation, "destroying the CPU pool", name);
	else if (pool->nr_domains)
		ret = failure_set(&work->invocation->failure, FAILURE_BUSY,
				  "destroying the CPU pool", name, "there are domains in it",
				  "move them to another pool (cpupool-migrate)");
	else if (empty_pool(work, pool) || ctl_pool_destroy(work->ctl, id))
		ret = invocation_fail_errno(work->invocation, "destroying the CPU pool", name);
	if (!ret)
		store_remove(work->store, "/local/pool/%u", id);
	free(name);
	free(pool);
	return ret;
}

int pools_move_cpus(struct pools_work *work, uint32_t id, const uint8_t *map,
		    int (*move)(struct ctl *ctl, uint32_t id, uint32_t cpu), const char *stage)
{
	struct invocation *invocation = work->invocation;
	int ret = 0;

	for (uint32_t cpu = 0; cpu < work->machine.nr_cpus; cpu++) {
		char object[32];

		if (!cpulist_has(map, cpu) || !move(work->ctl, id, cpu))
			continue;
		snprintf(object, sizeof(object), "CPU %u", cpu);
		/* All are told: this one when the next fails, the last by main. */
		if (ret)
			failure_print(&invocation->failure, invocation->program, stderr);
		ret = failure_set(&invocation->failure,
				  errno == EBUSY ? FAILURE_BUSY : FAILURE_REFUSED, stage, object,
				  errno == EBUSY ? "it is in use, or in another pool"
						 : strerror(errno),
				  "`tl cpupool-list -c' shows who has which");
	}
	return ret;
}
