/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * create: a configuration file and overrides to a running guest, or to the plan of it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libctl/ctl.h"
#include "libdom/create.h"
#include "libdom/domain.h"
#include "libdom/monitor_client.h"
#include "libdom/pool.h"
#include "tl/command.h"
#include "tl/domain_config.h"
#include "tl/invocation.h"
#include "tl/json_text.h"
#include "tl/progress.h"

enum {
	OPTION_QUIET,
	OPTION_FILE,
	OPTION_PAUSED,
	OPTION_FOREGROUND,
	OPTION_VNC,
	OPTION_VNC_PASSWORD,
	OPTION_CONSOLE,
	OPTION_DRY_RUN,
	OPTION_UNATTENDED,
	OPTION_DEBUG,
	OPTION_IGNORE_MASKS,
	OPTION_CHECK,
};

static const struct command_option options[] = {
	[OPTION_QUIET] = {'q', "quiet", NULL, "say nothing but failures"},
	[OPTION_FILE] = {'f', "defconfig", "FILE",
			 "the configuration file, `-' for standard input"},
	[OPTION_PAUSED] = {'p', NULL, NULL, "leave the guest paused"},
	[OPTION_FOREGROUND] = {'F', NULL, NULL, "return when the guest is gone"},
	[OPTION_VNC] = {'V', "vncviewer", NULL, "refused: there are no frame buffers"},
	[OPTION_VNC_PASSWORD] = {'A', "vncviewer-autopass", NULL,
				 "refused: there are no frame buffers"},
	[OPTION_CONSOLE] = {'c', NULL, NULL, "attach to the console, from the first line on"},
	[OPTION_DRY_RUN] = {'n', "dryrun", NULL, "print the configuration as JSON, change nothing"},
	[OPTION_UNATTENDED] = {'e', NULL, NULL, "nothing is done when the guest ends"},
	[OPTION_DEBUG] = {'d', "debug", NULL, "print the configuration as JSON as well"},
	[OPTION_IGNORE_MASKS] = {0, "ignore-global-affinity-masks", NULL,
				 "vm.cpumask of xl.conf does not count"},
	[OPTION_CHECK] = {0, "check", NULL,
			  "print the plan and whether it would go, change nothing"},
	{0, NULL, NULL, NULL},
};

/* xl's: its library's numbers for "failed" and "invalid". */
enum { EXIT_WORDS = 2, EXIT_FAILED = 3, EXIT_INVALID = 6 };

struct creation_order {
	struct invocation *invocation;
	struct config config;
	struct plan plan;
	const struct settings *settings;
	bool planned;
};

static int read_overrides(struct creation_order *order, int first)
{
	struct invocation *invocation = order->invocation;

	for (int n = first; n < invocation->argc; n++) {
		if (!strchr(invocation->argv[n], '=')) {
			invocation->exit_code = EXIT_WORDS;
			return invocation_refuse(invocation, invocation->argv[n],
						 "this is neither the first file nor KEY=VALUE");
		}
		if (config_parse(&order->config, "command line", invocation->argv[n],
				 strlen(invocation->argv[n]), &invocation->failure))
			return -1;
	}
	return 0;
}

/* Without any file all is on the command line. */
static int read_configuration(struct creation_order *order)
{
	struct invocation *invocation = order->invocation;
	const char *path = invocation_value(invocation, OPTION_FILE);
	int first = 0;

	if (!path && invocation->argc && !strchr(invocation->argv[0], '='))
		path = invocation->argv[first++];
	if (path && !invocation_option(invocation, OPTION_QUIET) && !invocation->json &&
	    !invocation_option(invocation, OPTION_DRY_RUN) &&
	    !invocation_option(invocation, OPTION_CHECK))
		printf("Parsing config from %s\n", path);
	if (!path && !invocation->argc) {
		invocation->exit_code = EXIT_INVALID;
		return invocation_refuse(invocation, "FILE", "the configuration is missing");
	}
	if (path && config_read(&order->config, path, &invocation->failure)) {
		/* That it cannot be read, or that what it says is wrong. */
		invocation->exit_code = invocation->failure.error ? EXIT_FAILED : 0;
		return -1;
	}
	return read_overrides(order, first);
}

static int make_plan(struct creation_order *order)
{
	struct invocation *invocation = order->invocation;
	struct strings notes = {0};
	char *cwd = getcwd(NULL, 0);
	int ret;

	if (!cwd)
		return invocation_fail_errno(invocation, "reading the configuration",
					     "the current directory");
	order->planned = true;
	ret = plan_make(&order->plan, &order->config, order->settings, cwd, &notes,
			&invocation->failure);
	if (!invocation_option(invocation, OPTION_QUIET))
		invocation_print_notes(invocation, &notes);
	strings_free(&notes);
	free(cwd);
	return ret;
}

static void print_json(json_t *json)
{
	json_dumpf(json, stdout, JSON_INDENT(4));
	putchar('\n');
	json_decref(json);
}

/* CPU lists are lists of the machine's CPUs, if it can be asked. */
static void print_description(const struct plan *plan)
{
	struct domain_config_sources sources;
	struct failure ignored = {0};
	struct ctl *ctl = NULL;
	json_t *config;

	if (!ctl_open(&ctl, &ignored) && !domain_config_init(&sources, ctl, NULL)) {
		config = plan_describe(plan, PLAN_FORM_WRITTEN, &sources.machine);
		domain_config_fini(&sources);
	} else {
		config = plan_describe(plan, PLAN_FORM_WRITTEN, NULL);
	}
	if (ctl)
		ctl_close(ctl);
	json_text_print(config, stdout);
	json_decref(config);
}

static int check(struct creation_order *order)
{
	struct invocation *invocation = order->invocation;
	int ret = plan_check_machine(&order->plan, &invocation->failure);

	if (invocation->json)
		print_json(plan_save(&order->plan));
	else if (!invocation_option(invocation, OPTION_QUIET))
		plan_print(&order->plan, stdout);
	return ret;
}

static int open_console(struct invocation *invocation, uint32_t domid)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", domid);
	fflush(stdout);
	execl("/proc/self/exe", invocation->program, "console", number, (char *)NULL);
	return invocation_fail_errno(invocation, "attaching to the console", number);
}

static int follow(struct invocation *invocation, uint32_t domid)
{
	struct store *store;
	struct ctl *ctl;

	if (invocation_open_ctl(invocation, &ctl) || invocation_open_store(invocation, &store))
		return -1;
	return domain_wait(ctl, store, &domid, 1, true, &invocation->failure);
}

static int report_created(struct creation_order *order, uint32_t domid)
{
	struct invocation *invocation = order->invocation;

	if (invocation->json)
		print_json(json_pack("{s:i, s:s, s:s}", "domid", (int)domid, "name",
				     order->plan.name, "uuid", order->plan.uuid));
	if (invocation_option(invocation, OPTION_CONSOLE))
		return open_console(invocation, domid);
	return invocation_option(invocation, OPTION_FOREGROUND) ? follow(invocation, domid) : 0;
}

/* Whatever fails from here on is the creation itself. */
static int create(struct creation_order *order)
{
	struct invocation *invocation = order->invocation;
	struct create_request request = {
		.settings = order->settings,
		.plan = &order->plan,
		.paused = invocation_option(invocation, OPTION_PAUSED),
		.attended = !invocation_option(invocation, OPTION_UNATTENDED),
		.ignore_masks = invocation_option(invocation, OPTION_IGNORE_MASKS),
		.progress = progress_report,
	};
	struct progress progress;
	uint32_t domid, pool;
	int ret;

	if (invocation_open_ctl(invocation, &request.ctl) ||
	    invocation_open_store(invocation, &request.store))
		return -1;
	invocation->exit_code = EXIT_INVALID;
	if (pool_find(request.ctl, request.store, order->plan.pool, &pool, &invocation->failure))
		return -1;
	invocation->exit_code = EXIT_FAILED;
	if (request.attended && monitor_start(&invocation->failure))
		return -1;
	progress_init(&progress, order->plan.name, invocation->progress_always);
	progress.wanted &= !invocation_option(invocation, OPTION_QUIET);
	request.progress_context = &progress;
	ret = create_domain(&request, &domid, &invocation->failure);
	progress_fini(&progress);
	return ret ? ret : report_created(order, domid);
}

static int carry_out(struct creation_order *order)
{
	struct invocation *invocation = order->invocation;

	if (invocation_option(invocation, OPTION_VNC) ||
	    invocation_option(invocation, OPTION_VNC_PASSWORD))
		return failure_set(&invocation->failure, FAILURE_REFUSED, "create", "--vncviewer",
				   "PV frame buffers are not served", "use -c for the console");
	if (invocation_open_settings(invocation, &order->settings) || read_configuration(order) ||
	    make_plan(order))
		return -1;
	if (invocation_option(invocation, OPTION_CHECK))
		return check(order);
	if (invocation_option(invocation, OPTION_DRY_RUN) ||
	    invocation_option(invocation, OPTION_DEBUG))
		print_description(&order->plan);
	if (invocation_option(invocation, OPTION_DRY_RUN) || invocation->dry_run)
		return 0;
	return create(order);
}

static int run_create(struct invocation *invocation)
{
	struct creation_order order = {.invocation = invocation};
	int ret = carry_out(&order);

	if (order.planned)
		plan_free(&order.plan);
	config_free(&order.config);
	return ret;
}

COMMAND(create) = {
	.name = "create",
	.group = COMMAND_GROUP_DOMAIN,
	.flags = COMMAND_SHORT | COMMAND_JSON,
	.operands = "[FILE] [KEY=VALUE...]",
	.most = -1,
	.summary = "create a guest from a configuration file",
	.description =
		"The file is one of xl.cfg(5). KEY=VALUE are further lines of it, which win over "
		"the file. Either the guest runs when the command returns, or nothing of it is "
		"left.\n\nWith --check the plan is printed and checked against this machine: "
		"files, kernel, devices.",
	.options = options,
	.run = run_create,
};
