/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ask DOMID SECONDS COMMAND: has the shell on a guest's console run COMMAND, shows what it says and
 * ends as it did; 124 when it did not end in time, 125 when the console is not there.
 *
 * What COMMAND says lies between two marks that the shell makes and the echo of what was typed does
 * not have.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static char text[1 << 20];

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

/* The status behind the last mark, or -1; shows what is between the marks. */
static int answer(const char *begin_mark, const char *end_mark)
{
	char *begin = strstr(text, begin_mark);
	char *end = begin ? strstr(begin, end_mark) : NULL;
	int status;

	if (!end || sscanf(end + strlen(end_mark), "%d>", &status) != 1 || !strchr(end, '>'))
		return -1;
	begin += strlen(begin_mark);
	for (; begin < end; begin++)
		if (*begin != '\r')
			putchar(*begin);
	return status;
}

static int listen_until(int fd, double end, const char *begin_mark, const char *end_mark)
{
	struct pollfd waits = {.fd = fd, .events = POLLIN};
	size_t used = 0;
	ssize_t bytes;
	int status;

	while (now() < end && used < sizeof(text) - 1) {
		if (poll(&waits, 1, (int)((end - now()) * 1000) + 1) <= 0)
			continue;
		bytes = read(fd, text + used, sizeof(text) - 1 - used);
		if (bytes <= 0)
			return 125;
		for (ssize_t i = 0; i < bytes; i++)
			if (text[used + i] == '\0')
				text[used + i] = ' ';
		used += bytes;
		text[used] = '\0';
		status = answer(begin_mark, end_mark);
		if (status >= 0)
			return status;
	}
	fputs(text, stdout);
	return 124;
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = {AF_UNIX, "/run/trestle/console.sock"};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char begin_mark[32], end_mark[32];
	int id = getpid();

	if (argc != 4 || connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return 125;
	snprintf(begin_mark, sizeof(begin_mark), "<b%d>\r\n", id);
	snprintf(end_mark, sizeof(end_mark), "<e%d ", id);
	dprintf(fd, "{\"attach\": %s, \"history\": 0}\n", argv[1]);
	dprintf(fd, "echo \"<\"b%d\">\"; { %s; } 2>&1; echo \"<\"e%d $?\">\"\n", id, argv[3], id);
	return listen_until(fd, now() + atof(argv[2]), begin_mark, end_mark);
}
