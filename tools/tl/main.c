/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tl, also called xl: global options, the command, one sentence when it failed, the exit code.
 */
#include <stdio.h>
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

static bool is_xl(const struct invocation *invocation)
{
	return !strcmp(invocation->program, "xl");
}

/* A handler's answer as an exit code; scripts written for xl know 1 and 2 only, and 2 for the options
 * and operands of a command that there is. */
static int exit_code(struct invocation *invocation, int ret)
{
	if (ret >= 0)
		return ret;
	if (invocation->failure.code == FAILURE_NONE)
		invocation->failure.code = FAILURE_GENERAL;
	print_failure(invocation);
	if (is_xl(invocation) &&
	    (invocation->failure.code != FAILURE_USAGE || !invocation->command))
		return FAILURE_GENERAL;
	return (int)invocation->failure.code;
}

int invocation_run(struct invocation *invocation, int argc, char **argv)
{
	static const char stage[] = "reading the command line";
	int ret;

	if (argc < 1) {
		help_print_short(invocation->program, stderr);
		return is_xl(invocation) ? FAILURE_GENERAL : FAILURE_USAGE;
	}
	invocation->command = command_find(argv[0]);
	if (!invocation->command) {
		failure_set(&invocation->failure, FAILURE_USAGE, stage, argv[0],
			    "there is no such command", "`tl help --long' lists all of them");
		return strcmp(invocation->program, "xl") ? exit_code(invocation, -1)
							 : (exit_code(invocation, -1), 1);
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

static bool *global_flag(struct invocation *invocation, char letter)
{
	switch (letter) {
	case 'v':
		return &invocation->verbose;
	case 'f':
		return &invocation->force;
	case 'N':
		return &invocation->dry_run;
	case 't':
		return &invocation->progress_always;
	case 'T':
		return &invocation->timestamps;
	default:
		return NULL;
	}
}

/* How many words were global options; -1 for one that is none. */
static int take_global_options(struct invocation *invocation, int argc, char **argv)
{
	int n = 0;

	for (; n < argc && argv[n][0] == '-' && argv[n][1] && argv[n][1] != '-'; n++) {
		for (const char *letter = argv[n] + 1; *letter; letter++) {
			bool *flag = global_flag(invocation, *letter);

			if (!flag)
				return -1;
			*flag = true;
		}
	}
	return n;
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argc ? argv[0] : "tl", '/');
	const char *called = slash ? slash + 1 : argc ? argv[0] : "tl";
	struct invocation invocation = {.program = strcmp(called, "xl") ? "tl" : "xl"};
	int taken = take_global_options(&invocation, argc - 1, argv + 1);
	int ret;

	if (taken < 0 || (taken + 1 < argc && !strcmp(argv[taken + 1], "-h"))) {
		help_print_short(invocation.program, stderr);
		return FAILURE_USAGE;
	}
	if (taken + 1 < argc && !strcmp(argv[taken + 1], "--help")) {
		help_print_short(invocation.program, stdout);
		return 0;
	}
	ret = invocation_run(&invocation, argc - 1 - taken, argv + 1 + taken);
	invocation_close(&invocation);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "%s: writing the answer: standard output: it is full or closed\n",
			invocation.program);
		return ret ? ret : FAILURE_GENERAL;
	}
	return ret;
}
