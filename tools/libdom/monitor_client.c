/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connecting to the monitor; starting one, under the lock of a file of its own so that two commands
 * at once start one.
 */
#include "libdom/monitor_client.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libdom/runtime.h"
#include "libdom/self.h"

#define ANSWER_BYTES_MAX (1U << 20)
#define MONITOR "trestle-monitor"
#define READY_FD 3
#define LOG_PATH "/var/log/xen/tl-monitor.log"

static int monitor_fail(struct failure *failure, const char *stage, const char *cause)
{
	return failure_set(failure, FAILURE_GENERAL, stage, MONITOR, cause,
			   "start `tl monitor' by hand and see what it says");
}

int monitor_connect(int *fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char *path = runtime_path("monitor.sock");
	int ret = -1;

	*fd = -1;
	if (strlen(path) < sizeof(address.sun_path)) {
		strcpy(address.sun_path, path);
		*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	}
	free(path);
	if (*fd >= 0)
		ret = connect(*fd, (struct sockaddr *)&address, sizeof(address));
	if (ret && *fd >= 0)
		close(*fd);
	return ret;
}

/* The child is the leader of a session of its own, with a log for standard error. */
static int spawn_monitor(int ready, pid_t *pid)
{
	char *const arguments[] = {MONITOR, "--ready-fd", "3", NULL};
	char *program = self_find_program(MONITOR);
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int ret;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK |
						      POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (!access("/var/log/xen", W_OK))
		posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, LOG_PATH,
						 O_WRONLY | O_CREAT | O_APPEND, 0640);
	else
		posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, ready, READY_FD);
	ret = posix_spawn(pid, program, &actions, &attributes, arguments, environ);
	free(program);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return ret;
}

static int await_ready(int fd, struct failure *failure)
{
	char byte;
	ssize_t got;

	do
		got = read(fd, &byte, 1);
	while (got < 0 && errno == EINTR);
	return got == 1 ? 0 : monitor_fail(failure, "starting the monitor", "it ended at once");
}

static int start_locked(struct failure *failure)
{
	int fd, pipes[2], error;
	pid_t pid;

	/* Another command may have started it while we waited for the lock. */
	if (!monitor_connect(&fd)) {
		close(fd);
		return 0;
	}
	if (pipe2(pipes, O_CLOEXEC))
		return monitor_fail(failure, "starting the monitor", strerror(errno));
	/* The duplicate must not be the descriptor itself, which would stay closed on exec. */
	error = pipes[1] == READY_FD ? fcntl(pipes[1], F_SETFD, 0) : 0;
	if (!error)
		error = spawn_monitor(pipes[1], &pid);
	close(pipes[1]);
	if (error)
		monitor_fail(failure, "starting the monitor", strerror(error));
	else
		error = await_ready(pipes[0], failure);
	close(pipes[0]);
	return error ? -1 : 0;
}

int monitor_start(struct failure *failure)
{
	char *path;
	int fd, lock, ret;

	if (!monitor_connect(&fd)) {
		close(fd);
		return 0;
	}
	path = runtime_path("monitor.lock");
	ret = runtime_lock(path, &lock, failure);
	free(path);
	if (ret)
		return -1;
	ret = start_locked(failure);
	runtime_unlock(lock);
	return ret;
}

/* The answer's line, or NULL. */
static char *read_line(int fd)
{
	char *line = alloc_zeroed(1, ANSWER_BYTES_MAX + 1);
	size_t length = 0;

	while (length < ANSWER_BYTES_MAX) {
		ssize_t got = read(fd, line + length, ANSWER_BYTES_MAX - length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		length += (size_t)got;
		if (memchr(line, '\n', length))
			return line;
	}
	free(line);
	return NULL;
}

static int ask_on(int fd, const json_t *question, json_t **answer, struct failure *failure)
{
	const char *error;
	char *line = NULL;

	*answer = NULL;
	if (!json_dumpfd(question, fd, JSON_COMPACT) && write(fd, "\n", 1) == 1)
		line = read_line(fd);
	if (line)
		*answer = json_loads(line, JSON_DISABLE_EOF_CHECK, NULL);
	free(line);
	if (!*answer)
		return monitor_fail(failure, "asking the monitor", "it gave no answer");
	error = json_string_value(json_object_get(*answer, "error"));
	if (!error)
		return 0;
	monitor_fail(failure, "asking the monitor", error);
	json_decref(*answer);
	return -1;
}

int monitor_ask(const json_t *question, json_t **answer, struct failure *failure)
{
	int fd, ret;

	if (monitor_connect(&fd))
		return monitor_fail(failure, "asking the monitor", "it does not run");
	ret = ask_on(fd, question, answer, failure);
	close(fd);
	return ret;
}
