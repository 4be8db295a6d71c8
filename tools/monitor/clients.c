/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions to the monitor: {"ping": true}, {"list": true}, {"stop": true}, one a line. An answer is
 * small and written at once; who does not read it loses the connection.
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "monitor/internal.h"

static void client_close(struct monitor *monitor, struct monitor_client *client)
{
	monitor_remove_source(monitor, &client->source);
	close(client->source.fd);
	free(client);
}

static json_t *answer_list(const struct monitor *monitor)
{
	json_t *array = json_array();

	for (const struct monitor_deed *deed = monitor->deeds; deed; deed = deed->next)
		json_array_append_new(array, json_pack("{s:i, s:i}", "domid", (int)deed->domid,
						       "pid", (int)deed->pid));
	return json_pack("{s:b, s:b, s:o}", "ok", 1, "store", monitor->store != NULL, "deeds",
			 array);
}

static json_t *answer(struct monitor *monitor, const char *line)
{
	json_t *question = json_loads(line, 0, NULL);
	json_t *reply;

	if (json_is_true(json_object_get(question, "list"))) {
		reply = answer_list(monitor);
	} else if (json_is_true(json_object_get(question, "ping"))) {
		reply = json_pack("{s:b}", "ok", 1);
	} else if (json_is_true(json_object_get(question, "stop"))) {
		monitor->is_stopping = true;
		reply = json_pack("{s:b}", "ok", 1);
	} else {
		reply = json_pack("{s:s}", "error", "this is no question to the monitor");
	}
	json_decref(question);
	return reply;
}

/* Whether all of it could be written. */
static bool client_answer(struct monitor *monitor, struct monitor_client *client, const char *line)
{
	json_t *reply = answer(monitor, line);
	char *text = json_dumps(reply, JSON_COMPACT);
	bool written = false;

	if (text) {
		size_t length = strlen(text);

		text[length] = '\n';
		written = send(client->source.fd, text, length + 1, MSG_NOSIGNAL | MSG_DONTWAIT) ==
			  (ssize_t)(length + 1);
	}
	free(text);
	json_decref(reply);
	return written;
}

/* Whether the connection goes on. */
static bool client_take_lines(struct monitor *monitor, struct monitor_client *client)
{
	char *newline;

	while ((newline = memchr(client->line, '\n', client->length))) {
		size_t taken = (size_t)(newline - client->line) + 1;

		*newline = '\0';
		if (!client_answer(monitor, client, client->line))
			return false;
		client->length -= taken;
		memmove(client->line, client->line + taken, client->length);
	}
	return client->length < sizeof(client->line);
}

static void client_handle(struct monitor *monitor, struct monitor_source *source)
{
	struct monitor_client *client = (struct monitor_client *)source;
	ssize_t got = read(source->fd, client->line + client->length,
			   sizeof(client->line) - client->length);

	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (got > 0)
		client->length += (size_t)got;
	if (got <= 0 || !client_take_lines(monitor, client))
		client_close(monitor, client);
}

void monitor_accept(struct monitor *monitor, struct monitor_source *source)
{
	int fd = accept4(source->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct monitor_client *client;

	if (fd < 0)
		return;
	client = alloc_zeroed(1, sizeof(*client));
	client->source = (struct monitor_source){fd, client_handle};
	if (monitor_add_source(monitor, &client->source)) {
		close(fd);
		free(client);
	}
}
