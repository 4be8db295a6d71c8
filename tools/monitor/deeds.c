/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The processes that act on domains that have ended.
 */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libdom/self.h"
#include "monitor/internal.h"

static struct monitor_deed **find_deed(struct monitor *monitor, uint32_t domid)
{
	struct monitor_deed **place = &monitor->deeds;

	while (*place && (*place)->domid != domid)
		place = &(*place)->next;
	return place;
}

static void remove_deed(struct monitor_deed **place)
{
	struct monitor_deed *deed = *place;

	*place = deed->next;
	free(deed);
}

bool monitor_has_deed(const struct monitor *monitor, uint32_t domid)
{
	const struct monitor_deed *deed = monitor->deeds;

	while (deed && deed->domid != domid)
		deed = deed->next;
	return deed && deed->pid;
}

static int spawn_deed(uint32_t domid, pid_t *pid)
{
	char number[16], *program = self_find_program("tl");
	char *const arguments[] = {"tl", "domain-ended", number, NULL};
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int ret;

	snprintf(number, sizeof(number), "%u", domid);
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attributes);
	/* A session of its own: what ends the monitor does not end it half way. */
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK |
						      POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	ret = posix_spawn(pid, program, NULL, &attributes, arguments, environ);
	posix_spawnattr_destroy(&attributes);
	free(program);
	return ret;
}

/* The same verdict on a domain whose deed failed is no reason to try again. */
void monitor_begin_deed(struct monitor *monitor, uint32_t domid, enum ending_verdict verdict)
{
	struct monitor_deed **place = find_deed(monitor, domid), *deed = *place;
	int error;

	if (deed && (deed->pid || deed->verdict == verdict))
		return;
	if (!deed) {
		deed = alloc_zeroed(1, sizeof(*deed));
		deed->domid = domid;
		*place = deed;
	}
	deed->verdict = verdict;
	error = spawn_deed(domid, &deed->pid);
	if (error) {
		deed->pid = 0;
		fprintf(stderr, "tl: monitor: domain %u: starting its end's work: %s\n", domid,
			strerror(error));
	}
}

void monitor_forget_failed_deed(struct monitor *monitor, uint32_t domid)
{
	struct monitor_deed **place = find_deed(monitor, domid);

	if (*place && !(*place)->pid)
		remove_deed(place);
}

static void end_deed(struct monitor *monitor, pid_t pid, int status)
{
	struct monitor_deed **place = &monitor->deeds;
	uint32_t domid;

	while (*place && (*place)->pid != pid)
		place = &(*place)->next;
	if (!*place)
		return;
	domid = (*place)->domid;
	if (WIFEXITED(status) && !WEXITSTATUS(status)) {
		remove_deed(place);
	} else {
		fprintf(stderr,
			"tl: monitor: domain %u: its end could not be dealt with; `tl destroy %u' "
			"takes away what is left\n",
			domid, domid);
		(*place)->pid = 0;
	}
	/* What came while it was under way was left to it. */
	monitor_look(monitor, domid);
}

void monitor_reap(struct monitor *monitor)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		end_deed(monitor, pid, status);
}

void monitor_free_deeds(struct monitor *monitor)
{
	while (monitor->deeds)
		remove_deed(&monitor->deeds);
}
