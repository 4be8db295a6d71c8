/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The monitor's loop and its sources of events: signals, the store's watches, the folder of state
 * files, the socket.
 */
#include "libdom/monitor.h"

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

#include "libdom/monitor_client.h"
#include "libdom/monitor_internal.h"
#include "libdom/ready.h"
#include "libdom/runtime.h"

#define STORE_DIRECTORY "/var/run/xenstored"

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
	monitor_look(monitor);
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

/* Also where the store's socket comes back after its server went away. */
static void handle_states(struct monitor *monitor, struct monitor_source *source)
{
	char buffer[4096] __attribute__((aligned(8)));

	while (read(source->fd, buffer, sizeof(buffer)) > 0)
		;
	monitor_look(monitor);
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
	else if (inotify_add_watch(fd, STORE_DIRECTORY, IN_CREATE | IN_MOVED_TO) < 0)
		fprintf(stderr, "tl: monitor: %s cannot be watched\n", STORE_DIRECTORY);
	free(path);
	return ret;
}

static void close_store(struct monitor *monitor)
{
	monitor_remove_source(monitor, &monitor->events);
	monitor_remove_source(monitor, &monitor->end);
	close(monitor->end.fd);
	store_close(monitor->store);
	monitor->store = NULL;
	fputs("tl: monitor: the store is gone; waiting for it to come back\n", stderr);
}

static void handle_store(struct monitor *monitor, struct monitor_source *source)
{
	struct store_event *event = alloc_zeroed(1, sizeof(*event));
	int ret;

	(void)source;
	while ((ret = store_next_event(monitor->store, event)) > 0)
		;
	free(event);
	if (ret < 0)
		close_store(monitor);
	monitor_look(monitor);
}

static void handle_store_end(struct monitor *monitor, struct monitor_source *source)
{
	(void)source;
	close_store(monitor);
	monitor_look(monitor);
}

/* Not there is no failure: it is tried again when its socket comes. */
static void open_store(struct monitor *monitor)
{
	struct failure failure = {0};

	monitor->end = (struct monitor_source){store_open_end(), handle_store_end};
	if (monitor->end.fd < 0)
		return;
	if (!store_open(&monitor->store, &failure)) {
		monitor->events = (struct monitor_source){store_fd(monitor->store), handle_store};
		if (!store_watch(monitor->store, "end", "@releaseDomain") &&
		    !store_watch(monitor->store, "begin", "@introduceDomain") &&
		    !monitor_add_source(monitor, &monitor->events) &&
		    !monitor_add_source(monitor, &monitor->end))
			return;
		store_close(monitor->store);
		monitor->store = NULL;
	}
	close(monitor->end.fd);
}

static int bind_listener(struct monitor *monitor, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = monitor->listener.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(path) >= sizeof(address.sun_path))
		return -1;
	strcpy(address.sun_path, path);
	unlink(path);
	return bind(fd, (struct sockaddr *)&address, sizeof(address)) || chmod(path, 0600) ||
	       listen(fd, 16) || monitor_add_source(monitor, &monitor->listener);
}

static int open_listener(struct monitor *monitor)
{
	char *path = runtime_path("monitor.sock");
	int ret = 0;

	monitor->listener.handle = monitor_accept;
	if (bind_listener(monitor, path))
		ret = open_fail(monitor, path);
	free(path);
	return ret;
}

static int open_all(struct monitor *monitor)
{
	monitor->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (monitor->epoll < 0)
		return open_fail(monitor, "epoll");
	if (ctl_open(&monitor->ctl, monitor->failure) || open_signals(monitor) ||
	    open_states(monitor) || open_listener(monitor))
		return -1;
	open_store(monitor);
	return 0;
}

static void close_all(struct monitor *monitor)
{
	const int fds[] = {monitor->signals.fd, monitor->listener.fd, monitor->states.fd,
			   monitor->epoll};

	monitor_free_deeds(monitor);
	if (monitor->store)
		store_close(monitor->store);
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
		/* One at a time: a source may be freed by what another's handler does. The store's
		 * socket is there before somebody listens: while there is no store, it is asked for
		 * once a second. */
		int count = epoll_wait(monitor->epoll, &event, 1, monitor->store ? -1 : 1000);

		if (count < 0 && errno != EINTR)
			return open_fail(monitor, "epoll");
		if (count == 1) {
			struct monitor_source *source = event.data.ptr;

			source->handle(monitor, source);
		}
		if (!monitor->store)
			open_store(monitor);
	}
	return 0;
}

/* The lock is held until the process ends, whatever way. One that runs is asked to stop: so a
 * supervisor's monitor follows one that a command has started, and nothing is lost by it. */
static int claim_monitoring(struct failure *failure)
{
	char *path = runtime_path("monitor.running");
	json_t *question, *answer;
	struct failure ignored = {0};
	int fd, ret = 0;

	if (runtime_try_lock(path, &fd)) {
		question = json_pack("{s:b}", "stop", 1);
		if (!monitor_ask(question, &answer, &ignored))
			json_decref(answer);
		json_decref(question);
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
		.failure = failure,
	};
	int ret = claim_monitoring(failure);

	if (!ret)
		ret = open_all(&monitor);
	if (!ret) {
		monitor_look(&monitor);
		ready_tell(ready_fd);
		ret = run_loop(&monitor);
	}
	close_all(&monitor);
	return ret;
}
