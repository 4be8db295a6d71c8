/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libstore's wires to the stand-in xenstored: requests are handled as they are sent. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "fake_xenstore_wire.h"

#define MAX_WATCHES 256
#define MAX_EVENTS 4096
#define MAX_HANDLES 8
/* Replies that nobody has taken yet. */
#define MAX_REPLIES 1024

struct store_wire {
	bool is_open;
	int fd;
	struct {
		char path[256], token[64];
	} watches[MAX_WATCHES];
	size_t nr_watches;
	struct {
		char path[256], token[64];
	} events[MAX_EVENTS];
	size_t first, last;
	struct store_message *replies[MAX_REPLIES];
	size_t first_reply, last_reply;
};

static struct store_wire handles[MAX_HANDLES];

static bool is_below(const char *path, const char *parent)
{
	size_t length = strlen(parent);

	return strncmp(path, parent, length) == 0 && (!path[length] || path[length] == '/');
}

static void queue_event(struct store_wire *h, const char *path, const char *token)
{
	uint64_t one = 1;

	if (h->last == MAX_EVENTS)
		abort();
	snprintf(h->events[h->last].path, sizeof(h->events[0].path), "%s", path);
	snprintf(h->events[h->last++].token, sizeof(h->events[0].token), "%s", token);
	if (write(h->fd, &one, sizeof(one)) < 0)
		abort();
}

void fake_fire(const char *path)
{
	for (size_t i = 0; i < MAX_HANDLES; i++)
		for (size_t j = 0; handles[i].is_open && j < handles[i].nr_watches; j++)
			if (is_below(path, handles[i].watches[j].path) ||
			    is_below(handles[i].watches[j].path, path))
				queue_event(&handles[i], path, handles[i].watches[j].token);
}

void fake_reply(struct store_wire *wire, uint32_t type, const void *bytes, size_t length)
{
	struct store_message *message = malloc(sizeof(*message));

	message->type = type;
	message->length = length;
	memcpy(message->text, bytes, length);
	message->text[length] = '\0';
	if (wire->last_reply == MAX_REPLIES)
		abort();
	wire->replies[wire->last_reply++] = message;
}

void fake_watch(struct store_wire *wire, const char *path, const char *token)
{
	if (wire->nr_watches == MAX_WATCHES)
		abort();
	snprintf(wire->watches[wire->nr_watches].path, sizeof(wire->watches[0].path), "%.255s",
		 path);
	snprintf(wire->watches[wire->nr_watches++].token, sizeof(wire->watches[0].token), "%.63s",
		 token);
	queue_event(wire, path, token);
	fake_agree(wire, XS_WATCH);
}

void fake_unwatch(struct store_wire *wire, const char *path, const char *token)
{
	for (size_t i = 0; i < wire->nr_watches; i++) {
		if (strcmp(wire->watches[i].path, path) != 0 ||
		    strcmp(wire->watches[i].token, token) != 0)
			continue;
		wire->watches[i] = wire->watches[--wire->nr_watches];
		fake_agree(wire, XS_UNWATCH);
		return;
	}
	fake_refuse(wire, "ENOENT");
}

/* What libstore calls */

const char *store_wire_path(void)
{
	return "/tmp/fake-xenstored.socket";
}

struct store_wire *store_wire_open(void)
{
	for (size_t i = 0; i < MAX_HANDLES; i++) {
		if (handles[i].is_open)
			continue;
		handles[i].is_open = true;
		handles[i].fd = eventfd(0, EFD_NONBLOCK);
		handles[i].nr_watches = handles[i].first = handles[i].last = 0;
		handles[i].first_reply = handles[i].last_reply = 0;
		return &handles[i];
	}
	errno = ECONNREFUSED;
	return NULL;
}

void store_wire_close(struct store_wire *wire)
{
	close(wire->fd);
	wire->is_open = false;
}

int store_wire_reconnect(struct store_wire *wire)
{
	return 0;
}

bool store_wire_is_broken(const struct store_wire *wire)
{
	return false;
}

int store_wire_fd(struct store_wire *wire)
{
	return wire->fd;
}

int store_wire_send(struct store_wire *wire, const void *bytes, size_t length)
{
	const char *at = bytes, *end = at + length;
	char payload[XENSTORE_PAYLOAD_MAX + 1];
	struct xsd_sockmsg header;

	while (at < end) {
		memcpy(&header, at, sizeof(header));
		memcpy(payload, at + sizeof(header), header.len);
		payload[header.len] = '\0';
		fake_handle(wire, header.type, payload, header.len);
		at += sizeof(header) + header.len;
	}
	return 0;
}

int store_wire_receive(struct store_wire *wire, struct store_message *message)
{
	if (wire->first_reply == wire->last_reply)
		abort();
	*message = *wire->replies[wire->first_reply];
	free(wire->replies[wire->first_reply++]);
	if (wire->first_reply == wire->last_reply)
		wire->first_reply = wire->last_reply = 0;
	return 0;
}

int store_wire_next_event(struct store_wire *wire, struct store_message *message)
{
	uint64_t value;
	size_t path_bytes, token_bytes;

	if (wire->first == wire->last) {
		wire->first = wire->last = 0;
		(void)!read(wire->fd, &value, sizeof(value));
		return 0;
	}
	path_bytes = strlen(wire->events[wire->first].path) + 1;
	token_bytes = strlen(wire->events[wire->first].token) + 1;
	message->type = XS_WATCH_EVENT;
	message->length = path_bytes + token_bytes;
	memcpy(message->text, wire->events[wire->first].path, path_bytes);
	memcpy(message->text + path_bytes, wire->events[wire->first++].token, token_bytes);
	return 1;
}
