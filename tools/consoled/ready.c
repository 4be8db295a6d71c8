/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two ways to say "ready".
 */
#include "consoled/ready.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void ready_notify(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = strlen(path);
	int fd;

	if (length >= sizeof(address.sun_path))
		return;
	memcpy(address.sun_path, path, length);
	if (path[0] == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	if (sendto(fd, "READY=1", 7, MSG_NOSIGNAL, (struct sockaddr *)&address,
		   offsetof(struct sockaddr_un, sun_path) + length) < 0)
		perror("consoled: telling systemd that it is ready");
	close(fd);
}

void ready_tell(int fd)
{
	const char *path = getenv("NOTIFY_SOCKET");

	if (fd >= 0) {
		if (write(fd, "\n", 1) < 0)
			perror("consoled: telling its starter that it is ready");
		close(fd);
	}
	if (path && *path)
		ready_notify(path);
}
