/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Six letters or dashes.
 */
#include "tl/domain_state.h"

#include <stdbool.h>
#include <stddef.h>

#include <xen/sched.h>

static const char state_letters[] = "rbpscd";

void domain_state_format(const struct xen_domctl_getdomaininfo *info, char *state)
{
	bool shutdown = info->flags & XEN_DOMINF_shutdown;
	unsigned int reason = info->flags >> XEN_DOMINF_shutdownshift & XEN_DOMINF_shutdownmask;
	const bool set[] = {
		info->flags & XEN_DOMINF_running,     info->flags & XEN_DOMINF_blocked,
		info->flags & XEN_DOMINF_paused,      shutdown,
		shutdown && reason == SHUTDOWN_crash, info->flags & XEN_DOMINF_dying,
	};

	for (size_t n = 0; n < 6; n++)
		state[n] = set[n] ? state_letters[n] : '-';
	state[6] = '\0';
}
