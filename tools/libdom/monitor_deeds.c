/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The look at all domains that tl made, and the processes that act on those that have ended.
 */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libdom/monitor_internal.h"
#include "libdom/runtime.h"

static struct monitor_deed **deed_find(struct monitor *monitor, uint32_t domid)
{
	struct monitor_deed **place = &monitor->deeds;

	while (*place && (*place)->domid != domid)
		place = &(*place)->next;
	return place;
}

static void deed_remove(struct monitor_deed **place)
{
	struct monitor_deed *deed = *place;

	*place = deed->next;
	free(deed);
}

static int spawn_deed(uint32_t domid, pid_t *pid)
{
	char number[16];
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
	ret = posix_spawn(pid, "/proc/self/exe", NULL, &attributes, arguments, environ);
	posix_spawnattr_destroy(&attributes);
	return ret;
}

/* The same verdict on a domain whose deed failed is no reason to try again. */
static void deed_begin(struct monitor *monitor, uint32_t domid, enum ending_verdict verdict)
{
	struct monitor_deed **place = deed_find(monitor, domid), *deed = *place;
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

static void handle_creator(struct monitor *monitor, struct monitor_source *source)
{
	struct monitor_creator **place = &monitor->creators;
	struct monitor_creator *creator = (struct monitor_creator *)source;

	while (*place && *place != creator)
		place = &(*place)->next;
	if (*place)
		*place = creator->next;
	monitor_remove_source(monitor, source);
	close(source->fd);
	free(creator);
	monitor_look(monitor);
}

/* Nothing else tells that a `tl create' was killed. False when it has ended by now. */
static bool watch_creator(struct monitor *monitor, const struct runtime_state *state)
{
	struct monitor_creator *creator = monitor->creators;
	int fd;

	for (; creator; creator = creator->next)
		if (creator->domid == state->domid)
			return true;
	fd = (int)syscall(SYS_pidfd_open, state->creator, 0);
	if (fd < 0)
		return errno != ESRCH;
	creator = alloc_zeroed(1, sizeof(*creator));
	creator->source = (struct monitor_source){fd, handle_creator};
	creator->domid = state->domid;
	creator->next = monitor->creators;
	monitor->creators = creator;
	if (monitor_add_source(monitor, &creator->source))
		handle_creator(monitor, &creator->source);
	return true;
}

static void mark_complete(struct monitor *monitor, uint32_t domid, bool complete)
{
	uint8_t bit = (uint8_t)(1U << (domid % 8));

	if (complete)
		monitor->complete[domid / 8] |= bit;
	else
		monitor->complete[domid / 8] &= (uint8_t)~bit;
}

/* False when it has to be judged again: its creator ended meanwhile. */
static bool judge(struct monitor *monitor, const struct runtime_state *state)
{
	struct failure failure = {0};
	struct ending_facts facts;
	enum ending_verdict verdict;

	if (ending_find_facts(monitor->ctl, state, &facts, &failure)) {
		failure_print(&failure, "tl", stderr);
		return true;
	}
	verdict = ending_judge(&facts);
	if (verdict != ENDING_NONE)
		deed_begin(monitor, state->domid, verdict);
	else if (!facts.is_complete)
		return watch_creator(monitor, state);
	return true;
}

static void look_at(struct monitor *monitor, uint32_t domid)
{
	struct failure failure = {0};
	struct runtime_state state;

	if (runtime_read_state(domid, &state, &failure)) {
		if (failure.code != FAILURE_NOT_FOUND)
			failure_print(&failure, "tl", stderr);
		return;
	}
	mark_complete(monitor, domid, state.complete);
	while (!judge(monitor, &state))
		;
	plan_free(&state.plan);
}

static int compare_ids(const void *key, const void *row)
{
	uint32_t domid = *(const uint32_t *)key;
	uint32_t other = ((const struct xen_domctl_getdomaininfo *)row)->domain;

	return domid < other ? -1 : domid > other;
}

/* A guest whose creation has ended and that runs: its file need not be read. */
static bool is_quiet(const struct monitor *monitor, uint32_t domid,
		     const struct xen_domctl_getdomaininfo *list, uint32_t count)
{
	const struct xen_domctl_getdomaininfo *info = bsearch(&domid, list, count, sizeof(*list),
							      compare_ids);

	return info && !(info->flags & (XEN_DOMINF_shutdown | XEN_DOMINF_dying)) &&
	       monitor->complete[domid / 8] >> (domid % 8) & 1;
}

static int compare_domids(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

/* Failed deeds, of domains that are gone: their numbers may come back. */
static void forget_gone(struct monitor *monitor, const uint32_t *domids, size_t count)
{
	struct monitor_deed **place = &monitor->deeds;

	while (*place) {
		if ((*place)->pid ||
		    bsearch(&(*place)->domid, domids, count, sizeof(*domids), compare_domids))
			place = &(*place)->next;
		else
			deed_remove(place);
	}
}

static void look_at_all(struct monitor *monitor, const uint32_t *domids, size_t nr_domids)
{
	struct xen_domctl_getdomaininfo *list;
	uint32_t count;

	if (ctl_domain_list_all(monitor->ctl, &list, &count)) {
		fprintf(stderr, "tl: monitor: listing domains: %s\n", strerror(errno));
		return;
	}
	for (size_t n = 0; n < nr_domids; n++)
		if (domids[n] < DOMID_FIRST_RESERVED && !is_quiet(monitor, domids[n], list, count))
			look_at(monitor, domids[n]);
	free(list);
}

void monitor_look(struct monitor *monitor)
{
	struct failure failure = {0};
	uint32_t *domids;
	size_t count;

	/* Without a store nothing can be done for them; it comes back. */
	if (!monitor->store)
		return;
	if (runtime_list_states(&domids, &count, &failure)) {
		failure_print(&failure, "tl", stderr);
		return;
	}
	if (count) {
		forget_gone(monitor, domids, count);
		look_at_all(monitor, domids, count);
	}
	free(domids);
}

static void deed_end(struct monitor *monitor, pid_t pid, int status)
{
	struct monitor_deed **place = &monitor->deeds;

	while (*place && (*place)->pid != pid)
		place = &(*place)->next;
	if (!*place)
		return;
	if (WIFEXITED(status) && !WEXITSTATUS(status)) {
		deed_remove(place);
		return;
	}
	fprintf(stderr,
		"tl: monitor: domain %u: its end could not be dealt with; `tl destroy %u' takes "
		"away what is left\n",
		(*place)->domid, (*place)->domid);
	(*place)->pid = 0;
}

void monitor_reap(struct monitor *monitor)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		deed_end(monitor, pid, status);
}

void monitor_free_deeds(struct monitor *monitor)
{
	while (monitor->deeds)
		deed_remove(&monitor->deeds);
	while (monitor->creators) {
		struct monitor_creator *creator = monitor->creators;

		monitor->creators = creator->next;
		close(creator->source.fd);
		free(creator);
	}
}
