/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options, one row each for getopt and the help. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xenstored/account.h"
#include "xenstored/log.h"
#include "xenstored/options.h"

enum option_id {
	OPTION_NO_HYPERVISOR = 256,
	OPTION_SOCKET,
	OPTION_READY_FD,
	OPTION_RESTORE_FD,
	OPTION_CHECK_ONLY,
	OPTION_DAEMONIZE,
	OPTION_STATE_FILE
};

static const struct {
	struct option option;
	const char *argument, *meaning;
} rows[] = {
	{{"socket", required_argument, NULL, OPTION_SOCKET}, "PATH", "listen here"},
	{{"no-hypervisor", no_argument, NULL, OPTION_NO_HYPERVISOR},
	 NULL,
	 "serve local sockets only"},
	{{"quota", required_argument, NULL, 'Q'}, "NAME=NUMBER", "limit a domain, 0 for no limit"},
	{{"pid-file", required_argument, NULL, 'F'}, "FILE", "write the process number there"},
	{{"trace-file", required_argument, NULL, 'T'}, "FILE", "trace all requests into it"},
	{{"ready-fd", required_argument, NULL, OPTION_READY_FD},
	 "N",
	 "write a newline to descriptor N when ready, and close it"},
	{{"daemonize", no_argument, NULL, OPTION_DAEMONIZE},
	 NULL,
	 "go to the background when ready"},
	{{"no-fork", no_argument, NULL, 'N'}, NULL, "stay in the foreground (the default)"},
	{{"state-file", required_argument, NULL, OPTION_STATE_FILE},
	 "FILE",
	 "keep the state there from an orderly end to the next start (/var/run/xenstored/state)"},
	{{"restore-fd", required_argument, NULL, OPTION_RESTORE_FD},
	 "N",
	 "go on with the state in descriptor N (live update)"},
	{{"check-only", no_argument, NULL, OPTION_CHECK_ONLY},
	 NULL,
	 "only see whether the state can be read"},
	{{"version", no_argument, NULL, 'v'}, NULL, "print the version"},
	{{"help", no_argument, NULL, 'h'}, NULL, "print this"},
};

#define NR_ROWS (sizeof(rows) / sizeof(rows[0]))

void options_print_help(void)
{
	puts("Usage: xenstored [options]\n\nThe store of domains' configuration: xenstore.\n");
	for (size_t i = 0; i < NR_ROWS; i++) {
		char left[64];

		snprintf(left, sizeof(left), "--%s%s%s", rows[i].option.name,
			 rows[i].argument ? " " : "", rows[i].argument ? rows[i].argument : "");
		printf("  %-28s %s\n", left, rows[i].meaning);
	}
	puts("\nQuotas of a domain:");
	for (unsigned int i = 0; i < NR_QUOTAS; i++)
		printf("  %-28s %s\n", quota_name(i), quota_meaning(i));
}

int options_set_quota(struct accounts *accounts, const char *text)
{
	const char *equals = strchr(text, '=');
	char name[32], *end;
	unsigned long number;
	int quota;

	if (!equals || (size_t)(equals - text) >= sizeof(name) || !equals[1])
		return -1;
	memcpy(name, text, (size_t)(equals - text));
	name[equals - text] = '\0';
	quota = quota_find(name);
	number = strtoul(equals + 1, &end, 10);
	if (quota < 0 || *end || number > UINT32_MAX)
		return -1;
	accounts->limit[quota] = (uint32_t)number;
	return 0;
}

static int options_set(struct options *options, int id, struct accounts *accounts)
{
	switch (id) {
	case OPTION_SOCKET:
		options->socket = optarg;
		return 0;
	case OPTION_NO_HYPERVISOR:
		options->no_hypervisor = true;
		return 0;
	case OPTION_READY_FD:
		options->ready_fd = atoi(optarg);
		return 0;
	case OPTION_RESTORE_FD:
		options->restore_fd = atoi(optarg);
		return 0;
	case OPTION_CHECK_ONLY:
		options->check_only = true;
		return 0;
	case OPTION_STATE_FILE:
		options->state_file = optarg;
		return 0;
	case OPTION_DAEMONIZE:
		options->daemonize = true;
		return 0;
	case 'F':
		options->pid_file = optarg;
		return 0;
	case 'T':
		options->trace_file = optarg;
		return 0;
	case 'N':
		return 0;
	case 'v':
		options->show_version = true;
		return 0;
	case 'h':
		options->show_help = true;
		return 0;
	case 'Q':
		if (!options_set_quota(accounts, optarg))
			return 0;
		log_error("--quota %s: want NAME=NUMBER; --help lists the names", optarg);
		return -1;
	default:
		return -1;
	}
}

int options_parse(struct options *options, int argc, char **argv, struct accounts *accounts)
{
	struct option table[NR_ROWS + 1] = {0};
	int id;

	memset(options, 0, sizeof(*options));
	options->ready_fd = -1;
	options->restore_fd = -1;
	for (size_t i = 0; i < NR_ROWS; i++)
		table[i] = rows[i].option;
	optind = 1;
	while ((id = getopt_long(argc, argv, "Q:F:T:Nvh", table, NULL)) >= 0)
		if (options_set(options, id, accounts))
			return -1;
	if (optind == argc)
		return 0;
	log_error("'%s' is no option; --help lists them", argv[optind]);
	return -1;
}
