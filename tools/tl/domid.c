/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * domid, domname, rename.
 */
#include <stdio.h>
#include <stdlib.h>

#include "libdom/domain.h"
#include "tl/command.h"

static int run_domid(struct invocation *invocation)
{
	uint32_t domid;

	if (invocation_find_domain(invocation, invocation->argv[0], &domid))
		return -1;
	printf("%u\n", domid);
	return 0;
}

COMMAND(domid) = {
	.name = "domid",
	.group = COMMAND_GROUP_DOMAIN,
	.operands = "NAME",
	.least = 1,
	.most = 1,
	.summary = "print the number of a domain",
	.run = run_domid,
};

static int run_domname(struct invocation *invocation)
{
	struct store *store;
	uint32_t domid;
	char *name;

	if (!domain_is_number(invocation->argv[0]))
		return invocation_refuse(invocation, invocation->argv[0], "this is no number");
	if (invocation_find_domain(invocation, invocation->argv[0], &domid) ||
	    invocation_open_store(invocation, &store))
		return -1;
	name = domain_name(store, domid);
	if (!name)
		return failure_set(&invocation->failure, FAILURE_NOT_FOUND, "domname",
				   invocation->argv[0], "the store has no name of this domain", "");
	puts(name);
	free(name);
	return 0;
}

COMMAND(domname) = {
	.name = "domname",
	.group = COMMAND_GROUP_DOMAIN,
	.operands = "DOMID",
	.least = 1,
	.most = 1,
	.summary = "print the name of a domain",
	.run = run_domname,
};

static int run_rename(struct invocation *invocation)
{
	struct store *store;
	struct ctl *ctl;
	uint32_t domid;

	if (invocation_open_ctl(invocation, &ctl) || invocation_open_store(invocation, &store) ||
	    invocation_find_domain(invocation, invocation->argv[0], &domid))
		return -1;
	return domain_rename(ctl, store, domid, invocation->argv[1], &invocation->failure);
}

COMMAND(rename) = {
	.name = "rename",
	.group = COMMAND_GROUP_DOMAIN,
	.flags = COMMAND_CHANGES,
	.operands = "DOMAIN NAME",
	.least = 2,
	.most = 2,
	.summary = "give a domain another name",
	.run = run_rename,
};
