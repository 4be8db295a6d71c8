/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command line from its words to its exit code: the command, one sentence when it failed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tl/help.h"
#include "tl/invocation.h"

static void print_failure(const struct invocation *invocation)
{
	struct tm now;
	time_t seconds = time(NULL);

	if (invocation->timestamps && localtime_r(&seconds, &now))
		fprintf(stderr, "%04d-%02d-%02d %02d:%02d:%02d [%d] ", now.tm_year + 1900,
			now.tm_mon + 1, now.tm_mday, now.tm_hour, now.tm_min, now.tm_sec,
			(int)getpid());
	failure_print(&invocation->failure, invocation->program, stderr);
}

/* A handler's answer as an exit code. */
static int exit_code(struct invocation *invocation, int ret)
{
	if (ret >= 0)
		return ret;
	if (invocation->failure.code == FAILURE_NONE)
		invocation->failure.code = FAILURE_GENERAL;
	print_failure(invocation);
	return invocation->exit_code ? invocation->exit_code : EXIT_FAILURE;
}

int invocation_run(struct invocation *invocation, int argc, char **argv)
{
	static const char stage[] = "reading the command line";
	int ret;

	if (argc < 1) {
		help_print_short(invocation->program, stderr);
		return EXIT_FAILURE;
	}
	invocation->command = command_find(argv[0]);
	if (!invocation->command) {
		failure_set(&invocation->failure, FAILURE_USAGE, stage, argv[0],
			    "there is no such command", "`tl help --long' lists all of them");
		return exit_code(invocation, -1);
	}
	for (int n = 1; n < argc && strcmp(argv[n], "--"); n++) {
		if (!strcmp(argv[n], "--help") || !strcmp(argv[n], "-h")) {
			help_print_command(invocation->program, invocation->command, stdout);
			return 0;
		}
	}
	ret = command_parse(invocation, argc - 1, argv + 1);
	if (!ret && invocation->dry_run && invocation->command->flags & COMMAND_CHANGES)
		fprintf(stderr, "%s: dry run: %s is not run\n", invocation->program,
			invocation->command->name);
	else if (!ret)
		ret = invocation->command->run(invocation);
	return exit_code(invocation, ret);
}
