/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests put together, replies taken apart. */
#include "libstore/store_link.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libstore/store_pipe.h"

struct store_link {
	struct store_wire *wire;
	/* Of the request under way; a command or a daemon has few links. */
	struct store_message message;
};

/* A piece of a request: text with its zero byte, or bytes. */
struct piece {
	const void *bytes;
	size_t length;
};

#define TEXT(text)                       \
	{                                \
		(text), strlen(text) + 1 \
	}
#define ASK(link, type, transaction, ...)                                      \
	link_ask(link, type, transaction, (const struct piece[]){__VA_ARGS__}, \
		 sizeof((const struct piece[]){__VA_ARGS__}) / sizeof(struct piece))

struct store_link *store_link_open(void)
{
	struct store_link *link = calloc(1, sizeof(*link));

	if (!link)
		return NULL;
	link->wire = store_wire_open();
	if (link->wire)
		return link;
	free(link);
	return NULL;
}

void store_link_close(struct store_link *link)
{
	if (!link)
		return;
	store_wire_close(link->wire);
	free(link);
}

int store_link_reconnect(struct store_link *link)
{
	return store_wire_reconnect(link->wire);
}

bool store_link_is_broken(const struct store_link *link)
{
	return store_wire_is_broken(link->wire);
}

int store_link_fd(struct store_link *link)
{
	return store_wire_fd(link->wire);
}

struct store_wire *store_link_wire(struct store_link *link)
{
	return link->wire;
}

int store_answer_error(const struct store_message *message)
{
	if (message->type != XS_ERROR)
		return 0;
	for (size_t i = 0; i < sizeof(xsd_errors) / sizeof(xsd_errors[0]); i++)
		if (!strcmp(xsd_errors[i].errstring, message->text))
			return xsd_errors[i].errnum;
	return EINVAL;
}

/* The reply is in link->message. */
static int link_ask(struct store_link *link, uint32_t type, uint32_t transaction,
		    const struct piece *pieces, size_t count)
{
	char request[sizeof(struct xsd_sockmsg) + XENSTORE_PAYLOAD_MAX];
	struct xsd_sockmsg header = {.type = type, .tx_id = transaction};
	char *payload = request + sizeof(header);
	int error;

	for (size_t i = 0; i < count; i++) {
		if (pieces[i].length > XENSTORE_PAYLOAD_MAX - header.len) {
			errno = E2BIG;
			return -1;
		}
		memcpy(payload + header.len, pieces[i].bytes, pieces[i].length);
		header.len += (uint32_t)pieces[i].length;
	}
	memcpy(request, &header, sizeof(header));
	if (store_wire_send(link->wire, request, sizeof(header) + header.len) ||
	    store_wire_receive(link->wire, &link->message))
		return -1;
	error = store_answer_error(&link->message);
	if (!error)
		return 0;
	errno = error;
	return -1;
}

char *store_link_read(struct store_link *link, uint32_t transaction, const char *path,
		      size_t *length)
{
	char *text;

	if (ASK(link, XS_READ, transaction, TEXT(path)))
		return NULL;
	text = malloc(link->message.length + 1);
	if (!text)
		return NULL;
	memcpy(text, link->message.text, link->message.length + 1);
	if (length)
		*length = link->message.length;
	return text;
}

/* Pointers before the names, in one block; text holds names, each ended by a zero byte. */
static char **link_split(const char *text, size_t length, unsigned int *count)
{
	unsigned int nr = 0;
	char **names, *to;

	for (size_t i = 0; i < length; i++)
		nr += !text[i];
	names = malloc(nr * sizeof(*names) + length + 1);
	if (!names)
		return NULL;
	to = (char *)(names + nr);
	memcpy(to, text, length);
	for (unsigned int i = 0; i < nr; i++) {
		names[i] = to;
		to += strlen(to) + 1;
	}
	*count = nr;
	return names;
}

/* Names of a node with more than a message holds. */
struct parts {
	char *text, generation[32];
	size_t length;
};

/* 1: there is more; 0: all; -1. Begins anew when the names changed on the way. */
static int link_take_part(struct store_link *link, struct parts *parts)
{
	const struct store_message *message = &link->message;
	size_t head = strlen(message->text) + 1, bytes;
	bool is_last;
	char *larger;

	if (head > message->length || head > sizeof(parts->generation)) {
		errno = EPROTO;
		return -1;
	}
	if (parts->length && strcmp(parts->generation, message->text)) {
		parts->length = 0;
		return 1;
	}
	memcpy(parts->generation, message->text, head);
	bytes = message->length - head;
	/* The last part ends with one empty name. */
	is_last = bytes && !message->text[message->length - 1] &&
		  (bytes == 1 || !message->text[message->length - 2]);
	bytes -= is_last;
	larger = realloc(parts->text, parts->length + bytes + 1);
	if (!larger)
		return -1;
	parts->text = larger;
	memcpy(larger + parts->length, message->text + head, bytes);
	parts->length += bytes;
	return !is_last && bytes;
}

static char **link_list_parts(struct store_link *link, uint32_t transaction, const char *path,
			      unsigned int *count)
{
	struct parts parts = {0};
	char **names = NULL;
	char offset[16];
	int ret;

	do {
		snprintf(offset, sizeof(offset), "%zu", parts.length);
		ret = ASK(link, XS_DIRECTORY_PART, transaction, TEXT(path), TEXT(offset));
		if (!ret)
			ret = link_take_part(link, &parts);
	} while (ret > 0);
	if (!ret)
		names = link_split(parts.text ? parts.text : "", parts.length, count);
	free(parts.text);
	return names;
}

char **store_link_list(struct store_link *link, uint32_t transaction, const char *path,
		       unsigned int *count)
{
	*count = 0;
	if (!ASK(link, XS_DIRECTORY, transaction, TEXT(path)))
		return link_split(link->message.text, link->message.length, count);
	return errno == E2BIG ? link_list_parts(link, transaction, path, count) : NULL;
}

int store_link_write(struct store_link *link, uint32_t transaction, const char *path,
		     const void *bytes, size_t length)
{
	return ASK(link, XS_WRITE, transaction, TEXT(path), {bytes, length});
}

int store_link_make(struct store_link *link, uint32_t transaction, const char *path)
{
	return ASK(link, XS_MKDIR, transaction, TEXT(path));
}

int store_link_remove(struct store_link *link, uint32_t transaction, const char *path)
{
	return ASK(link, XS_RM, transaction, TEXT(path));
}

int store_link_set_permissions(struct store_link *link, uint32_t transaction, const char *path,
			       const char *permissions, size_t length)
{
	return ASK(link, XS_SET_PERMS, transaction, TEXT(path), {permissions, length});
}

int store_link_begin_transaction(struct store_link *link, uint32_t *transaction)
{
	if (ASK(link, XS_TRANSACTION_START, 0, TEXT("")))
		return -1;
	*transaction = (uint32_t)strtoul(link->message.text, NULL, 10);
	return 0;
}

int store_link_end_transaction(struct store_link *link, uint32_t transaction, bool commit)
{
	return ASK(link, XS_TRANSACTION_END, transaction, TEXT(commit ? "T" : "F"));
}

int store_link_watch(struct store_link *link, const char *path, const char *token,
		     const char *depth)
{
	if (depth)
		return ASK(link, XS_WATCH, 0, TEXT(path), TEXT(token), TEXT(depth));
	return ASK(link, XS_WATCH, 0, TEXT(path), TEXT(token));
}

int store_link_unwatch(struct store_link *link, const char *path, const char *token)
{
	return ASK(link, XS_UNWATCH, 0, TEXT(path), TEXT(token));
}

/* As much as fits: no path or token of ours is longer. */
static void link_copy(char *to, size_t bytes, const char *text)
{
	size_t length = strnlen(text, bytes - 1);

	memcpy(to, text, length);
	to[length] = '\0';
}

int store_link_next_event(struct store_link *link, struct store_event *event)
{
	int ret = store_wire_next_event(link->wire, &link->message);
	const char *token = link->message.text;

	if (ret <= 0)
		return ret;
	token += strlen(token);
	if (token < link->message.text + link->message.length)
		token++;
	link_copy(event->path, sizeof(event->path), link->message.text);
	link_copy(event->token, sizeof(event->token), token);
	return 1;
}

int store_link_introduce(struct store_link *link, uint32_t domid, uint64_t frame, uint32_t port)
{
	char id[16], ring[24], channel[16];

	snprintf(id, sizeof(id), "%u", domid);
	snprintf(ring, sizeof(ring), "%llu", (unsigned long long)frame);
	snprintf(channel, sizeof(channel), "%u", port);
	return ASK(link, XS_INTRODUCE, 0, TEXT(id), TEXT(ring), TEXT(channel));
}

int store_link_release(struct store_link *link, uint32_t domid)
{
	char id[16];

	snprintf(id, sizeof(id), "%u", domid);
	return ASK(link, XS_RELEASE, 0, TEXT(id));
}
