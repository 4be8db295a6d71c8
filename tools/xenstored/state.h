/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's state as bytes, for a live update and for the journal: records of a type and a
 * length, in native byte order, described in docs/design/xenstored.md. Read with every length
 * checked, and an unknown record is an error. A live update's state is whole or not at all; a
 * journal's records each change what is there already (state_write.h writes them).
 */
#ifndef XENSTORED_STATE_H
#define XENSTORED_STATE_H

#include "xenstored/server.h"

#define STATE_MAGIC "TRLXSTA1"
#define STATE_NO_WATCH UINT32_MAX

enum state_type {
	STATE_END,
	STATE_GLOBAL,
	STATE_NODE,
	STATE_SPECIAL,
	STATE_DOMAIN,
	STATE_CONNECTION,
	STATE_WATCH,
	STATE_MESSAGE,
	STATE_TRANSACTION,
	STATE_OVERLAY,
	STATE_QUOTA,
	/* Of a journal only. */
	STATE_REMOVAL,
	STATE_FORGET,
	STATE_GONE,
	STATE_UNWATCH,
	STATE_TRANSACTION_END,
	STATE_DONE,
	NR_STATE_TYPES
};

struct state_record {
	uint32_t type;
	uint32_t len; /* of what follows, a multiple of 8 */
};

struct state_global {
	uint64_t generation, nr_commits, nr_conflicts;
	int32_t listen_fd, event_fd, exception_port;
	uint32_t last_connection_id;
};

/* Followed by the path, permissions, and the value. */
struct state_node {
	uint64_t generation, children_generation;
	uint32_t path_len, nr_permissions, value_len;
	uint32_t has_value;
};

struct state_special {
	uint32_t special, nr_permissions;
};

struct state_domain {
	uint16_t domid, target;
	uint32_t features, remote_port;
	int32_t port;
	uint8_t is_introduced, is_shut_down, is_dying, is_cut;
};

/* Followed by the bytes of an unfinished request. Belongs to a domain if domid is not 0 or is_ring
 * is set; else fd is its socket. */
struct state_connection {
	uint64_t nr_requests;
	uint32_t id, domid, is_ring;
	int32_t fd;
	uint32_t in_len, out_sent, last_transaction_id;
	uint32_t unused;
};

/* The following ones belong to the connection before them. Followed by path and token. */
struct state_watch {
	uint32_t base_len, path_len, token_len;
	uint16_t depth, overflown;
};

/* Followed by the bytes; watch is the number of the connection's watch. */
struct state_message {
	uint32_t len, watch, is_event;
};

struct state_transaction {
	uint32_t id, nr_known, nr_created;
};

/* Belongs to the transaction before it. Followed by path, permissions, value. */
struct state_overlay {
	uint64_t seen_generation, seen_children, children_generation;
	uint32_t path_len, nr_permissions, value_len, paid_bytes;
	uint8_t has_value, known, observed, exists;
	uint8_t hides, asked, changed, has_fresh;
};

/* Followed by the quota's name with its NUL. domid -1: the global limit. */
struct state_quota {
	int64_t limit;
	int32_t domid;
	uint32_t name_len;
};

/* Followed by the path of a node that went away with all below it. */
struct state_removal {
	uint32_t path_len, unused;
};

/* A domain whose number means nothing any more in permissions, or that is not known any more. */
struct state_number {
	uint32_t domid, unused;
};

/* Followed by the reply to the request that ends at this index of the connection's ring. */
struct state_done {
	uint32_t consumer, len;
};

struct state_bytes {
	char *bytes;
	size_t len, room;
	bool has_failed; /* no memory */
};

/* How a restored connection gets its transport. */
struct state_hooks {
	/* The client on a socket, NULL when it cannot be. */
	struct connection *(*adopt_socket)(struct server *server, int fd);
	/* The connection of a domain with an inherited port, NULL when its ring is gone. */
	struct connection *(*adopt_domain)(struct server *server, const struct state_domain *saved);
	/* Descriptors of the listener and event channels; -errno. */
	int (*adopt_global)(struct server *server, const struct state_global *saved);
	/* The descriptor of a socket client. */
	int (*socket_fd)(const struct connection *connection);
};

/* Writes everything; the caller frees state->bytes. -ENOMEM. */
int state_save(const struct server *server, const struct state_hooks *hooks, int exception_port,
	       struct state_bytes *state);

/* Fills a server that was just made by server_init(); 0, or negative errno with the server in a
 * state that can only be ended. */
int state_restore(struct server *server, const struct state_hooks *hooks, const void *bytes,
		  size_t len);

/* Applies the records of one group of a journal; domains' rings are left to domain_resume_all().
 * 0, or negative errno at a record that is not right. */
int state_replay(struct server *server, const void *bytes, size_t len);

#endif
