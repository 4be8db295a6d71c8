/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The socket: one line in, one line out, and a console behind it.
 */
#include "consoled/client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <jansson.h>
#include <xen/xen.h>

#include "consoled/console.h"
#include "consoled/request.h"

#define MOST_CLIENTS 512

static struct loop_entry listener = {.fd = -1};
static struct sockaddr_un address = {.sun_family = AF_UNIX};
static unsigned int nr_clients;
static void (*refresh_domains)(void);

void client_set_refresh(void (*refresh)(void))
{
	refresh_domains = refresh;
}

void client_count(int change)
{
	nr_clients += change;
}

static bool client_answer(struct reader *reader, json_t *answer)
{
	char *text = answer ? json_dumps(answer, JSON_COMPACT) : NULL;
	bool good = text && reader_add_text(reader, text, strlen(text)) &&
		    reader_add_text(reader, "\n", 1);

	free(text);
	json_decref(answer);
	return good;
}

static void client_answer_and_close(struct reader *reader, json_t *answer)
{
	if (!client_answer(reader, answer)) {
		reader_close(reader);
		return;
	}
	reader->has_ended = true;
	reader_flush(reader);
}

static void client_refuse(struct reader *reader, const char *why)
{
	client_answer_and_close(reader, json_pack("{s:s}", "error", why));
}

static json_t *client_describe(const struct console *console)
{
	unsigned int readers = 0;

	for (struct reader *reader = console->readers; reader; reader = reader->next)
		readers += !reader->is_terminal;
	return json_pack("{s:o, s:s, s:s, s:i, s:s, s:I, s:I, s:i}", "domid",
			 console->domid == DOMID_XEN ? json_string("hypervisor")
						     : json_integer(console->domid),
			 "name", console->name, "type", "pv", "number", (int)console->number, "log",
			 console->log.name, "bytes", (json_int_t)console->history.end, "unlogged",
			 (json_int_t)console->log.lost, "readers", readers);
}

static void client_list(struct reader *reader)
{
	json_t *list = json_array();

	for (struct console *console = console_first(); console; console = console->next)
		json_array_append_new(list, client_describe(console));
	client_answer_and_close(reader, json_pack("{s:b, s:o}", "ok", 1, "consoles", list));
}

static void client_set(struct reader *reader, const struct request_set *set)
{
	struct logfile_settings *log = &console_settings()->log;

	if (set->has_rotate_bytes)
		log->rotate_bytes = set->rotate_bytes;
	if (set->has_rotate_count)
		log->rotate_count = set->rotate_count;
	if (set->has_timestamps)
		log->timestamps = set->timestamps;
	if (set->reopen)
		console_reopen_logs();
	client_answer_and_close(reader, json_pack("{s:b}", "ok", 1));
}

static struct console *client_find(const struct request *request)
{
	uint32_t domid = request->of_hypervisor ? DOMID_XEN : request->domid;
	struct console *console = console_find(domid, request->number);

	if (console || !refresh_domains)
		return console;
	refresh_domains();
	return console_find(domid, request->number);
}

/* What came behind the line is input already. */
static void client_attach(struct reader *reader, const struct request *request, const char *rest,
			  size_t bytes)
{
	struct console *console = client_find(request);
	char why[80];

	if (!console) {
		snprintf(why, sizeof(why), "domain %u has no console %u", request->domid,
			 request->number);
		client_refuse(reader, why);
		return;
	}
	if (!client_answer(reader, json_pack("{s:b, s:s}", "ok", 1, "name", console->name))) {
		reader_close(reader);
		return;
	}
	reader->position = history_tail(&console->history, request->history);
	reader->is_writer = request->write;
	console_add_reader(console, reader);
	if (reader->is_writer)
		console_put_input(console, rest, bytes);
	reader_flush(reader);
}

static void client_obey(struct reader *reader, const char *line, const char *end, size_t bytes)
{
	struct request request;
	const char *wrong = request_parse(line, end - line, &request);

	if (wrong)
		client_refuse(reader, wrong);
	else if (request.kind == REQUEST_LIST)
		client_list(reader);
	else if (request.kind == REQUEST_SET)
		client_set(reader, &request.set);
	else
		client_attach(reader, &request, end + 1, bytes - (end + 1 - line));
}

void client_take_request(struct reader *reader)
{
	char *line = reader->line ? reader->line : malloc(REQUEST_BYTES), *end;
	ssize_t bytes = -1;

	reader->line = line;
	errno = ENOMEM;
	if (line)
		bytes = read(reader->entry.fd, line + reader->line_bytes,
			     REQUEST_BYTES - reader->line_bytes);
	if (bytes <= 0) {
		if (!bytes || (errno != EAGAIN && errno != EINTR))
			reader_close(reader);
		return;
	}
	reader->line_bytes += bytes;
	end = memchr(line, '\n', reader->line_bytes);
	if (!end && reader->line_bytes < REQUEST_BYTES)
		return;
	/* The reader may be gone behind its answer; the line is ours now. */
	reader->line = NULL;
	if (end)
		client_obey(reader, line, end, reader->line_bytes);
	else
		client_refuse(reader, "the request is longer than a line may be");
	free(line);
}

static void client_accept(struct loop_entry *entry, uint32_t events)
{
	int fd = accept4(entry->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)events;
	if (fd < 0)
		return;
	if (nr_clients >= MOST_CLIENTS || !reader_create(fd)) {
		close(fd);
		return;
	}
	client_count(1);
}

int client_listen(const char *path)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		goto out;
	}
	strcpy(address.sun_path, path);
	unlink(path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || chmod(path, 0600) ||
	    listen(fd, 64) || loop_add(&listener, fd, EPOLLIN, client_accept))
		goto out;
	return 0;
out:
	close(fd);
	return -1;
}

void client_close_socket(void)
{
	if (listener.fd >= 0)
		unlink(address.sun_path);
}
