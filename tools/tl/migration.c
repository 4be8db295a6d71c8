/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * save, restore, migrate, suspend and their like: known names that are refused, so that a script is
 * told why.
 */
#include "tl/command.h"

static int run_refused(struct invocation *invocation)
{
	return failure_set(&invocation->failure, FAILURE_REFUSED, invocation->command->name,
			   "guests", "saving, restoring and migrating are not served yet",
			   "shut the guest down and create it elsewhere");
}

#define REFUSED(symbol, text, words)                                       \
	COMMAND(symbol) = {                                                \
		.name = text,                                              \
		.group = COMMAND_GROUP_DOMAIN,                             \
		.flags = COMMAND_HIDDEN,                                   \
		.operands = words,                                         \
		.most = -1,                                                \
		.summary = "refused: guests cannot be saved or moved yet", \
		.run = run_refused,                                        \
	}

REFUSED(save, "save", "DOMAIN FILE");
REFUSED(restore, "restore", "FILE");
REFUSED(migrate, "migrate", "DOMAIN HOST");
REFUSED(migrate_receive, "migrate-receive", "");
REFUSED(remus, "remus", "DOMAIN HOST");
REFUSED(suspend, "suspend", "DOMAIN");
REFUSED(resume, "resume", "DOMAIN");
