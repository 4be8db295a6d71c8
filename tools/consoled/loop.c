/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * epoll, and the list of what it returned, from which removed entries are taken.
 */
#include "consoled/loop.h"

#include <errno.h>
#include <stddef.h>
#include <sys/epoll.h>

#define BATCH 64

static int loop_fd = -1;
static struct epoll_event batch[BATCH];
static int batch_count;

int loop_open(void)
{
	loop_fd = epoll_create1(EPOLL_CLOEXEC);
	return loop_fd < 0 ? -1 : 0;
}

int loop_add(struct loop_entry *entry, int fd, uint32_t events,
	     void (*handle)(struct loop_entry *entry, uint32_t events))
{
	struct epoll_event event = {.events = events, .data.ptr = entry};

	*entry = (struct loop_entry){.fd = fd, .events = events, .handle = handle};
	return epoll_ctl(loop_fd, EPOLL_CTL_ADD, fd, &event);
}

void loop_change(struct loop_entry *entry, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = entry};

	if (entry->events == events)
		return;
	entry->events = events;
	epoll_ctl(loop_fd, EPOLL_CTL_MOD, entry->fd, &event);
}

void loop_remove(struct loop_entry *entry)
{
	epoll_ctl(loop_fd, EPOLL_CTL_DEL, entry->fd, NULL);
	for (int i = 0; i < batch_count; i++)
		if (batch[i].data.ptr == entry)
			batch[i].data.ptr = NULL;
}

int loop_run_once(int timeout_ms)
{
	batch_count = epoll_wait(loop_fd, batch, BATCH, timeout_ms);
	if (batch_count < 0) {
		batch_count = 0;
		return errno == EINTR ? 0 : -1;
	}
	for (int i = 0; i < batch_count; i++) {
		struct loop_entry *entry = batch[i].data.ptr;

		if (entry)
			entry->handle(entry, batch[i].events);
	}
	batch_count = 0;
	return 0;
}
