/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pause, unpause.
 */
#include "libctl/ctl.h"
#include "tl/command.h"

static int run_on_guest(struct invocation *invocation, const char *stage,
			int (*call)(struct ctl *ctl, uint32_t domid))
{
	struct ctl *ctl;
	uint32_t domid;

	if (invocation_open_ctl(invocation, &ctl) ||
	    invocation_find_guest(invocation, invocation->argv[0], &domid))
		return -1;
	if (call(ctl, domid))
		return invocation_fail_errno(invocation, stage, invocation->argv[0]);
	return 0;
}

static int run_pause(struct invocation *invocation)
{
	return run_on_guest(invocation, "pausing the domain", ctl_domain_pause);
}

COMMAND(pause) = {
	.name = "pause",
	.group = COMMAND_GROUP_DOMAIN,
	.flags = COMMAND_SHORT | COMMAND_CHANGES,
	.operands = "DOMAIN",
	.least = 1,
	.most = 1,
	.summary = "stop a guest's vcpus",
	.run = run_pause,
};

static int run_unpause(struct invocation *invocation)
{
	return run_on_guest(invocation, "unpausing the domain", ctl_domain_unpause);
}

COMMAND(unpause) = {
	.name = "unpause",
	.group = COMMAND_GROUP_DOMAIN,
	.flags = COMMAND_SHORT | COMMAND_CHANGES,
	.operands = "DOMAIN",
	.least = 1,
	.most = 1,
	.summary = "let a paused guest run",
	.run = run_unpause,
};
