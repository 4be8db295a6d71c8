/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's disk back end: command line, start, hand-shake on the control socket, end. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libdom/qemu.h"

#define STAGE "starting QEMU's disk back end"
#define RUN_DIRECTORY "/run/trestle"
#define LOG_DIRECTORY "/var/log/xen"
#define CONTROL_FD 3
#define HELLO "{\"execute\":\"qmp_capabilities\"}\n"

static const char *program_override;

void qemu_use_program(const char *path)
{
	program_override = path;
}

const char *qemu_find_program(void)
{
	static const char *const programs[] = {
		"/usr/libexec/xen-qemu-system-i386",
		"/usr/lib/xen-4.17/bin/qemu-system-i386",
		"/usr/lib/xen/bin/qemu-system-i386",
	};

	if (program_override)
		return program_override;
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (access(programs[i], X_OK) == 0)
			return programs[i];
	return NULL;
}

static void socket_path(uint32_t domid, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	snprintf(address->sun_path, sizeof(address->sun_path), RUN_DIRECTORY "/qemu-%u.sock",
		 domid);
}

static bool say_hello(int control, const struct sockaddr_un *address)
{
	return connect(control, (const struct sockaddr *)address, sizeof(*address)) == 0 &&
	       fcntl(control, F_SETFL, O_NONBLOCK) == 0 &&
	       send(control, HELLO, strlen(HELLO), MSG_NOSIGNAL) == (ssize_t)strlen(HELLO);
}

/* The listening socket that QEMU gets, and our end of it: QEMU answers when it is there. */
static int open_sockets(uint32_t domid, int *listener, int *control)
{
	struct sockaddr_un address;

	socket_path(domid, &address);
	mkdir(RUN_DIRECTORY, 0755);
	unlink(address.sun_path);
	*control = -1;
	*listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (*listener < 0)
		return -1;
	*control = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (*control >= 0 && bind(*listener, (struct sockaddr *)&address, sizeof(address)) == 0 &&
	    chmod(address.sun_path, 0600) == 0 && listen(*listener, 1) == 0 &&
	    say_hello(*control, &address))
		return 0;
	return -1;
}

void qemu_log_path(const char *log_directory, const char *name, char path[256])
{
	char *file;

	snprintf(path, 256, "%s/qemu-dm-", log_directory ? log_directory : LOG_DIRECTORY);
	file = path + strlen(path);
	snprintf(file, (size_t)(path + 256 - file), "%s.log", name);
	for (; *file; file++)
		if (*file == '/')
			*file = '_';
}

static size_t read_log(const char *log, char *text, size_t bytes)
{
	int fd = open(log, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		return 0;
	if (lseek(fd, -(off_t)(bytes - 1), SEEK_END) < 0)
		lseek(fd, 0, SEEK_SET);
	length = read(fd, text, bytes - 1);
	close(fd);
	return length > 0 ? (size_t)length : 0;
}

void qemu_last_words(const char *log, const char *about, char *line, size_t bytes)
{
	char text[4096], *rest = NULL;
	bool is_found = false;

	text[read_log(log, text, sizeof(text))] = '\0';
	line[0] = '\0';
	for (char *p = strtok_r(text, "\r\n", &rest); p; p = strtok_r(NULL, "\r\n", &rest)) {
		bool is_about = about && strstr(p, about);

		if (is_about || !is_found)
			snprintf(line, bytes, "%s", p);
		is_found |= is_about;
	}
}

/* In QEMU's options a comma ends a value unless it is there twice. */
static void escape_name(const char *name, char *to, size_t bytes)
{
	size_t n = 0;

	for (; *name && n + 2 < bytes; name++) {
		to[n++] = *name;
		if (*name == ',')
			to[n++] = ',';
	}
	to[n] = '\0';
}

static int set_files(posix_spawn_file_actions_t *files, int listener, const char *log)
{
	int error = posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDONLY, 0);

	if (!error)
		error = posix_spawn_file_actions_addopen(
			files, 1, log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0640);
	if (!error)
		error = posix_spawn_file_actions_adddup2(files, 1, 2);
	if (!error)
		error = posix_spawn_file_actions_adddup2(files, listener, CONTROL_FD);
	return error ? error : posix_spawn_file_actions_addclosefrom_np(files, CONTROL_FD + 1);
}

static int set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t none, all;
	int error;

	sigemptyset(&none);
	sigfillset(&all);
	error = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK |
							     POSIX_SPAWN_SETSIGDEF);
	if (!error)
		error = posix_spawnattr_setsigmask(attributes, &none);
	return error ? error : posix_spawnattr_setsigdefault(attributes, &all);
}

static int spawn_with(const char *program, char *const *arguments, int listener, const char *log,
		      pid_t *pid)
{
	static char *const environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	int error;

	error = posix_spawn_file_actions_init(&files);
	if (error)
		return error;
	error = posix_spawnattr_init(&attributes);
	if (error) {
		posix_spawn_file_actions_destroy(&files);
		return error;
	}
	error = set_files(&files, listener, log);
	if (!error)
		error = set_attributes(&attributes);
	if (!error)
		error = posix_spawn(pid, program, &files, &attributes, arguments, environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return error;
}

static int spawn_qemu(uint32_t domid, const char *name, int listener, const char *log, pid_t *pid)
{
	const char *program = qemu_find_program();
	char id[16], escaped[256];
	char *const arguments[] = {
		(char *)"qemu-system-i386",
		(char *)"-xen-domid",
		id,
		(char *)"-xen-attach",
		(char *)"-name",
		escaped,
		(char *)"-no-user-config",
		(char *)"-nodefaults",
		(char *)"-machine",
		(char *)"xenpv",
		(char *)"-display",
		(char *)"none",
		(char *)"-chardev",
		(char *)"socket,id=control,fd=3,server=on,wait=off",
		(char *)"-mon",
		(char *)"chardev=control,mode=control",
		NULL,
	};

	if (!program)
		return ENOENT;
	snprintf(id, sizeof(id), "%u", domid);
	escape_name(name, escaped, sizeof(escaped));
	return spawn_with(program, arguments, listener, log, pid);
}

static int fail(const char *log, const char *cause, struct failure *failure)
{
	char next[200];

	snprintf(next, sizeof(next), "see %.190s", log);
	return failure_set(failure, FAILURE_GENERAL, STAGE, "QEMU", cause, next);
}

/* One that cannot be watched must not stay. */
static int watch_end(struct qemu *qemu)
{
	int error;

	qemu->pidfd = pidfd_open(qemu->pid, 0);
	if (qemu->pidfd >= 0)
		return 0;
	error = errno;
	kill(qemu->pid, SIGKILL);
	waitpid(qemu->pid, NULL, 0);
	return error;
}

int qemu_start(uint32_t domid, const char *name, const char *log_directory, struct qemu *qemu,
	       struct failure *failure)
{
	int listener, error;

	*qemu = (struct qemu){.pidfd = -1, .control = -1, .nr_awaited = 1};
	qemu_log_path(log_directory, name, qemu->log);
	mkdir(log_directory ? log_directory : LOG_DIRECTORY, 0755);
	if (open_sockets(domid, &listener, &qemu->control)) {
		failure_set_errno(failure, FAILURE_REFUSED, errno, STAGE, RUN_DIRECTORY,
				  "make the directory writable");
	} else {
		error = spawn_qemu(domid, name, listener, qemu->log, &qemu->pid);
		if (!error)
			error = watch_end(qemu);
		if (error)
			failure_set_errno(failure, FAILURE_REFUSED, error, STAGE,
					  qemu_find_program() ? qemu_find_program() : "QEMU",
					  "install qemu-system-xen");
	}
	if (listener >= 0)
		close(listener);
	if (qemu->pidfd >= 0)
		return 0;
	qemu_release(qemu);
	return -1;
}

int qemu_connect(uint32_t domid, struct qemu *qemu, struct failure *failure)
{
	struct sockaddr_un address;

	socket_path(domid, &address);
	*qemu = (struct qemu){.pidfd = -1, .nr_awaited = 1};
	qemu->control = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (qemu->control >= 0 && say_hello(qemu->control, &address))
		return 0;
	failure_set_errno(failure, FAILURE_REFUSED, errno, "asking QEMU's disk back end",
			  address.sun_path, "");
	qemu_release(qemu);
	return -1;
}

static int fail_ended(const struct qemu *qemu, struct failure *failure)
{
	char cause[400];

	qemu_last_words(qemu->log, NULL, cause, sizeof(cause));
	return fail(qemu->log, cause[0] ? cause : "it ended at once and said nothing", failure);
}

static void note_refusal(struct qemu *qemu)
{
	const char *text = strstr(qemu->answer, "\"desc\": \"");

	if (qemu->refusal[0] || !text)
		return;
	snprintf(qemu->refusal, sizeof(qemu->refusal), "%s", text + strlen("\"desc\": \""));
	text = strstr(qemu->refusal, "\"}");
	if (text)
		qemu->refusal[text - qemu->refusal] = '\0';
}

/* 1: the last answer; other lines are greetings and events. */
static int read_answer(struct qemu *qemu, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] != '\n') {
			if (qemu->length < sizeof(qemu->answer) - 1)
				qemu->answer[qemu->length++] = text[i];
			continue;
		}
		qemu->answer[qemu->length] = '\0';
		qemu->length = 0;
		if (strncmp(qemu->answer, "{\"error\"", 8) == 0)
			note_refusal(qemu);
		else if (strncmp(qemu->answer, "{\"return\"", 9) != 0)
			continue;
		if (--qemu->nr_awaited == 0)
			return 1;
	}
	return 0;
}

int qemu_step(struct qemu *qemu, struct failure *failure)
{
	char text[1024];

	for (;;) {
		ssize_t length = recv(qemu->control, text, sizeof(text), 0);

		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0 && errno == EAGAIN)
			return 0;
		if (length <= 0)
			return fail_ended(qemu, failure);
		if (read_answer(qemu, text, (size_t)length))
			return 1;
	}
}

void qemu_release(struct qemu *qemu)
{
	if (qemu->control >= 0)
		close(qemu->control);
	if (qemu->pidfd >= 0)
		close(qemu->pidfd);
	qemu->control = qemu->pidfd = -1;
}

/* Is there a word `-xen-domid' and behind it this very number? */
static bool is_for_domain(const char *arguments, size_t length, uint32_t domid)
{
	char id[16];
	bool is_next = false;

	snprintf(id, sizeof(id), "%u", domid);
	for (size_t i = 0; i < length; i += strlen(arguments + i) + 1) {
		if (is_next)
			return strcmp(arguments + i, id) == 0;
		is_next = strcmp(arguments + i, "-xen-domid") == 0;
	}
	return false;
}

int qemu_find_running(pid_t pid, uint32_t domid)
{
	char path[64], arguments[1024];
	ssize_t length = -1;
	int pidfd, file;

	if (pid <= 1)
		return -1;
	pidfd = pidfd_open(pid, 0);
	if (pidfd < 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file >= 0) {
		length = read(file, arguments, sizeof(arguments) - 1);
		close(file);
	}
	if (length > 0) {
		arguments[length] = '\0';
		if (is_for_domain(arguments, (size_t)length, domid))
			return pidfd;
	}
	/* The number is another's now. */
	close(pidfd);
	return -1;
}

void qemu_signal(int pidfd, bool forced)
{
	pidfd_send_signal(pidfd, forced ? SIGKILL : SIGTERM, NULL, 0);
}

void qemu_reap(pid_t pid, uint32_t domid)
{
	struct sockaddr_un address;

	waitpid(pid, NULL, WNOHANG);
	socket_path(domid, &address);
	unlink(address.sun_path);
}
