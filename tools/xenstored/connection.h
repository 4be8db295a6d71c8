/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One client: what has arrived of its next request, what waits to be sent to it, its watches and
 * transactions. What carries the bytes (a socket, a ring) is behind a struct transport.
 *
 * No request is read while more than a few replies wait, so a client that does not read its replies
 * costs no memory. A message goes out whole or is continued where it stopped. A connection that
 * broke the protocol is cut: nothing of it is left but itself, until its transport closes it or the
 * guest asks for a new start.
 */
#ifndef XENSTORED_CONNECTION_H
#define XENSTORED_CONNECTION_H

#include <errno.h>
#include <stdint.h>
#include <sys/types.h>
#include <xen/io/xs_wire.h>

#include "xenstored/transaction.h"

#define MESSAGE_MAX (sizeof(struct xsd_sockmsg) + XENSTORE_PAYLOAD_MAX)

struct connection;
struct server;
struct watch;

struct transport {
	/* Bytes moved, 0 when none can be now, negative errno when none ever will. */
	ssize_t (*receive)(struct connection *connection, void *bytes, size_t len);
	ssize_t (*send)(struct connection *connection, const void *bytes, size_t len);
	/* Called once when the connection is cut; error is the ring's XENSTORE_ERROR_*. May free it
	 * later, not at once. */
	void (*cut)(struct connection *connection, uint32_t error);
	/* Called after some receiving and sending, once for all of it; may be NULL. */
	void (*settle)(struct connection *connection);
	bool tells_again; /* marks the connection ready as long as there is input */
	bool is_ring; /* outlives the daemon: bytes are taken for one request at a time, which is
			   * answered before the next one is taken */
	const char *name;
};

struct message {
	TAILQ_ENTRY(message) queue;
	TAILQ_ENTRY(message) of_watch;
	struct watch *watch; /* an event's, NULL for replies and when it is gone */
	bool is_event;
	uint32_t len;
	char bytes[];
};

TAILQ_HEAD(message_list, message);

struct connection {
	TAILQ_ENTRY(connection) all;
	TAILQ_ENTRY(connection) ready;
	TAILQ_ENTRY(connection) unsent;
	bool is_ready;	/* is on the list of those that may have requests */
	bool is_unsent; /* is on the list of those that something was queued for */
	bool is_cut;
	bool has_failed; /* a reply could not be sent: is cut after the request */
	struct server *server;
	const struct transport *transport;
	struct subject subject;
	struct account *account;
	uint32_t id;
	struct message_list out;
	uint32_t out_sent; /* bytes of the first message that are gone */
	uint32_t nr_replies, nr_events, nr_overflown;
	char *in; /* MESSAGE_MAX + 1 bytes while anything is there */
	uint32_t in_len;
	TAILQ_HEAD(watch_list, watch) watches;
	struct transaction_list transactions;
	uint32_t last_transaction_id;
	uint64_t nr_requests;
	uint32_t credit; /* conflicts that it may still cause, see server_blame() */
	uint64_t credit_ms;
	bool is_paused;
	TAILQ_ENTRY(connection) paused;
};

/* Makes a zeroed connection usable; takes a reference to the account. */
void connection_init(struct connection *connection, struct server *server,
		     const struct transport *transport, struct account *account);

/* Drops all that a connection has: watches, transactions, messages, half a request. It can go on
 * with a fresh start. */
void connection_reset(struct connection *connection);

/* The end of a connection; the owner frees its memory. */
void connection_fini(struct connection *connection);

/* Cuts it: error is one of XENSTORE_ERROR_*. */
void connection_cut(struct connection *connection, uint32_t error);

/* Fetches until a request is whole. 1: it is at connection->in; 0: not yet; negative: was cut. */
int connection_fetch(struct connection *connection);

/* The request at connection->in is done with. */
void connection_consume(struct connection *connection);

/* Sends or queues a reply. */
void connection_reply(struct connection *connection, const struct xsd_sockmsg *header,
		      const void *payload);

/* A message for the queue, not yet in it; NULL without memory. */
struct message *message_create(const struct xsd_sockmsg *header, const void *payload);

/* Queues a message that the connection takes over. */
void connection_queue(struct connection *connection, struct message *message);

/* Takes a message that nothing was sent of out of the queue and frees it; false if it is partly
 * sent: then it stays. */
bool connection_unqueue(struct connection *connection, struct message *message);

/* Sends what waits, as far as it goes. */
void connection_flush(struct connection *connection);

/* Lets the transport tell the other side of what was moved. */
void connection_settle(struct connection *connection);

/* May another request be read? */
bool connection_has_room(const struct connection *connection);

#endif
