/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * help, manual, completion.
 */
#include "tl/help.h"

enum { OPTION_LONG };

static const struct command_option help_options[] = {
	[OPTION_LONG] = {'l', "long", NULL, "all commands"},
	{0, NULL, NULL, NULL},
};

static int run_help(struct invocation *invocation)
{
	const struct command *command;

	if (invocation->argc) {
		command = command_find(invocation->argv[0]);
		if (!command)
			return invocation_refuse(invocation, invocation->argv[0],
						 "there is no such command");
		help_print_command(invocation->program, command, stdout);
	} else if (invocation_option(invocation, OPTION_LONG)) {
		help_print_long(invocation->program, stdout);
	} else {
		help_print_short(invocation->program, stdout);
	}
	return 0;
}

COMMAND(help) = {
	.name = "help",
	.group = COMMAND_GROUP_TOOL,
	.flags = COMMAND_SHORT,
	.operands = "[COMMAND]",
	.most = 1,
	.summary = "describe a command, or list them",
	.options = help_options,
	.run = run_help,
};

static int run_manual(struct invocation *invocation)
{
	(void)invocation;
	help_print_manual(stdout);
	return 0;
}

COMMAND(manual) = {
	.name = "manual",
	.group = COMMAND_GROUP_TOOL,
	.operands = "",
	.summary = "print the man page tl.1",
	.run = run_manual,
};

static int run_completion(struct invocation *invocation)
{
	(void)invocation;
	help_print_completion(stdout);
	return 0;
}

COMMAND(completion) = {
	.name = "completion",
	.group = COMMAND_GROUP_TOOL,
	.operands = "",
	.summary = "print completion for bash",
	.run = run_completion,
};
