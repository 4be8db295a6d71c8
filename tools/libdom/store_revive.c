/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Going on after xenstored ended: its successor is waited for, as long as whoever supervises it may
 * take, and is told of the watches again.
 */
#include <errno.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "libdom/store_internal.h"
#include "libstore/store_wait.h"

#define PATIENCE_MS 15000

static int64_t revive_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Until the socket came, or for some time. */
static void revive_wait(int fd, int64_t end)
{
	struct pollfd folder = {.fd = fd, .events = POLLIN};
	int64_t left;

	while ((left = end - revive_now_ms()) > 0) {
		poll(&folder, 1, (int)left);
		if (store_wait_has_come(fd))
			return;
	}
}

static int revive_reconnect(void *context)
{
	return store_link_reconnect(context);
}

static int revive_open(void *context)
{
	struct store_link **link = context;

	*link = store_link_open();
	return *link ? 0 : -1;
}

/* Tries whenever a socket has come, and a moment later, as long as there is patience. */
static int revive_connect(int (*connect)(void *context), void *context)
{
	int64_t end = revive_now_ms() + PATIENCE_MS;
	int fd = store_wait_open(), ret = connect(context), error;

	while (ret && fd >= 0 && revive_now_ms() < end) {
		revive_wait(fd, end);
		ret = connect(context);
		if (ret && !poll(NULL, 0, STORE_WAIT_MS))
			ret = connect(context);
	}
	error = errno;
	if (fd >= 0)
		close(fd);
	errno = error;
	return ret;
}

struct store_link *store_open_link(void)
{
	struct store_link *link = store_link_open();

	/* A socket that nobody listens on is that of a xenstored that was killed: it is started again. */
	if (!link && errno == ECONNREFUSED)
		revive_connect(revive_open, &link);
	return link;
}

/* What waits for a watch hears its first event and looks again. */
static int revive_watches(struct store *store)
{
	for (const struct watched *watched = store->watches; watched; watched = watched->next)
		if (store_link_watch(store->link, watched->path, watched->token, NULL))
			return -1;
	return 0;
}

bool store_revive(struct store *store)
{
	int error = errno;

	/* A transaction's body is begun again; its requests fail until then. */
	if (store_link_is_broken(store->link) && !store->transaction && !store->is_lost) {
		if (!revive_connect(revive_reconnect, store->link) && !revive_watches(store))
			return true;
		store->is_lost = true;
	}
	errno = error;
	return false;
}
