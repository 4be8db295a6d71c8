/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One socket, one buffer for what it brings, a queue of events that came between replies. */
#include "libstore/store_wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define DEFAULT_PATH "/var/run/xenstored/socket" /* where libxenstore looks */
#define HEADER_BYTES sizeof(struct xsd_sockmsg)

struct queued {
	struct queued *next;
	size_t length;
	char text[];
};

struct store_wire {
	int fd;
	/* Made when somebody waits: of the socket, and of an eventfd that is readable while events are
	 * in the queue. */
	int epoll, signal;
	bool is_broken;
	struct queued *first, **last;
	size_t begin, end; /* of what has arrived and is not taken */
	char bytes[HEADER_BYTES + XENSTORE_PAYLOAD_MAX];
};

const char *store_wire_path(void)
{
	const char *path = getenv("XENSTORED_PATH");

	return path ? path : DEFAULT_PATH;
}

static int wire_break(struct store_wire *wire, int error)
{
	wire->is_broken = true;
	errno = error;
	return -1;
}

static int wire_connect(struct store_wire *wire)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *path = store_wire_path();

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(address.sun_path, path);
	wire->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (wire->fd < 0)
		return -1;
	return connect(wire->fd, (struct sockaddr *)&address, sizeof(address));
}

static void wire_close(int fd)
{
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
}

static void wire_drop_events(struct store_wire *wire)
{
	struct queued *queued;

	while ((queued = wire->first)) {
		wire->first = queued->next;
		free(queued);
	}
	wire->last = &wire->first;
}

struct store_wire *store_wire_open(void)
{
	struct store_wire *wire = calloc(1, sizeof(*wire));

	if (!wire)
		return NULL;
	wire->fd = wire->epoll = wire->signal = -1;
	wire->last = &wire->first;
	if (!wire_connect(wire))
		return wire;
	store_wire_close(wire);
	return NULL;
}

void store_wire_close(struct store_wire *wire)
{
	int error = errno;

	if (!wire)
		return;
	wire_drop_events(wire);
	wire_close(wire->epoll);
	wire_close(wire->signal);
	wire_close(wire->fd);
	free(wire);
	errno = error;
}

static int wire_wait_on(struct store_wire *wire, int fd)
{
	struct epoll_event event = {.events = EPOLLIN};

	return epoll_ctl(wire->epoll, EPOLL_CTL_ADD, fd, &event);
}

static void wire_clear_signal(struct store_wire *wire)
{
	uint64_t count;

	if (wire->signal >= 0 && !wire->first)
		(void)!read(wire->signal, &count, sizeof(count));
}

int store_wire_reconnect(struct store_wire *wire)
{
	wire_close(wire->fd);
	wire_drop_events(wire);
	wire_clear_signal(wire);
	wire->begin = wire->end = 0;
	wire->is_broken = true;
	if (wire_connect(wire) || (wire->epoll >= 0 && wire_wait_on(wire, wire->fd)))
		return -1;
	wire->is_broken = false;
	return 0;
}

bool store_wire_is_broken(const struct store_wire *wire)
{
	return wire->is_broken;
}

int store_wire_fd(struct store_wire *wire)
{
	int epoll, signal;

	if (wire->epoll >= 0)
		return wire->epoll;
	epoll = wire->epoll = epoll_create1(EPOLL_CLOEXEC);
	signal = wire->signal = eventfd(wire->first != NULL, EFD_CLOEXEC | EFD_NONBLOCK);
	if (epoll >= 0 && signal >= 0 && !wire_wait_on(wire, signal) &&
	    !wire_wait_on(wire, wire->fd))
		return epoll;
	wire_close(epoll);
	wire_close(signal);
	wire->epoll = wire->signal = -1;
	return -1;
}

int store_wire_send(struct store_wire *wire, const void *bytes, size_t length)
{
	const char *at = bytes;

	if (wire->is_broken)
		return wire_break(wire, ECONNRESET);
	while (length) {
		ssize_t sent = send(wire->fd, at, length, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return wire_break(wire, errno == EPIPE ? ECONNRESET : errno);
		at += sent;
		length -= (size_t)sent;
	}
	return 0;
}

/* Takes the first message if all of it has arrived: 1, else 0. */
static int wire_take(struct store_wire *wire, struct store_message *message)
{
	size_t present = wire->end - wire->begin;
	const char *at = wire->bytes + wire->begin;
	struct xsd_sockmsg header;

	if (present < HEADER_BYTES)
		return 0;
	memcpy(&header, at, HEADER_BYTES);
	if (header.len > XENSTORE_PAYLOAD_MAX)
		return wire_break(wire, EPROTO);
	if (present - HEADER_BYTES < header.len)
		return 0;
	message->type = header.type;
	message->length = header.len;
	memcpy(message->text, at + HEADER_BYTES, header.len);
	message->text[header.len] = '\0';
	wire->begin += HEADER_BYTES + header.len;
	return 1;
}

/* More of what has arrived: 1; 0 when there is nothing and flags say not to wait. */
static int wire_fill(struct store_wire *wire, int flags)
{
	ssize_t got;

	if (wire->is_broken)
		return wire_break(wire, ECONNRESET);
	memmove(wire->bytes, wire->bytes + wire->begin, wire->end - wire->begin);
	wire->end -= wire->begin;
	wire->begin = 0;
	do
		got = recv(wire->fd, wire->bytes + wire->end, sizeof(wire->bytes) - wire->end,
			   flags);
	while (got < 0 && errno == EINTR);
	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	if (got <= 0)
		return wire_break(wire, got ? errno : ECONNRESET);
	wire->end += (size_t)got;
	return 1;
}

static int wire_queue_event(struct store_wire *wire, const struct store_message *message)
{
	struct queued *queued = malloc(sizeof(*queued) + message->length + 1);
	uint64_t one = 1;

	if (!queued)
		return wire_break(wire, ENOMEM);
	if (wire->signal >= 0 && !wire->first)
		(void)!write(wire->signal, &one, sizeof(one));
	queued->next = NULL;
	queued->length = message->length;
	memcpy(queued->text, message->text, message->length + 1);
	*wire->last = queued;
	wire->last = &queued->next;
	return 0;
}

/* Events that have arrived behind a reply: nothing else would tell of them. */
static int wire_queue_arrived(struct store_wire *wire)
{
	struct store_message message;
	struct xsd_sockmsg header;

	while (wire->end - wire->begin >= HEADER_BYTES) {
		memcpy(&header, wire->bytes + wire->begin, HEADER_BYTES);
		if (header.type != XS_WATCH_EVENT || wire_take(wire, &message) <= 0)
			return 0;
		if (wire_queue_event(wire, &message))
			return -1;
	}
	return 0;
}

int store_wire_receive(struct store_wire *wire, struct store_message *message)
{
	int ret;

	for (;;) {
		while (!(ret = wire_take(wire, message)))
			if (wire_fill(wire, 0) < 0)
				return -1;
		if (ret < 0)
			return -1;
		if (message->type != XS_WATCH_EVENT)
			return wire_queue_arrived(wire);
		if (wire_queue_event(wire, message))
			return -1;
	}
}

static void wire_take_queued(struct store_wire *wire, struct store_message *message)
{
	struct queued *queued = wire->first;

	message->type = XS_WATCH_EVENT;
	message->length = queued->length;
	memcpy(message->text, queued->text, queued->length + 1);
	wire->first = queued->next;
	if (!wire->first)
		wire->last = &wire->first;
	free(queued);
	wire_clear_signal(wire);
}

int store_wire_next_event(struct store_wire *wire, struct store_message *message)
{
	int ret;

	if (wire->first) {
		wire_take_queued(wire, message);
		return 1;
	}
	while (!(ret = wire_take(wire, message))) {
		ret = wire_fill(wire, MSG_DONTWAIT);
		if (ret <= 0)
			return ret;
	}
	if (ret > 0 && message->type != XS_WATCH_EVENT)
		return wire_break(wire, EPROTO);
	return ret;
}
