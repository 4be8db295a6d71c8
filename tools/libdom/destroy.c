/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The end of a domain, whatever is left of it. Each step is tried; the first failure is told.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libdom/device.h"
#include "libdom/domain.h"
#include "libdom/introduce.h"
#include "libdom/runtime.h"

static void keep_first(struct failure *failure, const struct failure *later)
{
	if (failure->code == FAILURE_NONE && later->code != FAILURE_NONE)
		*failure = *later;
}

/* The node of the machine is named by the domain; one of another's shape is left alone. */
static int remove_nodes(struct store *store, void *context)
{
	uint32_t domid = *(const uint32_t *)context;
	char *vm = store_read(store, "/local/domain/%u/vm", domid);
	int ret = 0;

	if (vm && !strncmp(vm, "/vm/", 4) && !strchr(vm + 4, '/') && vm[4])
		ret = store_remove(store, "%s", vm);
	free(vm);
	if (!ret)
		ret = store_remove(store, "/libxl/%u", domid);
	return ret ? ret : store_remove(store, "/local/domain/%u", domid);
}

static void end_in_store(struct store *store, uint32_t domid, struct failure *failure)
{
	struct failure later = {0};
	char object[160];

	domain_describe(store, domid, object, sizeof(object));
	if (store_transact(store, remove_nodes, &domid))
		failure_set_errno(&later, FAILURE_REFUSED, errno, "removing the domain's nodes",
				  object, "");
	keep_first(failure, &later);
	later = (struct failure){0};
	introduce_end(store, domid, &later);
	keep_first(failure, &later);
}

static void remove_devices(struct store *store, uint32_t domid, struct failure *failure)
{
	struct failure later = {0};

	device_remove_all(store, domid, 0, &later);
	keep_first(failure, &later);
}

/* Whether the hypervisor has none of this number now. */
static bool end_in_hypervisor(struct ctl *ctl, struct store *store, uint32_t domid,
			      struct failure *failure)
{
	struct failure later = {0};
	char object[160];

	if (!ctl_domain_destroy(ctl, domid) || errno == ESRCH)
		return true;
	domain_describe(store, domid, object, sizeof(object));
	failure_set_errno(&later, FAILURE_REFUSED, errno, "destroying the domain", object, "");
	keep_first(failure, &later);
	return false;
}

int domain_clear(struct store *store, uint32_t domid, struct failure *failure)
{
	failure->code = FAILURE_NONE;
	remove_devices(store, domid, failure);
	end_in_store(store, domid, failure);
	runtime_remove_state(domid);
	return failure->code == FAILURE_NONE ? 0 : -1;
}

/* Back ends let go of the guest's memory first: then all of it is free when this returns. */
static bool destroy_locked(struct ctl *ctl, struct store *store, uint32_t domid,
			   struct failure *failure)
{
	failure->code = FAILURE_NONE;
	ctl_domain_pause(ctl, domid);
	remove_devices(store, domid, failure);
	if (!end_in_hypervisor(ctl, store, domid, failure))
		return false;
	end_in_store(store, domid, failure);
	runtime_remove_state(domid);
	return true;
}

int domain_destroy(struct ctl *ctl, struct store *store, uint32_t domid, bool is_locked,
		   struct failure *failure)
{
	bool is_gone;
	int lock;

	if (!is_locked && runtime_lock_domain(domid, &lock, failure))
		return -1;
	is_gone = destroy_locked(ctl, store, domid, failure);
	if (!is_locked)
		runtime_unlock_domain(domid, lock, is_gone);
	return failure->code == FAILURE_NONE ? 0 : -1;
}
