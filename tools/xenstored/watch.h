/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Watches: who wants to hear of changes below which path.
 *
 * All are in one table by the hash of their path; a change looks up each of its ancestors, so it
 * costs its depth and the watches that match. An event that waits already is not queued again. When
 * a connection has too many events waiting, or there is no memory, the watch is marked as overflown
 * instead, and one event with the watch's own path follows when there is room: no change goes
 * untold, and the memory for events is bounded.
 */
#ifndef XENSTORED_WATCH_H
#define XENSTORED_WATCH_H

#include "xenstored/connection.h"

#define WATCH_ANY_DEPTH UINT16_MAX

struct watch {
	struct table_link link;
	struct connection *connection;
	TAILQ_ENTRY(watch) of_connection;
	struct message_list pending; /* events that wait in the connection's queue */
	uint16_t base_len;	     /* bytes that a relative watch's events lose in front */
	uint16_t path_len;
	uint16_t token_len;
	uint16_t depth;
	bool overflown;
	char text[]; /* the absolute path and the token, each with its NUL */
};

struct watches {
	struct table table;
	uint32_t nr_watches;
};

/* Adds a watch and queues its first event. -EEXIST for a path and token that are there, -ENOMEM. */
int watch_add(struct watches *watches, struct connection *connection, const struct path *path,
	      const char *token, uint16_t depth);

/* The watch of a connection; NULL if there is none. */
struct watch *watch_find(const struct watches *watches, const struct connection *connection,
			 const struct path *path, const char *token);

/* Removes a watch, with those of its events that nothing was sent of. */
void watch_remove(struct watches *watches, struct watch *watch);

/* Removes all watches of a connection. */
void watch_remove_all(struct watches *watches, struct connection *connection);

/* Queues an event for all watches that a change concerns. */
void watch_fire(struct watches *watches, const struct change *change);

/* Queues an event for one watch, with an absolute path. */
void watch_tell(struct watch *watch, const char *path);

/* Room in the connection's queue: tells of what had overflown. */
void watch_catch_up(struct connection *connection);

#endif
