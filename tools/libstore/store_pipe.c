/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests sent together, answers read in their order. */
#include "libstore/store_pipe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Sent before their answers are read: both fit in the socket's buffers, so neither end waits for
 * the other. */
#define STEP_BYTES 16384
#define FIRST_ROOM 4096

struct store_pipe {
	struct store_link *link;
	int error; /* of collecting */
	char *bytes;
	size_t length, room;
};

struct store_pipe *store_pipe_open(struct store_link *link)
{
	struct store_pipe *pipe = calloc(1, sizeof(*pipe));

	if (pipe)
		pipe->link = link;
	return pipe;
}

void store_pipe_close(struct store_pipe *pipe)
{
	int error = errno;

	if (!pipe)
		return;
	free(pipe->bytes);
	free(pipe);
	errno = error;
}

static int pipe_make_room(struct store_pipe *pipe, size_t more)
{
	size_t room = pipe->room ? pipe->room : FIRST_ROOM;
	char *bytes;

	while (room - pipe->length < more)
		room *= 2;
	if (room == pipe->room)
		return 0;
	bytes = realloc(pipe->bytes, room);
	if (!bytes)
		return -1;
	pipe->bytes = bytes;
	pipe->room = room;
	return 0;
}

void store_pipe_add(struct store_pipe *pipe, enum xsd_sockmsg_type type, uint32_t transaction,
		    const char *path, const void *bytes, size_t length)
{
	size_t path_length = strlen(path) + 1;
	struct xsd_sockmsg head = {
		.type = type, .tx_id = transaction, .len = (uint32_t)(path_length + length)};

	if (path_length + length > XENSTORE_PAYLOAD_MAX) {
		pipe->error = E2BIG;
		return;
	}
	if (pipe_make_room(pipe, sizeof(head) + head.len)) {
		pipe->error = ENOMEM;
		return;
	}
	memcpy(pipe->bytes + pipe->length, &head, sizeof(head));
	memcpy(pipe->bytes + pipe->length + sizeof(head), path, path_length);
	if (length)
		memcpy(pipe->bytes + pipe->length + sizeof(head) + path_length, bytes, length);
	pipe->length += sizeof(head) + head.len;
}

/* The end of as many requests from one on as fit in a step, at least one. */
static size_t step_end(const struct store_pipe *pipe, size_t from, size_t *requests)
{
	size_t to = from;

	*requests = 0;
	while (to < pipe->length) {
		struct xsd_sockmsg head;

		memcpy(&head, pipe->bytes + to, sizeof(head));
		if (*requests && to + sizeof(head) + head.len - from > STEP_BYTES)
			break;
		to += sizeof(head) + head.len;
		++*requests;
	}
	return to;
}

static int pipe_exchange_all(struct store_pipe *pipe,
			     void (*heard)(size_t index, const struct store_message *answer,
					   void *context),
			     void *context)
{
	struct store_wire *wire = store_link_wire(pipe->link);
	struct store_message answer;
	size_t index = 0, requests, to;

	for (size_t from = 0; from < pipe->length; from = to) {
		to = step_end(pipe, from, &requests);
		if (store_wire_send(wire, pipe->bytes + from, to - from))
			return -1;
		while (requests--) {
			if (store_wire_receive(wire, &answer))
				return -1;
			heard(index++, &answer, context);
		}
	}
	return 0;
}

int store_pipe_exchange(struct store_pipe *pipe,
			void (*heard)(size_t index, const struct store_message *answer,
				      void *context),
			void *context)
{
	int ret = -1;

	if (pipe->error)
		errno = pipe->error;
	else
		ret = pipe_exchange_all(pipe, heard, context);
	pipe->length = 0;
	pipe->error = 0;
	return ret;
}
