/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Control commands, one row each. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xenstored/journal.h"
#include "xenstored/request.h"
#include "xenstored/update.h"

#define MAX_WORDS 8

struct command {
	struct request *request;
	const char *words[MAX_WORDS]; /* behind the command's name */
	unsigned int nr_words;
	char text[XENSTORE_PAYLOAD_MAX]; /* the answer */
	size_t len;
};

static void command_print(struct command *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void command_print(struct command *command, const char *format, ...)
{
	size_t room = sizeof(command->text) - command->len;
	va_list arguments;
	int len;

	va_start(arguments, format);
	len = vsnprintf(command->text + command->len, room, format, arguments);
	va_end(arguments);
	if (len > 0)
		command->len += (size_t)len < room ? (size_t)len : room - 1;
}

static int control_check(struct command *command)
{
	const char *wrong = store_check(&command->request->server->store);

	if (wrong) {
		log_error("the store is damaged: %s", wrong);
		command_print(command, "%s", wrong);
	}
	return 0;
}

static int control_log(struct command *command)
{
	if (command->nr_words != 1 ||
	    (strcmp(command->words[0], "on") && strcmp(command->words[0], "off")))
		return -EINVAL;
	return log_switch(!strcmp(command->words[0], "on"));
}

static int control_logfile(struct command *command)
{
	return command->nr_words == 1 ? log_set_file(command->words[0]) : -EINVAL;
}

static int control_print(struct command *command)
{
	if (command->nr_words != 1)
		return -EINVAL;
	log_error("%s", command->words[0]);
	return 0;
}

static void control_print_memory(const struct server *server, FILE *file)
{
	const struct connection *connection;
	const struct table *accounts = &server->store.accounts.by_domid;

	fprintf(file,
		"nodes %" PRIu32 ", watches %" PRIu32 ", commits %" PRIu64 ", conflicts %" PRIu64
		"\n",
		server->store.nr_nodes, server->watches.nr_watches, server->nr_commits,
		server->nr_conflicts);
	for (uint32_t i = 0; i < accounts->nr_buckets; i++)
		for (struct table_link *link = accounts->buckets[i]; link; link = link->next) {
			const struct account *account = object_of(link, struct account, link);

			fprintf(file,
				"domain %" PRIu32 ": %" PRIu64 " bytes, at most %" PRIu64 "\n",
				account->domid, account->memory_bytes, account->memory_peak_bytes);
		}
	TAILQ_FOREACH(connection, &server->connections, all)
	fprintf(file,
		"%s %" PRIu32 " of domain %u: %" PRIu64 " requests, %" PRIu32
		" replies and %" PRIu32 " events waiting\n",
		connection->transport->name, connection->id, connection->subject.domid,
		connection->nr_requests, connection->nr_replies, connection->nr_events);
}

static int control_memreport(struct command *command)
{
	const char *name = command->nr_words ? command->words[0] : log_file();
	FILE *file = fopen(name, "ae");
	int error;

	if (!file)
		return -errno;
	control_print_memory(command->request->server, file);
	error = ferror(file) ? -EIO : 0;
	return fclose(file) ? -errno : error;
}

static void control_show_limits(struct command *command, bool soft)
{
	const struct accounts *accounts = &command->request->server->store.accounts;

	for (unsigned int i = 0; i < NR_QUOTAS; i++)
		if (!soft || i == QUOTA_MEMORY_SOFT)
			command_print(command, "%-18s %10" PRIu32 "  %s\n", quota_name(i),
				      accounts->limit[i], quota_meaning(i));
}

static int control_show_domain(struct command *command)
{
	const struct account *account;
	uint16_t domid;

	if (request_domid(command->words[0], &domid))
		return -EINVAL;
	account = account_find(&command->request->server->store.accounts, domid);
	if (!account)
		return -ENOENT;
	command_print(command, "Domain %u:\n", domid);
	command_print(command, "%-18s %10" PRIu32 " of %" PRIu32 "\n", "nodes",
		      account->used[QUOTA_NODES], account_limit(account, QUOTA_NODES));
	command_print(command, "%-18s %10" PRIu32 " of %" PRIu32 "\n", "watches",
		      account->used[QUOTA_WATCHES], account_limit(account, QUOTA_WATCHES));
	command_print(command, "%-18s %10" PRIu32 " of %" PRIu32 "\n", "transactions",
		      account->used[QUOTA_TRANSACTIONS],
		      account_limit(account, QUOTA_TRANSACTIONS));
	command_print(command, "%-18s %10" PRIu64 " of %" PRIu32 ", at most %" PRIu64 "\n",
		      "memory", account->memory_bytes, account_limit(account, QUOTA_MEMORY),
		      account->memory_peak_bytes);
	return 0;
}

/* "set <name> <value>"; the soft limits have the names of the hard ones. */
static int control_set_quota(struct command *command, bool soft)
{
	char name[64];
	uint64_t number;
	int quota;

	if (command->nr_words != 3 || strcmp(command->words[0], "set") ||
	    request_number(command->words[2], UINT32_MAX, &number))
		return -EINVAL;
	snprintf(name, sizeof(name), "%s%s", command->words[1], soft ? "-soft" : "");
	quota = quota_find(name);
	if (quota < 0)
		return -EINVAL;
	command->request->server->store.accounts.limit[quota] = (uint32_t)number;
	journal_note_quotas(command->request->server->journal);
	return 0;
}

static int control_quota(struct command *command)
{
	if (command->nr_words == 1)
		return control_show_domain(command);
	if (command->nr_words)
		return control_set_quota(command, false);
	control_show_limits(command, false);
	return 0;
}

static int control_quota_soft(struct command *command)
{
	if (command->nr_words)
		return control_set_quota(command, true);
	control_show_limits(command, true);
	return 0;
}

static int control_live_update(struct command *command)
{
	struct request *request = command->request;
	const char *trouble = update_command(request->server, request->connection, &request->header,
					     command->words, command->nr_words);

	if (!trouble)
		request->is_answered = true;
	else
		command_print(command, "%s", trouble);
	return 0;
}

static int control_help(struct command *command);

static const struct {
	const char *name;
	int (*handler)(struct command *command);
	const char *arguments;
} commands[] = {
	{"check", control_check, ""},
	{"help", control_help, ""},
	{"live-update", control_live_update,
	 "-f <file> | -c <arguments> | -s [-t <sec>] [-F] | -a"},
	{"log", control_log, "on|off"},
	{"logfile", control_logfile, "<file>"},
	{"memreport", control_memreport, "[<file>]"},
	{"print", control_print, "<text>"},
	{"quota", control_quota, "[set <name> <value> | <domid>]"},
	{"quota-soft", control_quota_soft, "[set <name> <value>]"},
};

#define NR_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static int control_help(struct command *command)
{
	for (size_t i = 0; i < NR_COMMANDS; i++)
		command_print(command, "%s %s\n", commands[i].name, commands[i].arguments);
	return 0;
}

/* The payload's strings; the last one needs no NUL. */
static const char *control_split(struct command *command, const struct request *request)
{
	const char *at = request->payload, *end = at + request->header.len;
	const char *name = at;

	for (at += strlen(at) + 1; at < end; at += strlen(at) + 1) {
		if (command->nr_words == MAX_WORDS)
			return NULL;
		command->words[command->nr_words++] = at;
	}
	return name;
}

int request_control(struct request *request)
{
	struct command command = {.request = request};
	const char *name = control_split(&command, request);

	for (size_t i = 0; name && i < NR_COMMANDS; i++) {
		int error;

		if (strcmp(commands[i].name, name))
			continue;
		error = commands[i].handler(&command);
		if (!error && command.len)
			request_answer_text(request, command.text);
		return error;
	}
	return -EINVAL;
}
