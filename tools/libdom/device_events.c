/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An epoll set with a deadline in it. */
#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "libdom/device_internal.h"

int device_events_rearm(struct device_events *events, unsigned int timeout_ms)
{
	struct itimerspec when = {.it_value = {.tv_sec = timeout_ms / 1000,
					       .tv_nsec = timeout_ms % 1000 * 1000000L + 1}};

	return timerfd_settime(events->timer, 0, &when, NULL);
}

int device_events_open(struct device_events *events, unsigned int timeout_ms)
{
	int error;

	events->timer = -1;
	events->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (events->epoll < 0)
		return -1;
	events->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (events->timer >= 0 && device_events_rearm(events, timeout_ms) == 0 &&
	    device_events_add(events, events->timer, DEVICE_TAG_DEADLINE) == 0)
		return 0;
	error = errno;
	device_events_close(events);
	errno = error;
	return -1;
}

void device_events_close(struct device_events *events)
{
	if (events->timer >= 0)
		close(events->timer);
	if (events->epoll >= 0)
		close(events->epoll);
	events->timer = events->epoll = -1;
}

int device_events_add(struct device_events *events, int fd, uint64_t tag)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = tag};

	return epoll_ctl(events->epoll, EPOLL_CTL_ADD, fd, &event);
}

void device_events_forget(struct device_events *events, int fd)
{
	epoll_ctl(events->epoll, EPOLL_CTL_DEL, fd, NULL);
}

int device_events_next(struct device_events *events, bool wait, uint64_t *tag)
{
	struct epoll_event event;
	int count;

	do
		count = epoll_wait(events->epoll, &event, 1, wait ? -1 : 0);
	while (count < 0 && errno == EINTR);
	if (count > 0)
		*tag = event.data.u64;
	return count;
}
