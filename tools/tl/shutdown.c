/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shutdown, reboot: what guests are asked for, and the wait for their answer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libctl/ctl.h"
#include "libdom/alloc.h"
#include "libdom/domain.h"
#include "tl/command.h"

enum { OPTION_ALL, OPTION_WAIT, OPTION_FALLBACK };

static const struct command_option options[] = {
	[OPTION_ALL] = {'a', "all", NULL, "all guests"},
	[OPTION_WAIT] = {'w', "wait", NULL,
			 "return when they have shut down; twice: when they are gone"},
	[OPTION_FALLBACK] = {'F', NULL, NULL, "accepted; PV guests have no power button"},
	{0, NULL, NULL, NULL},
};

struct guests {
	uint32_t *domids;
	size_t count;
};

static void guests_add(struct guests *guests, uint32_t domid)
{
	guests->domids = alloc_grow(guests->domids, guests->count, sizeof(*guests->domids));
	guests->domids[guests->count++] = domid;
}

static int find_all(struct invocation *invocation, struct ctl *ctl, struct guests *guests)
{
	struct xen_domctl_getdomaininfo *list;
	uint32_t count;

	if (ctl_domain_list_all(ctl, &list, &count))
		return invocation_fail_errno(invocation, "listing domains", "all");
	for (uint32_t n = 0; n < count; n++)
		if (list[n].domain && !(list[n].flags & (XEN_DOMINF_shutdown | XEN_DOMINF_dying)))
			guests_add(guests, list[n].domain);
	free(list);
	return 0;
}

static int find_guests(struct invocation *invocation, struct ctl *ctl, struct guests *guests)
{
	uint32_t domid;

	if (invocation_option(invocation, OPTION_ALL)) {
		if (invocation->argc)
			return invocation_refuse(invocation, invocation->argv[0],
						 "a domain beside --all");
		return find_all(invocation, ctl, guests);
	}
	if (!invocation->argc)
		return invocation_refuse(invocation, "DOMAIN", "an operand is missing");
	for (int n = 0; n < invocation->argc; n++) {
		if (invocation_find_guest(invocation, invocation->argv[n], &domid))
			return -1;
		guests_add(guests, domid);
	}
	return 0;
}

static int ask_guests(struct invocation *invocation, const struct guests *guests, const char *word,
		      struct ctl *ctl)
{
	unsigned int wait = invocation_option(invocation, OPTION_WAIT);
	struct store *store;

	if (invocation_open_store(invocation, &store))
		return -1;
	for (size_t n = 0; n < guests->count; n++) {
		printf("%s domain %u\n", strcmp(word, "reboot") ? "Shutting down" : "Rebooting",
		       guests->domids[n]);
		if (domain_request(store, guests->domids[n], word, &invocation->failure))
			return -1;
	}
	if (!wait)
		return 0;
	printf("Waiting for %zu domains\n", guests->count);
	fflush(stdout);
	return domain_wait(ctl, store, guests->domids, guests->count, wait > 1,
			   &invocation->failure);
}

static int run_request(struct invocation *invocation, const char *word)
{
	struct guests guests = {0};
	struct ctl *ctl;
	int ret;

	if (invocation_open_ctl(invocation, &ctl))
		return -1;
	ret = find_guests(invocation, ctl, &guests);
	if (!ret)
		ret = ask_guests(invocation, &guests, word, ctl);
	free(guests.domids);
	return ret;
}

static int run_shutdown(struct invocation *invocation)
{
	return run_request(invocation, "poweroff");
}

COMMAND(shutdown) = {
	.name = "shutdown",
	.group = COMMAND_GROUP_DOMAIN,
	.flags = COMMAND_SHORT | COMMAND_CHANGES,
	.operands = "DOMAIN...|-a",
	.most = -1,
	.summary = "ask a guest to shut down",
	.description = "What happens then is what `on_poweroff' of its configuration says.",
	.options = options,
	.run = run_shutdown,
};

static int run_reboot(struct invocation *invocation)
{
	return run_request(invocation, "reboot");
}

COMMAND(reboot) = {
	.name = "reboot",
	.group = COMMAND_GROUP_DOMAIN,
	.flags = COMMAND_SHORT | COMMAND_CHANGES,
	.operands = "DOMAIN...|-a",
	.most = -1,
	.summary = "ask a guest to restart",
	.description =
		"What happens then is what `on_reboot' of its configuration says. With --wait it "
		"returns when the guest has shut down.",
	.options = options,
	.run = run_reboot,
};
