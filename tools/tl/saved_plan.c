/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Specifications are what is saved; the devices made of them follow at the next load.
 */
#include "tl/saved_plan.h"

#include <stdlib.h>
#include <string.h>

#include "libdom/runtime.h"

static int change_locked(uint32_t domid,
			 int (*change)(struct plan *plan, void *context, struct failure *failure),
			 void *context, struct failure *failure)
{
	struct runtime_state state;
	int ret;

	if (runtime_read_state(domid, &state, failure)) {
		if (failure->code != FAILURE_NOT_FOUND)
			return -1;
		failure->code = FAILURE_NONE;
		return 0;
	}
	ret = change(&state.plan, context, failure);
	if (!ret)
		ret = runtime_write_state(&state, failure);
	plan_free(&state.plan);
	return ret;
}

int saved_plan_change(uint32_t domid,
		      int (*change)(struct plan *plan, void *context, struct failure *failure),
		      void *context, struct failure *failure)
{
	int lock, ret;

	if (runtime_lock_domain(domid, &lock, failure))
		return -1;
	ret = change_locked(domid, change, context, failure);
	runtime_unlock_domain(domid, lock, false);
	return ret;
}

void saved_plan_drop(struct strings *specifications, size_t at)
{
	free(specifications->items[at]);
	memmove(&specifications->items[at], &specifications->items[at + 1],
		(specifications->count - at - 1) * sizeof(*specifications->items));
	specifications->count--;
}

static int add_disk(struct plan *plan, void *context, struct failure *failure)
{
	(void)failure;
	strings_add(&plan->disk_specs, context);
	return 0;
}

int saved_plan_add_disk(uint32_t domid, const char *specification, struct failure *failure)
{
	return saved_plan_change(domid, add_disk, (void *)specification, failure);
}

static int remove_disk(struct plan *plan, void *context, struct failure *failure)
{
	const uint32_t *number = context;

	(void)failure;
	for (size_t n = plan->nr_disks; n-- > 0;)
		if (plan->disks[n].number == *number)
			saved_plan_drop(&plan->disk_specs, n);
	return 0;
}

int saved_plan_remove_disk(uint32_t domid, uint32_t number, struct failure *failure)
{
	return saved_plan_change(domid, remove_disk, &number, failure);
}

static int add_vif(struct plan *plan, void *context, struct failure *failure)
{
	(void)failure;
	strings_add(&plan->vif_specs, context);
	return 0;
}

int saved_plan_add_vif(uint32_t domid, const char *specification, struct failure *failure)
{
	return saved_plan_change(domid, add_vif, (void *)specification, failure);
}

/* A number or an address that came from an interface's place in the list is written down before
 * places change. */
static void pin_vif(char **specification, const struct vif_spec *vif)
{
	struct spec_error error;
	struct vif_spec written;
	char mac[18], *longer;

	if (vif_parse(*specification, &written, &error))
		return;
	vif_format_mac(vif->mac, mac);
	longer = alloc_text(*specification);
	if (!written.has_mac) {
		free(longer);
		longer = alloc_format("%s%smac=%s", *specification, **specification ? "," : "",
				      mac);
	}
	free(*specification);
	*specification = longer;
	if (written.devid < 0) {
		longer = alloc_format("%s,devid=%d", *specification, vif->devid);
		free(*specification);
		*specification = longer;
	}
}

static int remove_vif(struct plan *plan, void *context, struct failure *failure)
{
	const uint32_t *devid = context;

	(void)failure;
	for (size_t n = plan->nr_vifs; n-- > 0;) {
		if (plan->vifs[n].devid == (int32_t)*devid)
			saved_plan_drop(&plan->vif_specs, n);
		else
			pin_vif(&plan->vif_specs.items[n], &plan->vifs[n]);
	}
	return 0;
}

int saved_plan_remove_vif(uint32_t domid, uint32_t devid, struct failure *failure)
{
	return saved_plan_change(domid, remove_vif, &devid, failure);
}
