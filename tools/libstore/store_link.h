/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection to the store, one function a request of the protocol. transaction is 0 where there is
 * none. Functions return 0, or -1 with errno: the store's, or that of the connection (ECONNRESET when
 * xenstored has ended: store_link_is_broken() from then on). Used by one thread.
 */
#ifndef LIBSTORE_STORE_LINK_H
#define LIBSTORE_STORE_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libstore/store_wire.h"

struct store_link;

/* NULL with errno. */
struct store_link *store_link_open(void);
void store_link_close(struct store_link *link);
/* After xenstored ended: connects to the next one, if it listens yet. Watches are gone. */
int store_link_reconnect(struct store_link *link);
bool store_link_is_broken(const struct store_link *link);
/* Readable when there may be an event, or the end; -1 with errno. */
int store_link_fd(struct store_link *link);
/* For the sources of this folder. */
struct store_wire *store_link_wire(struct store_link *link);

/* malloc'd, ended by a zero byte behind its length (which may be asked for). */
char *store_link_read(struct store_link *link, uint32_t transaction, const char *path,
		      size_t *length);
/* Names below a node: one malloc'd block for free(). */
char **store_link_list(struct store_link *link, uint32_t transaction, const char *path,
		       unsigned int *count);
int store_link_write(struct store_link *link, uint32_t transaction, const char *path,
		     const void *bytes, size_t length);
int store_link_make(struct store_link *link, uint32_t transaction, const char *path);
int store_link_remove(struct store_link *link, uint32_t transaction, const char *path);
/* "n7\0r3\0": as the protocol has them, each ended by a zero byte. */
int store_link_set_permissions(struct store_link *link, uint32_t transaction, const char *path,
			       const char *permissions, size_t length);

int store_link_begin_transaction(struct store_link *link, uint32_t *transaction);
/* EAGAIN when another's came first. */
int store_link_end_transaction(struct store_link *link, uint32_t transaction, bool commit);

/* depth: NULL, or "0", "1"... as far as events from below are heard; EINVAL where xenstored does not
 * know of it. With it @introduceDomain and @releaseDomain name their domain behind a slash. */
int store_link_watch(struct store_link *link, const char *path, const char *token,
		     const char *depth);
int store_link_unwatch(struct store_link *link, const char *path, const char *token);

#define STORE_EVENT_PATH_BYTES 3072
struct store_event {
	char path[STORE_EVENT_PATH_BYTES];
	char token[128];
};
/* 1: an event; 0: none now (read until this, or epoll tells again); -1. Never waits. */
int store_link_next_event(struct store_link *link, struct store_event *event);

int store_link_introduce(struct store_link *link, uint32_t domid, uint64_t frame, uint32_t port);
int store_link_release(struct store_link *link, uint32_t domid);

#endif
