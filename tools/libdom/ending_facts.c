/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a domain's end is judged by: the hypervisor's word and the state file's.
 */
#include <errno.h>
#include <string.h>
#include <uuid/uuid.h>

#include "libdom/ending.h"

int ending_find_facts(struct ctl *ctl, const struct runtime_summary *state,
		      struct ending_facts *facts, struct failure *failure)
{
	struct xen_domctl_getdomaininfo info;
	uuid_t uuid;

	*facts = (struct ending_facts){
		.is_complete = state->complete,
		.is_attended = state->attended,
		.has_creator = state->creator_start &&
			       runtime_find_start(state->creator) == state->creator_start,
	};
	if (ctl_domain_info(ctl, state->domid, &info)) {
		if (errno == ESRCH)
			return 0;
		return failure_set_errno(failure, FAILURE_REFUSED, errno, "looking at a domain",
					 state->name, "");
	}
	facts->exists = !uuid_parse(state->uuid, uuid) && !memcmp(uuid, info.handle, 16);
	facts->is_dying = info.flags & XEN_DOMINF_dying;
	facts->has_shut_down = info.flags & XEN_DOMINF_shutdown;
	facts->reason = info.flags >> XEN_DOMINF_shutdownshift & XEN_DOMINF_shutdownmask;
	return 0;
}
