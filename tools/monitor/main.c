/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The monitor's command line. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "monitor/monitor.h"

static const struct option long_options[] = {
	{"ready-fd", required_argument, NULL, 'r'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static const char usage[] = "usage: trestle-monitor [--ready-fd N]\n"
			    "  --ready-fd N   gets one byte when it listens\n"
			    "Acts when guests end, for all guests; runs until it is stopped.\n";

static int parse_number(const char *text, int *number)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (end == text || *end || value < 0 || value > 1 << 20)
		return -1;
	*number = (int)value;
	return 0;
}

int main(int argc, char **argv)
{
	struct failure failure = {0};
	int key, ready = -1;

	while ((key = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (key == 'h') {
			fputs(usage, stdout);
			return 0;
		}
		if (key == '?' || parse_number(optarg, &ready)) {
			fputs(usage, stderr);
			return FAILURE_USAGE;
		}
	}
	if (optind < argc) {
		fputs(usage, stderr);
		return FAILURE_USAGE;
	}
	if (!monitor_run(ready, &failure))
		return 0;
	failure_print(&failure, "trestle-monitor", stderr);
	return (int)failure.code;
}
