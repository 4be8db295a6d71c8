/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the stand-in store says that its socket is. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <xenstore.h>

/* A socket that listens, for those who want to hear of the server's end; it never ends. */
const char *xs_daemon_socket(void)
{
	static struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd;

	if (!address.sun_path[0]) {
		snprintf(address.sun_path, sizeof(address.sun_path), "/tmp/fake-xenstore-%d.sock",
			 (int)getpid());
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		unlink(address.sun_path);
		if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 8))
			abort();
	}
	return address.sun_path;
}
