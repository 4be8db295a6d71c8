/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the verdict on a domain's end says is done.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <uuid/uuid.h>

#include "libdom/create.h"
#include "libdom/device.h"
#include "libdom/domain.h"
#include "libdom/dump.h"
#include "libdom/ending.h"

struct deed {
	struct ctl *ctl;
	struct store *store;
	const struct settings *settings;
	struct runtime_state *state;
	struct failure *failure;
	uint32_t domid;
	int lock;  /* the domain's; -1: not held any more */
	bool gone; /* nothing is left of the domain */
};

static void deed_unlock(struct deed *deed)
{
	if (deed->lock >= 0)
		runtime_unlock_domain(deed->domid, deed->lock, deed->gone);
	deed->lock = -1;
}

static void deed_log(const struct deed *deed, const char *what, const char *how)
{
	fprintf(stderr, "tl: domain %u (%s): %s: %s\n", deed->state->domid, deed->state->plan.name,
		what, how);
}

static int end_domain(struct deed *deed)
{
	int ret = domain_destroy(deed->ctl, deed->store, deed->state->domid, true, deed->failure);

	deed->gone = true;
	return ret;
}

static int create_again(struct deed *deed)
{
	struct create_request request = {
		.ctl = deed->ctl,
		.store = deed->store,
		.settings = deed->settings,
		.plan = &deed->state->plan,
		.attended = true,
		.restarted = deed->state->restarted + 1,
	};
	uint32_t domid;
	char text[48];

	/* The number is free, the successor may have it, and locks it. */
	if (deed->gone)
		deed_unlock(deed);
	if (create_domain(&request, &domid, deed->failure))
		return -1;
	snprintf(text, sizeof(text), "is domain %u now", domid);
	deed_log(deed, "restarted", text);
	return 0;
}

/* What cannot be taken away of the old one must not keep the new one from running. */
static int restart(struct deed *deed)
{
	if (end_domain(deed))
		failure_print(deed->failure, "tl", stderr);
	deed->failure->code = FAILURE_NONE;
	return create_again(deed);
}

/* It stays as it is, and nobody acts on it again. */
static int preserve(struct deed *deed)
{
	deed->state->attended = false;
	return runtime_write_state(deed->state, deed->failure);
}

struct new_identity {
	uint32_t domid;
	const char *name, *uuid;
};

static int write_identity(struct store *store, void *context)
{
	const struct new_identity *identity = context;
	char *vm = alloc_format("/vm/%s", identity->uuid);
	int ret = store_write(store, identity->uuid, "%s/uuid", vm);

	if (!ret)
		ret = store_write(store, identity->name, "%s/name", vm);
	if (!ret)
		ret = store_write(store, vm, "/local/domain/%u/vm", identity->domid);
	if (!ret)
		ret = store_write(store, identity->name, "/local/domain/%u/name", identity->domid);
	free(vm);
	return ret;
}

/* The old guest gives up its name, its uuid and its devices: its successor takes them. */
static int rename_old(struct deed *deed, struct runtime_state *old)
{
	struct new_identity identity = {.domid = old->domid};
	char text[UUID_STR_LEN];
	uuid_t uuid;

	if (device_remove_all(deed->store, old->domid, 0, deed->failure))
		return -1;
	uuid_generate(uuid);
	uuid_unparse_lower(uuid, text);
	old->plan.name = ending_preserved_name(old->plan.name, time(NULL));
	old->plan.uuid = text;
	old->attended = false;
	identity.name = old->plan.name;
	identity.uuid = text;
	if (ctl_domain_set_handle(deed->ctl, old->domid, uuid) ||
	    store_transact(deed->store, write_identity, &identity)) {
		failure_set_errno(deed->failure, FAILURE_REFUSED, errno, "renaming the domain",
				  old->plan.name, "");
		free(old->plan.name);
		return -1;
	}
	if (runtime_write_state(old, deed->failure)) {
		free(old->plan.name);
		return -1;
	}
	deed_log(deed, "preserved as", old->plan.name);
	free(old->plan.name);
	return 0;
}

static int rename_restart(struct deed *deed)
{
	/* Shares the plan's lists with the state of the successor; name and uuid are its own. */
	struct runtime_state old = *deed->state;

	return rename_old(deed, &old) ? -1 : create_again(deed);
}

/* The guest's end is not held up by a core that cannot be written. */
static int dump_and(struct deed *deed, int (*then)(struct deed *deed))
{
	char *path = alloc_format("%s/%s", DUMP_DIRECTORY, deed->state->plan.name);
	struct failure failure = {0};

	mkdir(DUMP_DIRECTORY, 0700);
	if (dump_domain(deed->ctl, deed->state->domid, path, NULL, NULL, &failure))
		failure_print(&failure, "tl", stderr);
	else
		deed_log(deed, "core written", path);
	free(path);
	return then(deed);
}

static int dump_destroy(struct deed *deed)
{
	return dump_and(deed, end_domain);
}

static int dump_restart(struct deed *deed)
{
	return dump_and(deed, restart);
}

static int (*const deeds[])(struct deed *deed) = {
	[ACTION_DESTROY] = end_domain,
	[ACTION_RESTART] = restart,
	[ACTION_RENAME_RESTART] = rename_restart,
	[ACTION_PRESERVE] = preserve,
	[ACTION_COREDUMP_DESTROY] = dump_destroy,
	[ACTION_COREDUMP_RESTART] = dump_restart,
	[ACTION_SOFT_RESET] = restart,
};

static int clear(struct deed *deed)
{
	struct xen_domctl_getdomaininfo info;

	deed->gone = true;
	if (ctl_domain_info(deed->ctl, deed->domid, &info))
		return domain_clear(deed->store, deed->domid, deed->failure);
	/* The number is another's by now, and so are nodes and files of that number. */
	runtime_forget_state(deed->domid);
	return 0;
}

static int carry_out(struct deed *deed)
{
	const struct runtime_state *state = deed->state;
	struct runtime_summary summary = {
		.domid = state->domid,
		.creator = state->creator,
		.creator_start = state->creator_start,
		.complete = state->complete,
		.attended = state->attended,
	};
	struct ending_facts facts;
	enum plan_action action;

	snprintf(summary.uuid, sizeof(summary.uuid), "%s", state->plan.uuid);
	snprintf(summary.name, sizeof(summary.name), "%s", state->plan.name);
	if (ending_find_facts(deed->ctl, &summary, &facts, deed->failure))
		return -1;
	switch (ending_judge(&facts)) {
	case ENDING_NONE:
		return 0;
	case ENDING_CLEAR:
		deed_log(deed, "is gone", "what is left of it is removed");
		return clear(deed);
	case ENDING_DESTROY:
		deed_log(deed, "was left half made or half destroyed", "destroy");
		return end_domain(deed);
	case ENDING_ACT:
		action = ending_action(&deed->state->plan, facts.reason);
		deed_log(deed, ending_reason_name(facts.reason), plan_action_name(action));
		return deeds[action](deed);
	}
	return 0;
}

int ending_carry_out(struct ctl *ctl, struct store *store, const struct settings *settings,
		     uint32_t domid, struct failure *failure)
{
	struct runtime_state state;
	struct deed deed = {
		.ctl = ctl,
		.store = store,
		.settings = settings,
		.state = &state,
		.domid = domid,
		.failure = failure,
	};
	int ret;

	if (runtime_lock_domain(domid, &deed.lock, failure))
		return -1;
	ret = runtime_read_state(domid, &state, failure);
	if (!ret) {
		ret = carry_out(&deed);
		plan_free(&state.plan);
	} else if (failure->code == FAILURE_NOT_FOUND) {
		/* Somebody else was first. */
		failure->code = FAILURE_NONE;
		deed.gone = true;
		ret = 0;
	}
	deed_unlock(&deed);
	return ret;
}
