/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Readiness by systemd's protocol and by a descriptor.
 */
#include "libdom/ready.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void tell_socket(const char *path)
{
	static const char text[] = "READY=1";
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = strlen(path);
	int fd;

	if (!length || length >= sizeof(address.sun_path))
		return;
	memcpy(address.sun_path, path, length);
	if (*path == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	sendto(fd, text, sizeof(text) - 1, MSG_NOSIGNAL, (struct sockaddr *)&address,
	       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
	close(fd);
}

void ready_tell(int fd)
{
	const char *path = getenv("NOTIFY_SOCKET");

	if (path)
		tell_socket(path);
	if (fd < 0)
		return;
	if (write(fd, "\n", 1) != 1)
		return;
	close(fd);
}
