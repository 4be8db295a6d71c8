/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Domains found, named, asked, waited for.
 */
#include "libdom/domain.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libdom/alloc.h"
#include "libdom/names.h"
#include "libdom/runtime.h"
#include "libstore/store_pipe.h"

/* With fewer, another connection costs more than it saves. */
#define FEW_DOMAINS 4

bool domain_is_number(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

char *domain_name(struct store *store, uint32_t domid)
{
	char *name = store ? store_read(store, "/local/domain/%u/name", domid) : NULL;

	return name || domid ? name : alloc_text("Domain-0");
}

void domain_describe(struct store *store, uint32_t domid, char *object, size_t bytes)
{
	char *name = domain_name(store, domid);

	if (name)
		snprintf(object, bytes, "domain %u (%s)", domid, name);
	else
		snprintf(object, bytes, "domain %u", domid);
	free(name);
}

static int find_fail(const char *text, struct failure *failure)
{
	char object[160];

	snprintf(object, sizeof(object), "domain %.130s", text);
	return failure_set(failure, FAILURE_NOT_FOUND, "looking for the domain", object,
			   "there is none", "`tl list' shows all");
}

static int find_number(struct ctl *ctl, const char *text, uint32_t *domid, struct failure *failure)
{
	struct xen_domctl_getdomaininfo info;
	unsigned long number = strtoul(text, NULL, 10);

	if (number >= DOMID_FIRST_RESERVED)
		return find_fail(text, failure);
	if (ctl_domain_info(ctl, (uint32_t)number, &info)) {
		if (errno == ESRCH)
			return find_fail(text, failure);
		return failure_set_errno(failure, FAILURE_REFUSED, errno, "looking for the domain",
					 text, "");
	}
	*domid = (uint32_t)number;
	return 0;
}

/* The first of these domains that has a name, from the names of all at once. */
struct name_search {
	const char *text;
	const struct xen_domctl_getdomaininfo *list;
	uint32_t domid;
	bool found;
};

static void hear_name(size_t index, const struct store_message *answer, void *context)
{
	struct name_search *search = context;
	uint32_t domid = search->list[index].domain;
	const char *name = !store_answer_error(answer) ? answer->text : domid ? NULL : "Domain-0";

	if (search->found || !name || strcmp(name, search->text))
		return;
	search->found = true;
	search->domid = domid;
}

/* -1: the store cannot be asked this way. */
static int search_at_once(struct store *store, struct name_search *search, uint32_t count)
{
	struct store_pipe *pipe = store_pipe_open(store_link_of(store));
	char path[40];
	int ret;

	if (!pipe)
		return -1;
	for (uint32_t n = 0; n < count; n++) {
		snprintf(path, sizeof(path), "/local/domain/%u/name", search->list[n].domain);
		store_pipe_add(pipe, XS_READ, 0, path, NULL, 0);
	}
	ret = store_pipe_exchange(pipe, hear_name, search);
	store_pipe_close(pipe);
	return ret;
}

static void search_one_by_one(struct store *store, struct name_search *search, uint32_t count)
{
	for (uint32_t n = 0; !search->found && n < count; n++) {
		char *name = domain_name(store, search->list[n].domain);

		if (name && !strcmp(name, search->text)) {
			search->domid = search->list[n].domain;
			search->found = true;
		}
		free(name);
	}
}

int domain_find(struct ctl *ctl, struct store *store, const char *text, uint32_t *domid,
		struct failure *failure)
{
	struct xen_domctl_getdomaininfo *list;
	struct name_search search = {.text = text};
	uint32_t count;

	if (domain_is_number(text))
		return find_number(ctl, text, domid, failure);
	if (ctl_domain_list_all(ctl, &list, &count))
		return failure_set_errno(failure, FAILURE_REFUSED, errno, "listing domains", text,
					 "");
	search.list = list;
	if (count < FEW_DOMAINS || search_at_once(store, &search, count)) {
		search.found = false;
		search_one_by_one(store, &search, count);
	}
	free(list);
	if (!search.found)
		return find_fail(text, failure);
	*domid = search.domid;
	return 0;
}

int domain_request(struct store *store, uint32_t domid, const char *word, struct failure *failure)
{
	char object[160];

	if (!store_write(store, word, "/local/domain/%u/control/shutdown", domid))
		return 0;
	domain_describe(store, domid, object, sizeof(object));
	return failure_set_errno(failure, FAILURE_REFUSED, errno, "asking the guest", object, "");
}

struct rename_request {
	uint32_t domid;
	const char *name;
};

static int rename_nodes(struct store *store, void *context)
{
	const struct rename_request *request = context;
	char *vm = store_read(store, "/local/domain/%u/vm", request->domid);
	int ret = store_write(store, request->name, "/local/domain/%u/name", request->domid);

	if (!ret && vm && *vm == '/')
		ret = store_write(store, request->name, "%s/name", vm);
	free(vm);
	return ret;
}

/* The state file says the name as well, for a restart. */
static int rename_state(uint32_t domid, const char *name, struct failure *failure)
{
	struct runtime_state state;
	int ret;

	if (runtime_read_state(domid, &state, failure)) {
		failure->code = FAILURE_NONE;
		return 0;
	}
	free(state.plan.name);
	state.plan.name = alloc_text(name);
	ret = runtime_write_state(&state, failure);
	plan_free(&state.plan);
	return ret;
}

static int rename_locked(struct ctl *ctl, struct store *store, struct rename_request *request,
			 struct failure *failure)
{
	char object[160];
	uint32_t other;

	if (!domain_find(ctl, store, request->name, &other, failure)) {
		if (other == request->domid)
			return 0;
		return failure_set(failure, FAILURE_BUSY, "renaming", request->name,
				   "another domain has this name", "choose another one");
	}
	if (failure->code != FAILURE_NOT_FOUND)
		return -1;
	failure->code = FAILURE_NONE;
	if (!store_transact(store, rename_nodes, request))
		return rename_state(request->domid, request->name, failure);
	domain_describe(store, request->domid, object, sizeof(object));
	return failure_set_errno(failure, FAILURE_REFUSED, errno, "renaming", object, "");
}

int domain_rename(struct ctl *ctl, struct store *store, uint32_t domid, const char *name,
		  struct failure *failure)
{
	struct rename_request request = {domid, name};
	int lock, ret;

	if (!names_is_valid(name) || domain_is_number(name))
		return failure_set(failure, FAILURE_USAGE, "renaming", name,
				   "this cannot be a domain's name",
				   "use up to 127 printable characters, not digits only");
	if (runtime_lock(NULL, &lock, failure))
		return -1;
	ret = rename_locked(ctl, store, &request, failure);
	runtime_unlock(lock);
	return ret;
}
