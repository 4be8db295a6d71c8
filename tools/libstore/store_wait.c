/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The folder of xenstored's socket, watched. */
#include "libstore/store_wait.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libstore/store_wire.h"

int store_wait_open(void)
{
	char folder[PATH_MAX], *slash;
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), error;

	if (fd < 0)
		return -1;
	snprintf(folder, sizeof(folder), "%s", store_wire_path());
	slash = strrchr(folder, '/');
	if (slash)
		*slash = '\0';
	mkdir(folder, 0755);
	if (inotify_add_watch(fd, slash ? folder : ".", IN_CREATE | IN_MOVED_TO) >= 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

bool store_wait_has_come(int fd)
{
	const char *name = strrchr(store_wire_path(), '/');
	char events[1024] __attribute__((aligned(8)));
	bool has_come = false;
	ssize_t got;

	name = name ? name + 1 : store_wire_path();
	while ((got = read(fd, events, sizeof(events))) > 0)
		for (ssize_t at = 0; at < got;) {
			const struct inotify_event *event = (const void *)(events + at);

			has_come |= event->mask & IN_Q_OVERFLOW ||
				    (event->len && !strcmp(event->name, name));
			at += (ssize_t)(sizeof(*event) + event->len);
		}
	return has_come;
}
