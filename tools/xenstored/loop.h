/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one epoll loop: sources of events, each a descriptor with a handler.
 */
#ifndef XENSTORED_LOOP_H
#define XENSTORED_LOOP_H

#include "xenstored/server.h"

struct source {
	int fd;
	void (*handle)(struct server *server, struct source *source, uint32_t events);
};

/* Adds a source that waits for the events (EPOLLIN ...); -errno. */
int loop_add(struct server *server, struct source *source, uint32_t events);

/* Changes what it waits for. */
void loop_change(struct server *server, struct source *source, uint32_t events);

/* Removes a source; its descriptor stays open. */
void loop_remove(struct server *server, struct source *source);

/* Makes the epoll descriptor; -errno. */
int loop_init(struct server *server);

/* Serves until server->is_stopping. */
void loop_run(struct server *server);

#endif
