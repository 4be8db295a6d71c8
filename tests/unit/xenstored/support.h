/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A server without a loop, and clients that talk to it by whole messages: a local one with a memory
 * buffer, guests with rings of the fake hypervisor.
 */
#ifndef XENSTORED_SUPPORT_H
#define XENSTORED_SUPPORT_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_hypervisor.h"
#include "xenstored/domain.h"
#include "xenstored/request.h"

/* A local, privileged client. */
struct local {
	struct connection connection;
	char to[65536], from[65536];
	size_t to_len, to_at, from_len, from_room;
};

struct reply {
	struct xsd_sockmsg header;
	char payload[XENSTORE_PAYLOAD_MAX + 1]; /* a NUL behind it */
};

extern struct server server;
extern struct local local, other;

/* cmocka's set-up and tear-down: a server with two local clients; checks that nothing is left. */
int support_setup(void **state);
int support_teardown(void **state);

/* Connects a local client to the server. */
void support_start_local(struct local *client);

/* Takes turns until nothing is to be done. */
void support_run(void);

/* Sends a request; payload is len bytes. */
void local_send(struct local *client, uint32_t type, uint32_t transaction, const void *payload,
		size_t len);

/* Takes the next message that arrived; false if there is none. */
bool local_receive(struct local *client, struct reply *reply);

/* Sends and runs and gives the answer, which must be the next message. */
const struct reply *local_ask(struct local *client, uint32_t type, uint32_t transaction,
			      const void *payload, size_t len);

/* The same for string constants, the last NUL not counted: "path\0value". */
#define ask(client, type, transaction, text) \
	local_ask(client, type, transaction, text, sizeof(text) - 1)

/* Asserts a plain OK, an error, a text. */
#define expect_ok(reply) assert_string_equal((reply)->payload, "OK")
void expect_error(const struct reply *reply, const char *name);
void expect_text(const struct reply *reply, const char *text);

/* The next message is a watch event with these. */
void expect_event(struct local *client, const char *path, const char *token);
void expect_nothing(struct local *client);

/* A transaction's number. */
uint32_t start_transaction(struct local *client);

/* A guest that was introduced; requests over its ring. */
void guest_start(uint16_t domid);
void guest_send(uint16_t domid, uint32_t type, uint32_t transaction, const void *payload,
		size_t len);
bool guest_receive(uint16_t domid, struct reply *reply);
const struct reply *guest_ask_bytes(uint16_t domid, uint32_t type, uint32_t transaction,
				    const void *payload, size_t len);
#define guest_ask(domid, type, transaction, text) \
	guest_ask_bytes(domid, type, transaction, text, sizeof(text) - 1)

#endif
