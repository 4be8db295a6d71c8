/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between a terminal and consoled. Neither side is waited for alone: while the guest takes no input
 * its output is still shown.
 */
#include "tl/console_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "libdom/alloc.h"
#include "libdom/runtime.h"

#define ANSWER_BYTES 4096
#define PIECE_BYTES 16384

static const char stage[] = "attaching to the console";

static int connect_consoled(int *fd, struct failure *failure)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char *path = runtime_path("console.sock");
	int error = ENAMETOOLONG;

	*fd = -1;
	if (strlen(path) < sizeof(address.sun_path)) {
		strcpy(address.sun_path, path);
		*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		error = *fd < 0 || connect(*fd, (struct sockaddr *)&address, sizeof(address))
				? errno
				: 0;
	}
	if (error) {
		failure_set_errno(failure, FAILURE_GENERAL, error, stage, path,
				  "see that consoled runs");
		if (*fd >= 0)
			close(*fd);
	}
	free(path);
	return error ? -1 : 0;
}

/* Byte by byte, for what follows the line is the console's. */
static bool read_answer(int fd, char *line)
{
	for (size_t length = 0; length < ANSWER_BYTES - 1;) {
		ssize_t got = read(fd, line + length, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got != 1)
			return false;
		line[length + 1] = '\0';
		if (line[length++] == '\n')
			return true;
	}
	return false;
}

/* In one piece, and without a signal when consoled ends meanwhile. */
static bool send_request(int fd, const json_t *request)
{
	char *text = json_dumps(request, JSON_COMPACT), *line;
	ssize_t length, sent;

	if (!text)
		return false;
	line = alloc_format("%s\n", text);
	length = (ssize_t)strlen(line);
	sent = send(fd, line, (size_t)length, MSG_NOSIGNAL);
	free(line);
	free(text);
	return sent == length;
}

static int ask(int fd, const json_t *request, struct failure *failure)
{
	char line[ANSWER_BYTES];
	json_t *answer = NULL;
	const char *error;
	int ret = 0;

	if (send_request(fd, request) && read_answer(fd, line))
		answer = json_loads(line, 0, NULL);
	error = answer ? json_string_value(json_object_get(answer, "error"))
		       : "it gave no answer that can be understood";
	if (error)
		ret = failure_set(failure, answer ? FAILURE_NOT_FOUND : FAILURE_GENERAL, stage,
				  "consoled", error, "");
	json_decref(answer);
	return ret;
}

int console_stream_open(json_t *request, int *fd, struct failure *failure)
{
	int ret = connect_consoled(fd, failure);

	if (!ret && ask(*fd, request, failure)) {
		close(*fd);
		ret = -1;
	}
	json_decref(request);
	return ret;
}

struct console_stream {
	int fd, signals;
	bool reads_only, detached;
	char pending[PIECE_BYTES]; /* input that the other side has not taken yet */
	size_t first, count;
};

static int write_all(int fd, const char *text, size_t count)
{
	while (count) {
		ssize_t put = write(fd, text, count);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		text += put;
		count -= (size_t)put;
	}
	return 0;
}

/* 1: go on; 0: the stream has ended; -1 with errno. */
static int show_output(struct console_stream *stream)
{
	char piece[PIECE_BYTES];
	ssize_t got = recv(stream->fd, piece, sizeof(piece), MSG_DONTWAIT);

	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? 1 : errno == ECONNRESET ? 0 : -1;
	if (!got)
		return 0;
	return write_all(STDOUT_FILENO, piece, (size_t)got) ? -1 : 1;
}

static void take_input(struct console_stream *stream)
{
	ssize_t got = read(STDIN_FILENO, stream->pending, sizeof(stream->pending));
	char *escape;

	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (got <= 0) {
		stream->reads_only = true;
		shutdown(stream->fd, SHUT_WR);
		return;
	}
	stream->first = 0;
	stream->count = (size_t)got;
	escape = memchr(stream->pending, CONSOLE_ESCAPE, stream->count);
	if (escape) {
		stream->count = (size_t)(escape - stream->pending);
		stream->detached = true;
	}
}

static void send_input(struct console_stream *stream)
{
	ssize_t put = send(stream->fd, stream->pending + stream->first, stream->count,
			   MSG_DONTWAIT | MSG_NOSIGNAL);

	if (put < 0 && errno != EAGAIN && errno != EINTR) {
		/* Its end is seen by reading. */
		stream->reads_only = true;
		stream->count = 0;
	} else if (put > 0) {
		stream->first += (size_t)put;
		stream->count -= (size_t)put;
	}
}

static int turn(struct console_stream *stream)
{
	struct pollfd polled[] = {
		{.fd = stream->fd, .events = (short)(POLLIN | (stream->count ? POLLOUT : 0))},
		{.fd = stream->signals, .events = POLLIN},
		{.fd = stream->reads_only || stream->count ? -1 : STDIN_FILENO, .events = POLLIN},
	};

	if (poll(polled, 3, -1) < 0)
		return errno == EINTR ? 1 : -1;
	if (polled[1].revents)
		return 0;
	if (polled[2].revents)
		take_input(stream);
	if (stream->count)
		send_input(stream);
	if (stream->detached && !stream->count)
		return 0;
	return polled[0].revents & (POLLIN | POLLHUP | POLLERR) ? show_output(stream) : 1;
}

static int open_signals(sigset_t *before)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, before);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static bool make_raw(struct termios *before)
{
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, before))
		return false;
	raw = *before;
	cfmakeraw(&raw);
	return !tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw);
}

int console_stream_run(int fd, bool reads_only, struct failure *failure)
{
	struct console_stream stream = {.fd = fd, .reads_only = reads_only};
	struct termios terminal;
	sigset_t signals;
	bool is_raw;
	int ret;

	stream.signals = open_signals(&signals);
	is_raw = !reads_only && make_raw(&terminal);
	do
		ret = turn(&stream);
	while (ret > 0);
	if (ret)
		failure_set_errno(failure, FAILURE_GENERAL, errno, "copying the console",
				  "standard output", "");
	if (is_raw) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &terminal);
		write_all(STDERR_FILENO, "\n", 1);
	}
	close(stream.signals);
	close(fd);
	/* A signal that ended it takes its effect here, with the terminal as it was. */
	sigprocmask(SIG_SETMASK, &signals, NULL);
	return ret;
}
