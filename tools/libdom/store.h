/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store as the tools use it: one connection, formatted paths, transactions that are tried again
 * when another's came first, batches of nodes with permissions, watches behind a descriptor for
 * epoll. A handle is used by one thread. Inside a transaction's body every call on the handle is
 * part of it. When xenstored ends, calls wait some seconds for the next one and go on with it:
 * what they ask for may then be carried out twice, which changes nothing. Unless said otherwise a
 * function returns 0, or -1 with errno set; paths may be relative to /local/domain/0.
 */
#ifndef LIBDOM_STORE_H
#define LIBDOM_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libctl/failure.h"
#include "libstore/store_link.h"

struct store;

#define STORE_PATH_BYTES 3072
#define STORE_PRINTF(text, first) __attribute__((format(printf, text, first)))

int store_open(struct store **out, struct failure *failure);
void store_close(struct store *store);

/* malloc'd, ended by a zero byte; NULL with errno, ENOENT when there is no such node. */
char *store_read(struct store *store, const char *path, ...) STORE_PRINTF(2, 3);
/* Decimal, or hexadecimal behind 0x; EINVAL when the node says no number. */
int store_read_number(struct store *store, uint64_t *value, const char *path, ...)
	STORE_PRINTF(3, 4);
bool store_has(struct store *store, const char *path, ...) STORE_PRINTF(2, 3);
/* Names below a node: one malloc'd block for free(), *count of them; NULL with errno. */
char **store_list(struct store *store, unsigned int *count, const char *path, ...)
	STORE_PRINTF(3, 4);
/* The value is text as it is; the path is formatted. */
int store_write(struct store *store, const char *value, const char *path, ...) STORE_PRINTF(3, 4);
/* A node and all below it; none there is no error. */
int store_remove(struct store *store, const char *path, ...) STORE_PRINTF(2, 3);
/* The same, then each parent that is left without children, up to but without the node `keep'. */
int store_prune(struct store *store, const char *keep, const char *path, ...) STORE_PRINTF(3, 4);

/* Who may see a node: the owner everything, `reader' (STORE_NOBODY: none) may read it, others
 * nothing. What is created below inherits it. */
#define STORE_NOBODY UINT32_MAX
struct store_access {
	uint32_t owner, reader;
};
int store_set_access(struct store *store, struct store_access access, const char *path, ...)
	STORE_PRINTF(3, 4);

/* Runs body in a transaction, again whenever another's came first. body returns 0 to commit, or
 * something else to undo, which then is what this returns; -1 with errno when the store said no.
 * body must not keep what it found in an earlier try. Transactions do not nest. */
int store_transact(struct store *store, int (*body)(struct store *store, void *context),
		   void *context);

/* Nodes collected first and written together. A batch that ran out of memory stays so, and
 * store_batch_write() says it: the calls between need no check. */
struct store_batch;
struct store_batch *store_batch_create(void);
void store_batch_destroy(struct store_batch *batch);
/* The directory that the next nodes are in; it is created with these permissions, which replace
 * those it had. */
void store_batch_enter(struct store_batch *batch, struct store_access access, const char *path, ...)
	STORE_PRINTF(3, 4);
/* name is relative to the directory entered. */
void store_batch_add(struct store_batch *batch, const char *name, const char *value, ...)
	STORE_PRINTF(3, 4);
/* In one transaction, or in the one under way. */
int store_batch_write(struct store *store, const struct store_batch *batch);

/* Watches: fires once at first, then at each change of the node or below it. token comes back with
 * the event. */
int store_watch(struct store *store, const char *token, const char *path, ...) STORE_PRINTF(3, 4);
int store_unwatch(struct store *store, const char *token, const char *path, ...) STORE_PRINTF(3, 4);
/* Readable when there may be an event. */
int store_fd(const struct store *store);
/* 1: an event; 0: none now (read until this); -1. Never waits. */
int store_next_event(struct store *store, struct store_event *event);

/* Waits until is_done() says so of the node's value (NULL: there is none), on a connection of its
 * own. ETIMEDOUT after timeout_ms. */
int store_wait(const char *path, bool (*is_done)(const char *value, void *context), void *context,
	       unsigned int timeout_ms);

/* Introduces a domain to xenstored, releases it; none there is no error of the latter. */
int store_introduce(struct store *store, uint32_t domid, uint64_t frame, uint32_t port);
int store_release(struct store *store, uint32_t domid);

/* For requests in one go (libstore/store_pipe.h). */
struct store_link *store_link_of(struct store *store);

#endif
