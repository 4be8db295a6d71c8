/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The monitor's connection to the store: it tells which domain has ended. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "libstore/store_wait.h"
#include "monitor/internal.h"

#define GOING "@releaseDomain"

static int look_for_store(struct monitor *monitor);

static void lose_store(struct monitor *monitor)
{
	monitor_remove_source(monitor, &monitor->events);
	store_link_close(monitor->store);
	monitor->store = NULL;
	fputs("tl: monitor: the store is gone; waiting for it to come back\n", stderr);
	if (!look_for_store(monitor))
		return;
	fprintf(stderr, "tl: monitor: the folder of %s cannot be watched\n", store_wire_path());
	monitor->is_stopping = true;
}

/* "@releaseDomain/7" from a xenstored that names domains; a watch's first event has no name. */
static void handle_event(struct monitor *monitor, const struct store_event *event)
{
	const char *slash = strchr(event->path, '/');

	if (slash)
		monitor_look(monitor, (uint32_t)strtoul(slash + 1, NULL, 10));
	else
		monitor_look_at_all(monitor);
}

static void handle_store(struct monitor *monitor, struct monitor_source *source)
{
	struct store_event event;
	int ret;

	(void)source;
	while ((ret = store_link_next_event(monitor->store, &event)) > 0)
		handle_event(monitor, &event);
	if (ret < 0)
		lose_store(monitor);
}

static int connect_store(struct monitor *monitor)
{
	struct store_link *store = store_link_open();

	if (!store)
		return -1;
	monitor->events = (struct monitor_source){store_link_fd(store), handle_store};
	if ((store_link_watch(store, GOING, "end", "1") &&
	     store_link_watch(store, GOING, "end", NULL)) ||
	    monitor_add_source(monitor, &monitor->events)) {
		store_link_close(store);
		return -1;
	}
	monitor->store = store;
	monitor_look_at_all(monitor);
	return 0;
}

static void end_wait(struct monitor *monitor)
{
	struct monitor_source *const sources[] = {&monitor->wait, &monitor->retry};

	for (size_t n = 0; n < sizeof(sources) / sizeof(sources[0]); n++) {
		if (sources[n]->fd < 0)
			continue;
		monitor_remove_source(monitor, sources[n]);
		close(sources[n]->fd);
		sources[n]->fd = -1;
	}
}

/* Not every xenstored listens by the time that its socket is there: a moment later it does. */
static void try_store(struct monitor *monitor)
{
	struct itimerspec once = {.it_value.tv_nsec = STORE_WAIT_MS * 1000000L};

	if (connect_store(monitor))
		timerfd_settime(monitor->retry.fd, 0, &once, NULL);
	else
		end_wait(monitor);
}

static void handle_wait(struct monitor *monitor, struct monitor_source *source)
{
	if (store_wait_has_come(source->fd))
		try_store(monitor);
}

static void handle_retry(struct monitor *monitor, struct monitor_source *source)
{
	uint64_t count;

	if (read(source->fd, &count, sizeof(count)) > 0 && !connect_store(monitor))
		end_wait(monitor);
}

/* The folder is watched before the first try, so that nothing is missed between. */
static int look_for_store(struct monitor *monitor)
{
	monitor->wait = (struct monitor_source){store_wait_open(), handle_wait};
	monitor->retry = (struct monitor_source){
		timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK), handle_retry};
	if (monitor->wait.fd < 0 || monitor_add_source(monitor, &monitor->wait) ||
	    monitor->retry.fd < 0 || monitor_add_source(monitor, &monitor->retry))
		return -1;
	try_store(monitor);
	return 0;
}

int monitor_open_store(struct monitor *monitor)
{
	return look_for_store(monitor);
}

void monitor_close_store(struct monitor *monitor)
{
	end_wait(monitor);
	store_link_close(monitor->store);
}
