/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests sent together, answers read in their order. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "libdom/store_pipe.h"

#define SOCKET_PATH "/run/xenstored/socket"
/* Sent before their answers are read: both fit in the socket's buffers, so neither end waits for
 * the other. */
#define STEP_BYTES 16384

struct store_pipe {
	int fd;
	int error; /* of collecting */
	char *bytes;
	size_t length, room;
};

struct store_pipe *store_pipe_open(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = SOCKET_PATH};
	struct store_pipe *pipe = calloc(1, sizeof(*pipe));

	if (!pipe)
		return NULL;
	pipe->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (pipe->fd >= 0 && !connect(pipe->fd, (struct sockaddr *)&address, sizeof(address)))
		return pipe;
	store_pipe_close(pipe);
	return NULL;
}

void store_pipe_close(struct store_pipe *pipe)
{
	int error = errno;

	if (!pipe)
		return;
	if (pipe->fd >= 0)
		close(pipe->fd);
	free(pipe->bytes);
	free(pipe);
	errno = error;
}

static int pipe_make_room(struct store_pipe *pipe, size_t more)
{
	size_t room = pipe->room ? pipe->room : STEP_BYTES;
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

static int pipe_send(const struct store_pipe *pipe, const char *at, size_t length)
{
	while (length) {
		ssize_t sent = send(pipe->fd, at, length, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return -1;
		at += sent;
		length -= (size_t)sent;
	}
	return 0;
}

static int pipe_receive(const struct store_pipe *pipe, void *to, size_t length)
{
	char *at = to;

	while (length) {
		ssize_t got = recv(pipe->fd, at, length, MSG_WAITALL);

		if (got < 0 && errno == EINTR)
			continue;
		if (!got)
			errno = ECONNRESET;
		if (got <= 0)
			return -1;
		at += got;
		length -= (size_t)got;
	}
	return 0;
}

static int error_of(const char *text)
{
	for (size_t i = 0; i < sizeof(xsd_errors) / sizeof(xsd_errors[0]); i++)
		if (!strcmp(xsd_errors[i].errstring, text))
			return xsd_errors[i].errnum;
	return EINVAL;
}

static int pipe_hear(const struct store_pipe *pipe, struct store_answer *answer)
{
	struct xsd_sockmsg head;

	if (pipe_receive(pipe, &head, sizeof(head)))
		return -1;
	if (head.len > XENSTORE_PAYLOAD_MAX) {
		errno = EPROTO;
		return -1;
	}
	if (pipe_receive(pipe, answer->text, head.len))
		return -1;
	answer->length = head.len;
	answer->text[head.len] = '\0';
	answer->error = head.type == XS_ERROR ? error_of(answer->text) : 0;
	return 0;
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
			     void (*heard)(size_t index, const struct store_answer *answer,
					   void *context),
			     void *context)
{
	struct store_answer answer;
	size_t index = 0, requests, to;

	for (size_t from = 0; from < pipe->length; from = to) {
		to = step_end(pipe, from, &requests);
		if (pipe_send(pipe, pipe->bytes + from, to - from))
			return -1;
		while (requests--) {
			if (pipe_hear(pipe, &answer))
				return -1;
			heard(index++, &answer, context);
		}
	}
	return 0;
}

int store_pipe_exchange(struct store_pipe *pipe,
			void (*heard)(size_t index, const struct store_answer *answer,
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
