/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * destroy: the end of a guest, without asking it.
 */
#include "libdom/domain.h"
#include "tl/command.h"

enum { OPTION_FORCE };

static const struct command_option options[] = {
	[OPTION_FORCE] = {'f', NULL, NULL, "accepted; domain 0 is never destroyed from itself"},
	{0, NULL, NULL, NULL},
};

static int run_destroy(struct invocation *invocation)
{
	struct store *store;
	struct ctl *ctl;
	uint32_t domid;

	if (invocation_open_ctl(invocation, &ctl) || invocation_open_store(invocation, &store) ||
	    invocation_find_guest(invocation, invocation->argv[0], &domid))
		return -1;
	return domain_destroy(ctl, store, domid, false, &invocation->failure);
}

COMMAND(destroy) = {
	.name = "destroy",
	.group = COMMAND_GROUP_DOMAIN,
	.flags = COMMAND_SHORT | COMMAND_CHANGES,
	.operands = "DOMAIN",
	.least = 1,
	.most = 1,
	.summary = "end a guest at once, without asking it",
	.options = options,
	.run = run_destroy,
};
