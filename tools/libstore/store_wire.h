/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages to and from xenstored over its socket, whole, in their order; events are kept apart from
 * replies. No thread: what arrives is read when somebody asks. A wire that broke stays so until it is
 * connected anew; every call on it fails at once. Used by one thread. Functions return 0, or -1 with
 * errno: ECONNRESET when the daemon has ended, EPROTO when it says what no daemon says.
 */
#ifndef LIBSTORE_STORE_WIRE_H
#define LIBSTORE_STORE_WIRE_H

/* Before xs_wire.h, which has the names of errors only then. */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xen/io/xs_wire.h>

struct store_wire;

/* The daemon's socket: XENSTORED_PATH of the environment, or where all expect it. */
const char *store_wire_path(void);

/* NULL with errno. */
struct store_wire *store_wire_open(void);
void store_wire_close(struct store_wire *wire);
/* Another connection in place of the one that is or was there; watches and transactions are gone,
 * events that wait are dropped. The descriptor stays the same. */
int store_wire_reconnect(struct store_wire *wire);
bool store_wire_is_broken(const struct store_wire *wire);

/* Readable when there may be an event, and when the daemon has ended; -1 with errno. */
int store_wire_fd(struct store_wire *wire);

/* Whole messages. */
int store_wire_send(struct store_wire *wire, const void *bytes, size_t length);

struct store_message {
	uint32_t type;
	size_t length;
	char text[XENSTORE_PAYLOAD_MAX + 1]; /* ended by a zero byte behind its length */
};

/* Waits for the next reply. */
int store_wire_receive(struct store_wire *wire, struct store_message *message);
/* 1: an event; 0: none now. Never waits. */
int store_wire_next_event(struct store_wire *wire, struct store_message *message);

#endif
