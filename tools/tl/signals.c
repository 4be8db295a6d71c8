/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sysrq and trigger: what reaches a guest's kernel from outside.
 */
#include <stdio.h>
#include <string.h>

#include "libctl/ctl.h"
#include "libdom/store.h"
#include "tl/command.h"

static int run_sysrq(struct invocation *invocation)
{
	const char *letter = invocation->argv[1];
	struct store *store;
	uint32_t domid;

	if (strlen(letter) != 1)
		return invocation_refuse(invocation, letter, "this is not one letter");
	if (invocation_open_store(invocation, &store) ||
	    invocation_find_guest(invocation, invocation->argv[0], &domid))
		return -1;
	if (store_write(store, letter, "/local/domain/%u/control/sysrq", domid))
		return invocation_fail_errno(invocation, "writing the request",
					     invocation->argv[0]);
	return 0;
}

COMMAND(sysrq) = {
	.name = "sysrq",
	.group = COMMAND_GROUP_DOMAIN,
	.flags = COMMAND_CHANGES,
	.operands = "DOMAIN LETTER",
	.least = 2,
	.most = 2,
	.summary = "send a magic system request to a guest",
	.description = "Linux lists its letters on the console when it gets h.",
	.run = run_sysrq,
};

static const struct {
	const char *name;
	uint32_t number;
} triggers[] = {
	{"nmi", XEN_DOMCTL_SENDTRIGGER_NMI},	 {"reset", XEN_DOMCTL_SENDTRIGGER_RESET},
	{"init", XEN_DOMCTL_SENDTRIGGER_INIT},	 {"power", XEN_DOMCTL_SENDTRIGGER_POWER},
	{"sleep", XEN_DOMCTL_SENDTRIGGER_SLEEP},
};

static int find_trigger(struct invocation *invocation, const char *name, uint32_t *number)
{
	for (size_t n = 0; n < sizeof(triggers) / sizeof(triggers[0]); n++) {
		if (!strcmp(name, triggers[n].name)) {
			*number = triggers[n].number;
			return 0;
		}
	}
	return invocation_refuse(invocation, name,
				 "triggers are nmi, reset, init, power and sleep");
}

static int run_trigger(struct invocation *invocation)
{
	uint32_t domid, number = 0;
	struct ctl *ctl;
	int64_t vcpu = 0;

	if (find_trigger(invocation, invocation->argv[1], &number))
		return -1;
	if (invocation->argc > 2 &&
	    !command_parse_number(invocation->argv[2], 0, UINT16_MAX, &vcpu))
		return invocation_refuse(invocation, invocation->argv[2], "this is no vcpu");
	if (invocation_open_ctl(invocation, &ctl) ||
	    invocation_find_guest(invocation, invocation->argv[0], &domid))
		return -1;
	if (ctl_domain_trigger(ctl, domid, number, (uint32_t)vcpu))
		return invocation_fail_errno(invocation, "sending the trigger",
					     invocation->argv[0]);
	return 0;
}

COMMAND(trigger) = {
	.name = "trigger",
	.group = COMMAND_GROUP_DOMAIN,
	.flags = COMMAND_CHANGES,
	.operands = "DOMAIN nmi|reset|init|power|sleep [VCPU]",
	.least = 2,
	.most = 3,
	.summary = "send a trigger to a guest's vcpu; PV guests know nmi",
	.run = run_trigger,
};
