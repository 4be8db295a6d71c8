/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpupool-list.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "libctl/ctl.h"
#include "libdom/alloc.h"
#include "libdom/cpulist.h"
#include "libdom/pool.h"
#include "tl/command.h"
#include "tl/pools.h"

enum { OPTION_CPUS };

static const struct command_option options[] = {
	[OPTION_CPUS] = {'c', "cpus", NULL, "which CPUs they have"},
	{0, NULL, NULL, NULL},
};

static unsigned int count_cpus(const struct ctl_pool *pool)
{
	unsigned int count = 0;

	for (size_t n = 0; n < sizeof(pool->cpus); n++)
		count += (unsigned int)__builtin_popcount(pool->cpus[n]);
	return count;
}

static void print_cpus(const struct ctl_pool *pool, const char *name)
{
	const char *comma = "";

	printf("%-19s", name);
	for (unsigned int cpu = 0; cpu < sizeof(pool->cpus) * 8; cpu++) {
		if (!cpulist_has(pool->cpus, cpu))
			continue;
		printf("%s%u", comma, cpu);
		comma = ",";
	}
	putchar('\n');
}

static json_t *describe_pool(const struct ctl_pool *pool, const char *name)
{
	json_t *cpus = json_array();

	for (unsigned int cpu = 0; cpu < sizeof(pool->cpus) * 8; cpu++)
		if (cpulist_has(pool->cpus, cpu))
			json_array_append_new(cpus, json_integer(cpu));
	return json_pack("{s:s, s:i, s:s, s:i, s:o}", "name", name, "id", (int)pool->id,
			 "scheduler", pools_scheduler_name(pool->scheduler), "domains",
			 (int)pool->nr_domains, "cpus", cpus);
}

static void show_pool(struct invocation *invocation, struct store *store,
		      const struct ctl_pool *pool, json_t *array)
{
	char *name = pool_name(store, pool->id);

	if (array)
		json_array_append_new(array, describe_pool(pool, name));
	else if (invocation_option(invocation, OPTION_CPUS))
		print_cpus(pool, name);
	else
		printf("%-19s%3u %9s       y       %4u\n", name, count_cpus(pool),
		       pools_scheduler_name(pool->scheduler), pool->nr_domains);
	free(name);
}

static int show_pools(struct invocation *invocation, struct ctl *ctl, struct store *store,
		      json_t *array)
{
	const char *only = invocation->argc ? invocation->argv[0] : NULL;
	struct ctl_pool *pool = alloc_zeroed(1, sizeof(*pool));
	uint32_t id = 0, next = 0;
	int ret = only ? pool_find(ctl, store, only, &id, &invocation->failure) : 0;

	while (!ret && !ctl_pool_info(ctl, next, pool)) {
		if (!only || pool->id == id)
			show_pool(invocation, store, pool, array);
		next = pool->id + 1;
	}
	free(pool);
	return ret;
}

static int run_list(struct invocation *invocation)
{
	json_t *array = invocation->json ? json_array() : NULL;
	struct store *store = NULL;
	struct ctl *ctl;
	int ret;

	if (invocation_open_ctl(invocation, &ctl))
		return -1;
	if (invocation_open_store(invocation, &store))
		invocation->failure.code = FAILURE_NONE;
	if (!array)
		printf("%-19s%s\n", "Name",
		       invocation_option(invocation, OPTION_CPUS)
			       ? "CPU list"
			       : "CPUs   Sched     Active   Domain count");
	ret = show_pools(invocation, ctl, store, array);
	if (array && !ret) {
		json_dumpf(array, stdout, JSON_INDENT(4));
		putchar('\n');
	}
	json_decref(array);
	return ret;
}

COMMAND(cpupool_list) = {
	.name = "cpupool-list",
	.group = COMMAND_GROUP_POOL,
	.flags = COMMAND_JSON,
	.operands = "[POOL]",
	.most = 1,
	.summary = "list CPU pools",
	.options = options,
	.run = run_list,
};
