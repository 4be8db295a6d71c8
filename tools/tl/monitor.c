/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * monitor: becomes the resident process; domain-ended: what that one starts for a guest that has
 * ended.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "libdom/domain.h"
#include "libdom/ending.h"
#include "libdom/self.h"
#include "tl/command.h"

enum { OPTION_READY };

static const struct command_option options[] = {
	[OPTION_READY] = {0, "ready-fd", "N", "write a byte to this descriptor when it listens"},
	{0, NULL, NULL, NULL},
};

static int run_monitor(struct invocation *invocation)
{
	char *program, number[16];
	char *arguments[] = {"trestle-monitor", NULL, NULL, NULL};
	int64_t ready;

	if (invocation_number(invocation, OPTION_READY, 0, 1 << 20, -1, &ready))
		return -1;
	snprintf(number, sizeof(number), "%d", (int)ready);
	if (ready >= 0) {
		arguments[1] = "--ready-fd";
		arguments[2] = number;
	}
	program = self_find_program(arguments[0]);
	execv(program, arguments);
	failure_set_errno(&invocation->failure, FAILURE_GENERAL, errno, "starting the monitor",
			  program, "install it beside tl");
	free(program);
	return -1;
}

COMMAND(monitor) = {
	.name = "monitor",
	.group = COMMAND_GROUP_TOOL,
	.operands = "",
	.summary = "act when guests end, for all guests; runs until it is stopped",
	.description = "Started by the system, or by the first `tl create' that finds none. It may "
		       "be stopped "
		       "and started again while guests run.",
	.options = options,
	.run = run_monitor,
};

static int run_ended(struct invocation *invocation)
{
	const struct settings *settings;
	struct store *store;
	struct ctl *ctl;
	int64_t domid;

	if (!command_parse_number(invocation->argv[0], 1, DOMID_FIRST_RESERVED - 1, &domid))
		return invocation_refuse(invocation, invocation->argv[0],
					 "this is no domain's number");
	if (invocation_open_settings(invocation, &settings) ||
	    invocation_open_ctl(invocation, &ctl) || invocation_open_store(invocation, &store))
		return -1;
	return ending_carry_out(ctl, store, settings, (uint32_t)domid, &invocation->failure);
}

COMMAND(domain_ended) = {
	.name = "domain-ended",
	.group = COMMAND_GROUP_TOOL,
	.flags = COMMAND_HIDDEN,
	.operands = "DOMID",
	.least = 1,
	.most = 1,
	.summary = "do what a guest's configuration says about its end",
	.run = run_ended,
};
