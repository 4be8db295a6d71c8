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

static int revive_connect(struct store *store)
{
	int64_t end = revive_now_ms() + PATIENCE_MS;
	int fd = store_wait_open(), ret;

	ret = store_link_reconnect(store->link);
	while (ret && fd >= 0 && revive_now_ms() < end) {
		revive_wait(fd, end);
		ret = store_link_reconnect(store->link);
		if (ret && !poll(NULL, 0, STORE_WAIT_MS))
			ret = store_link_reconnect(store->link);
	}
	if (fd >= 0)
		close(fd);
	return ret;
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
		if (!revive_connect(store) && !revive_watches(store))
			return true;
		store->is_lost = true;
	}
	errno = error;
	return false;
}
