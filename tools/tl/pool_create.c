/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpupool-create: a pool from a configuration of xlcpupool.cfg(5).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libdom/alloc.h"
#include "libdom/config.h"
#include "tl/command.h"
#include "tl/pools.h"

enum { OPTION_FILE, OPTION_DRY_RUN };

static const struct command_option options[] = {
	[OPTION_FILE] = {'f', "defconfig", "FILE", "the configuration file"},
	[OPTION_DRY_RUN] = {'n', "dryrun", NULL, "print what it would be, change nothing"},
	{0, NULL, NULL, NULL},
};

struct pool_order {
	struct pools_work work;
	struct config config;
	const char *source, *name;
	uint32_t scheduler;
	uint8_t cpus[CPULIST_BYTES];
	unsigned int nr_cpus;
};

static int read_configuration(struct pool_order *order)
{
	struct invocation *invocation = order->work.invocation;
	const char *path = invocation_value(invocation, OPTION_FILE);
	int first = 0;

	if (!path && invocation->argc && !strchr(invocation->argv[0], '='))
		path = invocation->argv[first++];
	order->source = path ? path : "command line";
	if (path && config_read(&order->config, path, &invocation->failure))
		return -1;
	for (int n = first; n < invocation->argc; n++)
		if (config_parse(&order->config, "command line", invocation->argv[n],
				 strlen(invocation->argv[n]), &invocation->failure))
			return -1;
	return 0;
}

static int check_keys(struct pool_order *order)
{
	static const char *const known[] = {"name", "sched", "nodes", "cpus"};
	const struct config *config = &order->config;

	for (size_t n = 0; n < config->nr_settings; n++) {
		bool is_known = false;

		for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
			is_known |= !strcmp(config->settings[n].key, known[k]);
		if (!is_known)
			return config_fail(&order->work.invocation->failure,
					   &config->settings[n].place,
					   "this is no key of xlcpupool.cfg(5)",
					   "keys are name, sched, nodes and cpus");
	}
	return 0;
}

static int take_name(struct pool_order *order)
{
	const struct config_setting *name = config_find(&order->config, "name");
	struct failure *failure = &order->work.invocation->failure;

	if (!name)
		return failure_set(failure, FAILURE_CONFIGURATION, "reading the configuration",
				   order->source, "the pool has no name", "say name=\"NAME\"");
	if (name->value.kind != CONFIG_STRING)
		return config_fail(failure, &name->value.place, "the name is a string", "");
	order->name = name->value.text;
	return 0;
}

static int take_scheduler(struct pool_order *order)
{
	const struct config_setting *sched = config_find(&order->config, "sched");
	struct invocation *invocation = order->work.invocation;

	if (sched && sched->value.kind == CONFIG_STRING &&
	    !pools_find_scheduler(sched->value.text, &order->scheduler))
		return 0;
	if (sched)
		return config_fail(&invocation->failure, &sched->value.place,
				   "there is no such scheduler", "choose credit or rtds");
	if (ctl_scheduler_id(order->work.ctl, &order->scheduler))
		return invocation_fail_errno(invocation, "asking for the scheduler",
					     "the hypervisor");
	return 0;
}

/* A list expression of one value: "0-3,^1", or a number with the prefix of its kind. */
static int add_value(struct pool_order *order, const struct config_value *value, const char *prefix)
{
	uint8_t map[CPULIST_BYTES];
	const char *cause;
	char *text;
	int ret = 0;

	if (value->kind == CONFIG_LIST)
		return config_fail(&order->work.invocation->failure, &value->place,
				   "lists are not nested", "");
	text = alloc_format("%s%s", prefix, value->text);
	if (cpulist_parse(text, &order->work.machine, map, &cause))
		ret = config_fail(&order->work.invocation->failure, &value->place, cause, "");
	for (size_t n = 0; !ret && n < sizeof(map); n++)
		order->cpus[n] |= map[n];
	free(text);
	return ret;
}

static int add_values(struct pool_order *order, const char *key, const char *prefix)
{
	const struct config_setting *setting = config_find(&order->config, key);

	if (!setting)
		return 0;
	if (setting->value.kind != CONFIG_LIST)
		return add_value(order, &setting->value, prefix);
	for (size_t n = 0; n < setting->value.nr_items; n++)
		if (add_value(order, &setting->value.items[n], prefix))
			return -1;
	return 0;
}

/* Of nodes only what is free; without either key the first free CPU. */
static int choose_cpus(struct pool_order *order)
{
	uint8_t cpus_free[CPULIST_BYTES];
	bool has_nodes = config_find(&order->config, "nodes");
	bool has_cpus = config_find(&order->config, "cpus");

	if (ctl_pool_free_cpus(order->work.ctl, cpus_free, sizeof(cpus_free)))
		return invocation_fail_errno(order->work.invocation, "asking for free CPUs",
					     "the hypervisor");
	if (add_values(order, "nodes", "nodes:"))
		return -1;
	for (size_t n = 0; has_nodes && n < sizeof(order->cpus); n++)
		order->cpus[n] &= cpus_free[n];
	if (add_values(order, "cpus", ""))
		return -1;
	for (unsigned int cpu = 0; cpu < order->work.machine.nr_cpus; cpu++) {
		if (!has_nodes && !has_cpus && !order->nr_cpus && cpulist_has(cpus_free, cpu))
			order->cpus[cpu / 8] |= (uint8_t)(1U << cpu % 8);
		order->nr_cpus += cpulist_has(order->cpus, cpu);
	}
	if (order->nr_cpus)
		return 0;
	return failure_set(&order->work.invocation->failure, FAILURE_BUSY, "choosing CPUs",
			   order->name, "no CPU is free",
			   "take some out of Pool-0 (cpupool-cpu-remove)");
}

static int make_pool(struct pool_order *order)
{
	struct failure ignored, *failure = &order->work.invocation->failure;
	uint32_t id;

	if (pools_create(&order->work, order->name, order->scheduler, &id))
		return -1;
	if (!pools_move_cpus(&order->work, id, order->cpus, ctl_pool_add_cpu,
			     "adding a CPU to the pool"))
		return 0;
	/* The first failure is the one to tell. */
	ignored = *failure;
	pools_destroy(&order->work, id);
	*failure = ignored;
	return -1;
}

static int create_pool(struct pool_order *order)
{
	struct invocation *invocation = order->work.invocation;

	if (read_configuration(order) || check_keys(order) || take_name(order) ||
	    take_scheduler(order) || choose_cpus(order))
		return -1;
	printf("Using config file \"%s\"\ncpupool name:   %s\nscheduler:      %s\n"
	       "number of cpus: %u\n",
	       order->source, order->name, pools_scheduler_name(order->scheduler), order->nr_cpus);
	return invocation->dry_run || invocation_option(invocation, OPTION_DRY_RUN)
		       ? 0
		       : make_pool(order);
}

static int run_create(struct invocation *invocation)
{
	struct pool_order order = {0};
	int ret;

	if (pools_open(invocation, &order.work) || pools_read_machine(&order.work))
		return -1;
	ret = create_pool(&order);
	config_free(&order.config);
	pools_close(&order.work);
	return ret;
}

COMMAND(cpupool_create) = {
	.name = "cpupool-create",
	.group = COMMAND_GROUP_POOL,
	.operands = "[FILE] [KEY=VALUE...]",
	.most = -1,
	.summary = "make a CPU pool from a configuration file",
	.description = "The file is one of xlcpupool.cfg(5): name, sched, nodes, cpus.",
	.options = options,
	.run = run_create,
};
