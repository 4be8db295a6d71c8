/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The monitor's loop and its sources of events but the store: signals, the folder of state files, the
 * socket.
 */
#include "monitor/monitor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "libdom/ready.h"
#include "monitor/internal.h"

static const char *const stage = "starting the monitor";

int monitor_add_source(struct monitor *monitor, struct monitor_source *source)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = source};

	return epoll_ctl(monitor->epoll, EPOLL_CTL_ADD, source->fd, &event);
}

void monitor_remove_source(struct monitor *monitor, struct monitor_source *source)
{
	epoll_ctl(monitor->epoll, EPOLL_CTL_DEL, source->fd, NULL);
}

static int open_fail(struct monitor *monitor, const char *object)
{
	return failure_set_errno(monitor->failure, FAILURE_GENERAL, errno, stage, object, "");
}

static void handle_signal(struct monitor *monitor, struct monitor_source *source)
{
	struct signalfd_siginfo info;

	while (read(source->fd, &info, sizeof(info)) == sizeof(info))
		if (info.ssi_signo != SIGCHLD)
			monitor->is_stopping = true;
	monitor_reap(monitor);
}

static int open_signals(struct monitor *monitor)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	monitor->signals.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	monitor->signals.handle = handle_signal;
	if (monitor->signals.fd < 0 || monitor_add_source(monitor, &monitor->signals))
		return open_fail(monitor, "signals");
	return 0;
}

static void handle_state(struct monitor *monitor, const struct inotify_event *event)
{
	unsigned long domid;
	char *end;

	if (event->mask & IN_Q_OVERFLOW) {
		monitor_look_at_all(monitor);
	} else if (!event->len) {
		monitor_end_lock(monitor, event->wd);
	} else {
		domid = strtoul(event->name, &end, 10);
		if (end == event->name || strcmp(end, ".json"))
			return;
		monitor_forget_failed_deed(monitor, (uint32_t)domid);
		monitor_look(monitor, (uint32_t)domid);
	}
}

static void handle_states(struct monitor *monitor, struct monitor_source *source)
{
	char buffer[1024] __attribute__((aligned(8)));
	ssize_t got;

	while ((got = read(source->fd, buffer, sizeof(buffer))) > 0)
		for (ssize_t at = 0; at < got;) {
			const struct inotify_event *event = (const void *)(buffer + at);

			at += (ssize_t)(sizeof(*event) + event->len);
			handle_state(monitor, event);
		}
}

static int open_states(struct monitor *monitor)
{
	char *path = runtime_path("domains");
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	int ret = 0;

	monitor->states = (struct monitor_source){fd, handle_states};
	if (fd < 0 || inotify_add_watch(fd, path, IN_MOVED_TO) < 0 ||
	    monitor_add_source(monitor, &monitor->states))
		ret = open_fail(monitor, path);
	free(path);
	return ret;
}

static int make_address(struct sockaddr_un *address)
{
	char *path = runtime_path("monitor.sock");
	size_t length = strlen(path);

	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (length < sizeof(address->sun_path))
		memcpy(address->sun_path, path, length + 1);
	free(path);
	return address->sun_path[0] ? 0 : -1;
}

static int open_listener(struct monitor *monitor)
{
	int fd = monitor->listener.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address;

	monitor->listener.handle = monitor_accept;
	if (fd < 0 || make_address(&address))
		return open_fail(monitor, "monitor.sock");
	unlink(address.sun_path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    chmod(address.sun_path, 0600) || listen(fd, 16) ||
	    monitor_add_source(monitor, &monitor->listener))
		return open_fail(monitor, address.sun_path);
	return 0;
}

static int open_all(struct monitor *monitor)
{
	monitor->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (monitor->epoll < 0)
		return open_fail(monitor, "epoll");
	if (ctl_open(&monitor->ctl, monitor->failure) || open_signals(monitor) ||
	    open_states(monitor) || open_listener(monitor))
		return -1;
	return monitor_open_store(monitor) ? open_fail(monitor, store_wire_path()) : 0;
}

static void close_all(struct monitor *monitor)
{
	const int fds[] = {monitor->signals.fd, monitor->listener.fd, monitor->states.fd,
			   monitor->epoll};

	monitor_free_deeds(monitor);
	monitor_free_waits(monitor);
	monitor_close_store(monitor);
	if (monitor->ctl)
		ctl_close(monitor->ctl);
	for (size_t n = 0; n < sizeof(fds) / sizeof(fds[0]); n++)
		if (fds[n] >= 0)
			close(fds[n]);
}

static int run_loop(struct monitor *monitor)
{
	struct epoll_event event;

	while (!monitor->is_stopping) {
		/* One at a time: a source may be freed by what another's handler does. */
		int count = epoll_wait(monitor->epoll, &event, 1, -1);

		if (count < 0 && errno != EINTR)
			return open_fail(monitor, "epoll");
		if (count == 1) {
			struct monitor_source *source = event.data.ptr;

			source->handle(monitor, source);
		}
	}
	return 0;
}

/* Its answer does not matter: the lock tells. */
static void stop_other(void)
{
	static const char question[] = "{\"stop\": true}\n";
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address;
	char answer;

	if (fd < 0)
		return;
	if (!make_address(&address) && !connect(fd, (struct sockaddr *)&address, sizeof(address)) &&
	    send(fd, question, sizeof(question) - 1, MSG_NOSIGNAL) > 0)
		(void)!read(fd, &answer, 1);
	close(fd);
}

/* The lock is held until the process ends, whatever way. One that runs is asked to stop: so a
 * supervisor's monitor follows one that a command has started, and nothing is lost by it. */
static int claim_monitoring(struct failure *failure)
{
	char *path = runtime_path("monitor.running");
	int fd, ret = 0;

	if (runtime_try_lock(path, &fd)) {
		stop_other();
		ret = runtime_lock(path, &fd, failure);
	}
	free(path);
	return ret;
}

int monitor_run(int ready_fd, struct failure *failure)
{
	struct monitor monitor = {
		.epoll = -1,
		.signals.fd = -1,
		.listener.fd = -1,
		.states.fd = -1,
		.wait.fd = -1,
		.retry.fd = -1,
		.failure = failure,
	};
	int ret = claim_monitoring(failure);

	if (!ret)
		ret = open_all(&monitor);
	if (!ret) {
		ready_tell(ready_fd);
		ret = run_loop(&monitor);
	}
	close_all(&monitor);
	return ret;
}
