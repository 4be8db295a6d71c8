/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tl, also called xl: global options; the rest of the words is run.c's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tl/help.h"
#include "tl/invocation.h"

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
		return EXIT_FAILURE;
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
		return ret ? ret : EXIT_FAILURE;
	}
	return ret;
}
