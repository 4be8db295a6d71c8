/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's state: the store, the watches, all connections and domains, and the turns in which
 * connections are served.
 *
 * A turn serves each connection that may have requests a few of them, so that none can keep the
 * others waiting, then sends what was queued. Nothing here blocks or knows of files; what does is
 * in loop.c, socket.c and domain.c.
 */
#ifndef XENSTORED_SERVER_H
#define XENSTORED_SERVER_H

#include "xenstored/hypervisor_side.h"
#include "xenstored/log.h"
#include "xenstored/watch.h"

#define SERVER_BUDGET 8	    /* requests of one connection in a turn */
#define SERVER_CREDIT 5	    /* conflicts that a guest may cause in a row */
#define SERVER_CREDIT_MS 50 /* after which it may cause one more */

struct domain;
struct journal;
struct slots;
TAILQ_HEAD(connection_list, connection);
LIST_HEAD(domain_list, domain);

/* What a live update was told so far, and whom to answer. */
struct update_plan {
	char *binary;
	char *command_line; /* NULL: that of this process */
	bool is_running;
	bool is_due;
	uint32_t connection_id;
	struct xsd_sockmsg header;
};

struct server {
	struct store store;
	struct watches watches;
	struct connection_list connections, ready, unsent, paused;
	uint32_t nr_ready;
	uint32_t last_connection_id;
	struct domain_list domains;
	struct table domains_by_id, domains_by_port;
	struct hypervisor *hypervisor; /* NULL: local sockets only */
	struct journal *journal;       /* NULL: a crash loses the store */
	struct slots *slots;	       /* of rings; NULL: they do not outlive the process */
	struct update_plan update;
	uint64_t nr_commits, nr_conflicts;
	int epoll_fd, listen_fd;
	int exception_port; /* where the ends of domains are told, negative: nowhere */
	bool is_stopping;
};

/* Makes an empty store with nobody connected; -ENOMEM. */
int server_init(struct server *server);

/* Ends all; every connection has to be gone. */
void server_fini(struct server *server);

/* The connection may have requests: it is served in the next turn. */
void server_mark_ready(struct connection *connection);

/* It has none, or is going away. */
void server_unmark_ready(struct connection *connection);

/* Serves everybody once; true if somebody is to be served again at once. */
bool server_turn(struct server *server);

/* A guest's change made another's transaction fail: one that keeps doing so is not served for some
 * time. */
void server_blame(struct server *server, struct connection *connection);

/* Tells of a special event: of a domain's coming or going. */
void server_tell_special(struct server *server, enum special special, uint16_t domid);

#endif
