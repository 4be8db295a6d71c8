/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The nodes of a new guest, as front ends, back ends and other readers of the store know them.
 */
#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "libdom/creation.h"

#define CONSOLE_LIMIT_BYTES 1048576

/* What the guest may write: it owns the node. */
static const char *const guest_nodes[] = {
	"control/shutdown",
	"control/sysrq",
	"control/feature-poweroff",
	"control/feature-reboot",
	"control/feature-suspend",
	"control/feature-s3",
	"control/feature-s4",
	"data",
	"drivers",
	"feature",
	"attr",
	"error",
	"device/suspend/event-channel",
};

static void add_cpus(struct store_batch *batch, const struct plan *plan)
{
	char name[48];

	for (int64_t n = 0; n < plan->max_vcpus; n++) {
		snprintf(name, sizeof(name), "cpu/%lld/availability", (long long)n);
		store_batch_add(batch, name, "%s", n < plan->vcpus ? "online" : "offline");
	}
}

static void add_domain(struct store_batch *batch, const struct creation *creation)
{
	const struct plan *plan = creation->plan;
	struct store_access access = {.owner = 0, .reader = creation->domid};

	store_batch_enter(batch, access, "/local/domain/%u", creation->domid);
	store_batch_add(batch, "name", "%s", plan->name);
	store_batch_add(batch, "domid", "%u", creation->domid);
	store_batch_add(batch, "vm", "/vm/%s", plan->uuid);
	store_batch_add(batch, "memory/static-max", "%lld", (long long)plan->maximum_kib);
	store_batch_add(batch, "memory/target", "%lld", (long long)plan->memory_kib);
	store_batch_add(batch, "memory/videoram", "0");
	store_batch_add(batch, "control/platform-feature-multiprocessor-suspend", "1");
	store_batch_add(batch, "control/platform-feature-xs_reset_watches", "1");
	store_batch_add(batch, "device", "%s", "");
	add_cpus(batch, plan);
}

static void add_guest_nodes(struct store_batch *batch, const struct creation *creation)
{
	struct store_access access = {.owner = creation->domid, .reader = STORE_NOBODY};

	for (size_t n = 0; n < sizeof(guest_nodes) / sizeof(guest_nodes[0]); n++)
		store_batch_enter(batch, access, "/local/domain/%u/%s", creation->domid,
				  guest_nodes[n]);
	if (creation->plan->driver_domain)
		store_batch_enter(batch, access, "/local/domain/%u/libxl", creation->domid);
}

static void add_machine(struct store_batch *batch, const struct creation *creation)
{
	const struct plan *plan = creation->plan;
	struct store_access access = {.owner = 0, .reader = creation->domid};

	store_batch_enter(batch, access, "/vm/%s", plan->uuid);
	store_batch_add(batch, "uuid", "%s", plan->uuid);
	store_batch_add(batch, "name", "%s", plan->name);
	store_batch_add(batch, "start_time", "%lld.00", (long long)time(NULL));
	store_batch_add(batch, "image/ostype", "linux");
	store_batch_add(batch, "image/kernel", "%s", plan->kernel);
	if (plan->ramdisk)
		store_batch_add(batch, "image/ramdisk", "%s", plan->ramdisk);
	store_batch_add(batch, "image/cmdline", "%s", plan->command_line);
	store_batch_add(batch, "on_poweroff", "%s", plan_action_name(plan->on_poweroff));
	store_batch_add(batch, "on_reboot", "%s", plan_action_name(plan->on_reboot));
	store_batch_add(batch, "on_watchdog", "%s", plan_action_name(plan->on_watchdog));
	store_batch_add(batch, "on_crash", "%s", plan_action_name(plan->on_crash));
	access.reader = STORE_NOBODY;
	store_batch_enter(batch, access, "/libxl/%u", creation->domid);
	store_batch_add(batch, "type", "pv");
}

static int write_batch(struct creation *creation, struct store_batch *batch)
{
	int ret = batch ? store_batch_write(creation->store, batch) : -1;

	if (ret)
		ret = creation_fail_errno(creation, "see that xenstored runs");
	store_batch_destroy(batch);
	return ret;
}

int creation_write_nodes(struct creation *creation)
{
	struct store_batch *batch = store_batch_create();

	if (batch) {
		add_domain(batch, creation);
		add_guest_nodes(batch, creation);
		add_machine(batch, creation);
	}
	return write_batch(creation, batch);
}

int creation_write_rings(struct creation *creation)
{
	struct store_access access = {.owner = 0, .reader = creation->domid};
	const struct build_result *built = &creation->built;
	struct store_batch *batch = store_batch_create();

	if (batch) {
		store_batch_enter(batch, access, "/local/domain/%u/store", creation->domid);
		store_batch_add(batch, "port", "%u", built->store_port);
		store_batch_add(batch, "ring-ref", "%llu", (unsigned long long)built->store_frame);
		store_batch_enter(batch, access, "/local/domain/%u/console", creation->domid);
		store_batch_add(batch, "port", "%u", built->console_port);
		store_batch_add(batch, "ring-ref", "%llu",
				(unsigned long long)built->console_frame);
		store_batch_add(batch, "limit", "%d", CONSOLE_LIMIT_BYTES);
		store_batch_add(batch, "type", "xenconsoled");
		store_batch_add(batch, "output", "pty");
	}
	return write_batch(creation, batch);
}
