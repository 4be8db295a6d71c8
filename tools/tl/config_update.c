/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * config-update: another configuration for a guest's next restart.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tl/command.h"
#include "tl/invocation.h"
#include "tl/saved_plan.h"

#define EXIT_UNREADABLE 253 /* as xl has it: its library's -3 */

enum { OPTION_FILE, OPTION_DEBUG };

static const struct command_option options[] = {
	[OPTION_FILE] = {'f', "defconfig", "FILE", "the configuration file"},
	[OPTION_DEBUG] = {'d', "debug", NULL, "accepted, without effect"},
	{0, NULL, NULL, NULL},
};

struct update {
	struct invocation *invocation;
	const struct settings *settings;
	struct config config;
	bool found; /* there was a plan to replace */
};

static int read_configuration(struct update *update)
{
	struct invocation *invocation = update->invocation;
	const char *path = invocation_value(invocation, OPTION_FILE);
	int first = 1;

	if (!path && invocation->argc > 1 && !strchr(invocation->argv[1], '='))
		path = invocation->argv[first++];
	if (!path)
		return invocation_refuse(invocation, invocation->argv[0],
					 "the configuration file is missing");
	if (config_read(&update->config, path, &invocation->failure)) {
		invocation->exit_code = invocation->failure.error ? EXIT_UNREADABLE : 0;
		return -1;
	}
	for (int n = first; n < invocation->argc; n++)
		if (config_parse(&update->config, "command line", invocation->argv[n],
				 strlen(invocation->argv[n]), &invocation->failure))
			return -1;
	return 0;
}

/* It stays the guest that it is: name and uuid are those it has. */
static int take_plan(struct plan *plan, struct plan *next, struct failure *failure)
{
	if (strcmp(next->name, plan->name))
		return failure_set(failure, FAILURE_CONFIGURATION, "config-update", next->name,
				   "the configuration is another guest's: the names differ",
				   "rename the guest first (rename)");
	free(next->uuid);
	next->uuid = alloc_text(plan->uuid);
	plan_free(plan);
	*plan = *next;
	*next = (struct plan){0};
	return 0;
}

static int replace_plan(struct plan *plan, void *context, struct failure *failure)
{
	struct update *update = context;
	struct strings notes = {0};
	struct plan next = {0};
	char *cwd = getcwd(NULL, 0);
	int ret;

	update->found = true;
	ret = plan_make(&next, &update->config, update->settings, cwd ? cwd : "/", &notes, failure);
	invocation_print_notes(update->invocation, &notes);
	if (!ret)
		ret = take_plan(plan, &next, failure);
	plan_free(&next);
	strings_free(&notes);
	free(cwd);
	return ret;
}

static int run_update(struct invocation *invocation)
{
	struct update update = {.invocation = invocation};
	uint32_t domid;
	int ret;

	if (invocation_find_guest(invocation, invocation->argv[0], &domid) ||
	    invocation_open_settings(invocation, &update.settings))
		return -1;
	ret = read_configuration(&update);
	if (!ret)
		ret = saved_plan_change(domid, replace_plan, &update, &invocation->failure);
	if (!ret && !update.found)
		ret = failure_set(&invocation->failure, FAILURE_NOT_FOUND, "config-update",
				  invocation->argv[0], "tl did not create this domain",
				  "it has no configuration to replace");
	config_free(&update.config);
	return ret;
}

COMMAND(config_update) = {
	.name = "config-update",
	.group = COMMAND_GROUP_DOMAIN,
	.flags = COMMAND_CHANGES,
	.operands = "DOMAIN [FILE] [KEY=VALUE...]",
	.least = 1,
	.most = -1,
	.option_exit = 1,
	.operand_exit = 1,
	.summary = "set the configuration that a guest's next restart uses",
	.description = "The guest as it runs is not changed. What was attached to it meanwhile is "
		       "forgotten unless the file says so.",
	.options = options,
	.run = run_update,
};
