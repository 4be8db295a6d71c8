/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The look at a domain that tl made: what the hypervisor says of it comes first, for it costs least
 * and mostly suffices.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "monitor/internal.h"

static void handle_creator(struct monitor *monitor, struct monitor_source *source)
{
	struct monitor_process **place = &monitor->creators;
	struct monitor_process *creator = (struct monitor_process *)source;
	uint32_t domid = creator->domid;

	while (*place && *place != creator)
		place = &(*place)->next;
	if (*place)
		*place = creator->next;
	monitor_remove_source(monitor, source);
	close(source->fd);
	free(creator);
	monitor_look(monitor, domid);
}

/* Nothing else tells that a `tl create' was killed. False when it has ended by now. */
static bool watch_creator(struct monitor *monitor, const struct runtime_summary *summary)
{
	struct monitor_process *creator = monitor->creators;
	int fd;

	for (; creator; creator = creator->next)
		if (creator->domid == summary->domid)
			return true;
	fd = (int)syscall(SYS_pidfd_open, summary->creator, 0);
	if (fd < 0)
		return errno != ESRCH;
	creator = alloc_zeroed(1, sizeof(*creator));
	creator->source = (struct monitor_source){fd, handle_creator};
	creator->domid = summary->domid;
	creator->next = monitor->creators;
	monitor->creators = creator;
	if (monitor_add_source(monitor, &creator->source))
		handle_creator(monitor, &creator->source);
	return true;
}

/* One that is complete needs nobody to watch its creator any more. */
static void forget_creator(struct monitor *monitor, uint32_t domid)
{
	struct monitor_process **place = &monitor->creators, *creator;

	while ((creator = *place) && creator->domid != domid)
		place = &creator->next;
	if (!creator)
		return;
	*place = creator->next;
	monitor_remove_source(monitor, &creator->source);
	close(creator->source.fd);
	free(creator);
}

/* Who holds the lock sees to the domain; when it is let go there is another look. True when it is
 * held. */
static bool wait_for_lock(struct monitor *monitor, uint32_t domid)
{
	struct monitor_lock *lock = monitor->locks;
	char name[32], *path;
	int watch;

	if (!runtime_is_domain_locked(domid))
		return false;
	while (lock && lock->domid != domid)
		lock = lock->next;
	if (lock)
		return true;
	snprintf(name, sizeof(name), "domains/%u.lock", domid);
	path = runtime_path(name);
	watch = inotify_add_watch(monitor->states.fd, path,
				  IN_CLOSE_WRITE | IN_DELETE_SELF | IN_ONESHOT);
	free(path);
	if (watch < 0)
		return false;
	lock = alloc_zeroed(1, sizeof(*lock));
	*lock = (struct monitor_lock){watch, domid, monitor->locks};
	monitor->locks = lock;
	/* Let go before the watch was there: there is no event. */
	if (runtime_is_domain_locked(domid))
		return true;
	monitor->locks = lock->next;
	free(lock);
	inotify_rm_watch(monitor->states.fd, watch);
	return false;
}

void monitor_end_lock(struct monitor *monitor, int watch)
{
	struct monitor_lock **place = &monitor->locks, *lock;
	uint32_t domid;

	/* One watch brings two events, of which the second says that it ended. */
	while ((lock = *place) && lock->watch != watch)
		place = &lock->next;
	if (!lock)
		return;
	*place = lock->next;
	domid = lock->domid;
	free(lock);
	monitor_look(monitor, domid);
}

/* False when it has to be judged again: its creator ended meanwhile. */
static bool judge(struct monitor *monitor, const struct runtime_summary *summary)
{
	struct failure failure = {0};
	struct ending_facts facts;
	enum ending_verdict verdict;

	if (ending_find_facts(monitor->ctl, summary, &facts, &failure)) {
		failure_print(&failure, "tl", stderr);
		return true;
	}
	verdict = ending_judge(&facts);
	if (verdict != ENDING_NONE)
		monitor_begin_deed(monitor, summary->domid, verdict);
	else if (!facts.is_complete)
		return watch_creator(monitor, summary);
	else
		forget_creator(monitor, summary->domid);
	return true;
}

void monitor_look(struct monitor *monitor, uint32_t domid)
{
	struct runtime_summary summary;
	struct failure failure = {0};

	/* Without a store nothing can be done for it; it comes back. */
	if (!monitor->store || domid >= DOMID_FIRST_RESERVED || monitor_has_deed(monitor, domid) ||
	    wait_for_lock(monitor, domid))
		return;
	if (!runtime_read_summary(domid, &summary, &failure)) {
		while (!judge(monitor, &summary))
			;
		return;
	}
	if (failure.code != FAILURE_NOT_FOUND)
		failure_print(&failure, "tl", stderr);
	monitor_forget_failed_deed(monitor, domid);
	forget_creator(monitor, domid);
}

void monitor_look_at_all(struct monitor *monitor)
{
	struct failure failure = {0};
	uint32_t *domids;
	size_t count;

	if (!monitor->store)
		return;
	if (runtime_list_states(&domids, &count, &failure)) {
		failure_print(&failure, "tl", stderr);
		return;
	}
	for (size_t n = 0; n < count; n++)
		monitor_look(monitor, domids[n]);
	free(domids);
}

void monitor_free_waits(struct monitor *monitor)
{
	struct monitor_process *creator;
	struct monitor_lock *lock;

	while ((creator = monitor->creators)) {
		monitor->creators = creator->next;
		close(creator->source.fd);
		free(creator);
	}
	while ((lock = monitor->locks)) {
		monitor->locks = lock->next;
		free(lock);
	}
}
