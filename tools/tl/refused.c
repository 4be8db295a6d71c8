/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands of xl(1) that are not served: each says why, and what there is in its place. They take
 * any words, and are listed apart.
 */
#include <string.h>

#include "tl/command.h"

#define NO_SAVING "guests cannot be saved yet: there is no format for them"
#define NO_HVM "PV guests have none, and there are no others"
#define NO_DEVICE "devices of this kind are not served; there are disks, networks and consoles"
#define NO_PCI "guests are not given PCI devices"
#define NO_FLASK "the hypervisor has no security module"
#define NO_PSR "the hypervisor does not divide caches or bandwidth"

static const struct {
	const char *name, *cause, *next;
} reasons[] = {
#define REFUSED(symbol, name, group, summary, cause, next) {name, cause, next},
#include "tl/refused.def"
#undef REFUSED
};

static int run_refused(struct invocation *invocation)
{
	const char *name = invocation->command->name;
	size_t n = 0;

	while (strcmp(reasons[n].name, name))
		n++;
	return failure_set(&invocation->failure, FAILURE_REFUSED, name,
			   invocation->argc ? invocation->argv[0] : "not served", reasons[n].cause,
			   reasons[n].next);
}

#define REFUSED(symbol, command_name, command_group, command_summary, cause, next) \
	COMMAND(symbol) = {                                                        \
		.name = command_name,                                              \
		.group = COMMAND_GROUP_##command_group,                            \
		.flags = COMMAND_REFUSED,                                          \
		.operands = "",                                                    \
		.most = -1,                                                        \
		.summary = command_summary,                                        \
		.description = "Not served: " cause ".",                           \
		.run = run_refused,                                                \
	};
#include "tl/refused.def"
