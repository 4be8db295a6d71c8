/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waiting for the end of domains: the store says that some domain has ended, the hypervisor says
 * which.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "libdom/domain.h"

static bool has_ended(struct ctl *ctl, uint32_t domid, bool dead)
{
	struct xen_domctl_getdomaininfo info;

	if (ctl_domain_info(ctl, domid, &info))
		return errno == ESRCH;
	if (info.flags & XEN_DOMINF_dying)
		return true;
	return !dead && info.flags & XEN_DOMINF_shutdown;
}

static bool have_all_ended(struct ctl *ctl, const uint32_t *domids, size_t count, bool dead)
{
	for (size_t n = 0; n < count; n++)
		if (!has_ended(ctl, domids[n], dead))
			return false;
	return true;
}

static int wait_fail(const char *object, struct failure *failure)
{
	return failure_set_errno(failure, FAILURE_GENERAL, errno, "waiting for domains to end",
				 object, "see that xenstored runs");
}

/* Until nothing is left to read. */
static int drain_events(struct store *store)
{
	struct store_event *event = calloc(1, sizeof(*event));
	int ret = event ? 1 : -1;

	while (ret > 0)
		ret = store_next_event(store, event);
	free(event);
	return ret;
}

static int wait_for_all(struct ctl *ctl, struct store *store, const uint32_t *domids, size_t count,
			bool dead, struct failure *failure)
{
	struct pollfd poll_store = {.fd = store_fd(store), .events = POLLIN};

	/* The watch fires once at first, so that nothing is missed before it. */
	for (;;) {
		if (poll(&poll_store, 1, -1) < 0 && errno != EINTR)
			return wait_fail("the store", failure);
		if (drain_events(store))
			return wait_fail("the store", failure);
		if (have_all_ended(ctl, domids, count, dead))
			return 0;
	}
}

int domain_wait(struct ctl *ctl, struct store *store, const uint32_t *domids, size_t count,
		bool dead, struct failure *failure)
{
	int ret;

	if (store_watch(store, "wait", "@releaseDomain"))
		return wait_fail("@releaseDomain", failure);
	ret = wait_for_all(ctl, store, domids, count, dead, failure);
	store_unwatch(store, "wait", "@releaseDomain");
	return ret;
}
