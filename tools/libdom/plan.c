/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From keys to the plan: defaults, what follows from what, what does not go together. Reads no file
 * and asks no hypervisor.
 */
#include "libdom/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uuid/uuid.h>

#include "libdom/cpulist.h"
#include "libdom/keys.h"
#include "libdom/names.h"
#include "libdom/policy.h"

#define MEMORY_DEFAULT_MIB 32
#define EVENT_CHANNELS_DEFAULT 1023

struct plan_maker {
	struct plan *plan;
	struct guest_keys keys;
	const struct config *config;
	const struct settings *settings;
	const char *cwd;
	struct strings *notes;
	struct failure *failure;
};

/* At the place of a key, or of the whole when it was not given. */
static struct config_place place_of(const struct plan_maker *maker, const char *key)
{
	const struct config_setting *setting = config_find(maker->config, key);
	const struct config *config = maker->config;

	if (setting)
		return setting->value.place;
	return (struct config_place){.source = config->nr_sources ? config->sources[0] : key};
}

static int maker_fail(struct plan_maker *maker, const char *key, const char *cause,
		      const char *next)
{
	struct config_place place = place_of(maker, key);

	return config_fail(maker->failure, &place, cause, next);
}

static void maker_note(struct plan_maker *maker, const char *key, const char *text)
{
	struct config_place place = place_of(maker, key);
	char *note = alloc_format("%s:%u:%u: `%s' %s", place.source, place.line, place.column, key,
				  text);

	strings_add(maker->notes, note);
	free(note);
}

static int64_t given(int64_t value, int64_t otherwise)
{
	return value == PLAN_UNSET ? otherwise : value;
}

static char *copy_text(const char *text)
{
	return text ? alloc_text(text) : NULL;
}

static char *absolute_path(const char *cwd, const char *path)
{
	return *path == '/' ? alloc_text(path) : alloc_format("%s/%s", cwd, path);
}

static int take_type(struct plan_maker *maker)
{
	int64_t type = given(maker->keys.type, given(maker->keys.builder, PLAN_PV));
	const char *key = maker->keys.type == PLAN_UNSET ? "builder" : "type";

	if (maker->keys.builder != PLAN_UNSET)
		maker_note(maker, "builder", "is deprecated; use `type'");
	maker->plan->type = type;
	if (type == PLAN_PV)
		return 0;
	return maker_fail(maker, key,
			  type == PLAN_HVM ? "HVM guests cannot be created yet"
					   : "PVH guests cannot be created yet",
			  "use type=\"pv\" with a kernel that knows it");
}

static int take_identity(struct plan_maker *maker)
{
	struct plan *plan = maker->plan;
	char text[UUID_STR_LEN];
	uuid_t uuid;

	if (!maker->keys.name)
		return maker_fail(maker, "name", "the guest has no name", "add name=\"NAME\"");
	if (!names_is_valid(maker->keys.name))
		return maker_fail(maker, "name", "this cannot be a domain's name",
				  "use up to 127 printable characters without blanks and `/'");
	plan->name = alloc_text(maker->keys.name);
	if (!maker->keys.uuid)
		uuid_generate(uuid);
	else if (uuid_parse(maker->keys.uuid, uuid))
		return maker_fail(maker, "uuid", "this is no UUID",
				  "write it like 123e4567-e89b-12d3-a456-426614174000");
	uuid_unparse_lower(uuid, text);
	plan->uuid = alloc_text(text);
	return 0;
}

static int take_memory(struct plan_maker *maker)
{
	struct plan *plan = maker->plan;
	int64_t first = given(maker->keys.memory, given(maker->keys.maxmem, MEMORY_DEFAULT_MIB));
	int64_t most = given(maker->keys.maxmem, first);

	if (most < first)
		return maker_fail(maker, "maxmem", "`maxmem' is less than `memory'", "");
	plan->memory_kib = first * 1024;
	plan->maximum_kib = most * 1024;
	plan->claim = maker->settings->claim;
	return 0;
}

static int take_cpu_list(struct plan_maker *maker, const char *key,
			 const struct strings *given_lists, struct strings *lists)
{
	const char *cause;

	if ((int64_t)given_lists->count > maker->plan->max_vcpus)
		return maker_fail(maker, key, "there are more entries than virtual CPUs", "");
	for (size_t n = 0; n < given_lists->count; n++)
		if (cpulist_parse(given_lists->items[n], NULL, NULL, &cause))
			return maker_fail(maker, key, cause, "write it like \"0-3,^1,node:1\"");
	strings_copy(lists, given_lists);
	return 0;
}

static int take_cpus(struct plan_maker *maker)
{
	struct plan *plan = maker->plan;

	plan->vcpus = given(maker->keys.vcpus, given(maker->keys.maxvcpus, 1));
	plan->max_vcpus = given(maker->keys.maxvcpus, plan->vcpus);
	if (plan->max_vcpus < plan->vcpus)
		return maker_fail(maker, "maxvcpus", "`maxvcpus' is less than `vcpus'", "");
	plan->pool = copy_text(maker->keys.pool);
	plan->weight = maker->keys.cpu_weight;
	plan->cap = maker->keys.cap;
	return take_cpu_list(maker, "cpus", &maker->keys.cpus, &plan->cpus) ||
			       take_cpu_list(maker, "cpus_soft", &maker->keys.cpus_soft,
					     &plan->cpus_soft)
		       ? -1
		       : 0;
}

static void take_command_line(struct plan_maker *maker)
{
	const struct guest_keys *keys = &maker->keys;
	const char *extra = keys->extra ? keys->extra : "";

	if (keys->cmdline) {
		if (keys->root)
			maker_note(maker, "root", "has no effect beside `cmdline'");
		if (keys->extra)
			maker_note(maker, "extra", "has no effect beside `cmdline'");
		maker->plan->command_line = alloc_text(keys->cmdline);
	} else if (keys->root) {
		maker->plan->command_line = alloc_format("root=%s%s%s", keys->root,
							 *extra ? " " : "", extra);
	} else {
		maker->plan->command_line = alloc_text(extra);
	}
}

#define PV_GRUB "/usr/lib/grub-xen/grub-x86_64-xen.bin"

/* What other tools run in dom0 to look into the guest's disk is done by a boot loader in the guest. */
static const char *const boot_loaders[] = {"pygrub", "pvgrub", "pvgrub64", "grub", "pv-grub"};

static bool is_boot_loader(const char *text)
{
	const char *slash = strrchr(text, '/');
	const char *name = slash ? slash + 1 : text;

	for (size_t n = 0; n < sizeof(boot_loaders) / sizeof(boot_loaders[0]); n++)
		if (!strcmp(boot_loaders[n], name))
			return true;
	return false;
}

static int take_boot_loader(struct plan_maker *maker, const char *key, const char *loader)
{
	if (!is_boot_loader(loader))
		return maker_fail(
			maker, key, "this boot loader is not known",
			"\"pygrub\" and \"pvgrub\" start PV GRUB in the guest; or give `kernel'");
	maker->plan->bootloader = alloc_text(loader);
	maker->plan->kernel = alloc_text(PV_GRUB);
	if (maker->keys.kernel)
		maker_note(maker, "kernel", "has no effect beside a boot loader");
	if (maker->keys.ramdisk)
		maker_note(maker, "ramdisk", "has no effect beside a boot loader");
	if (maker->keys.bootloader_args.count)
		maker_note(maker, "bootloader_args", "have no effect: PV GRUB takes none");
	return 0;
}

static int take_kernel(struct plan_maker *maker)
{
	const struct guest_keys *keys = &maker->keys;

	take_command_line(maker);
	if (keys->bootloader && *keys->bootloader)
		return take_boot_loader(maker, "bootloader", keys->bootloader);
	if (keys->firmware && *keys->firmware)
		return take_boot_loader(maker, "firmware", keys->firmware);
	if (!keys->kernel || !*keys->kernel)
		return maker_fail(
			maker, "kernel", "neither `kernel' nor `bootloader' is given",
			"add kernel=\"PATH\", or bootloader=\"pvgrub\" for the guest's own");
	maker->plan->kernel = absolute_path(maker->cwd, keys->kernel);
	if (keys->ramdisk && *keys->ramdisk)
		maker->plan->ramdisk = absolute_path(maker->cwd, keys->ramdisk);
	return 0;
}

static void take_limits(struct plan_maker *maker)
{
	const struct guest_keys *keys = &maker->keys;
	const struct settings *settings = maker->settings;
	struct plan *plan = maker->plan;

	plan->max_grant_frames = given(keys->max_grant_frames, settings->max_grant_frames);
	plan->max_maptrack_frames = given(keys->max_maptrack_frames, settings->max_maptrack_frames);
	plan->max_grant_version = given(keys->max_grant_version, settings->max_grant_version);
	plan->max_event_channels = given(keys->max_event_channels, EVENT_CHANNELS_DEFAULT);
	plan->tsc_mode = given(keys->tsc_mode, 0);
	plan->rtc_offset = keys->rtc_timeoffset;
	plan->localtime = keys->localtime == 1;
	plan->nomigrate = keys->nomigrate == 1;
	plan->driver_domain = keys->driver_domain == 1;
}

static int take_actions(struct plan_maker *maker)
{
	const struct guest_keys *keys = &maker->keys;
	struct plan *plan = maker->plan;

	plan->on_poweroff = given(keys->on_poweroff, ACTION_DESTROY);
	plan->on_reboot = given(keys->on_reboot, ACTION_RESTART);
	plan->on_watchdog = given(keys->on_watchdog, ACTION_DESTROY);
	plan->on_crash = given(keys->on_crash, ACTION_DESTROY);
	plan->on_soft_reset = given(keys->on_soft_reset, ACTION_SOFT_RESET);
	if (keys->on_soft_reset == ACTION_SOFT_RESET)
		return maker_fail(maker, "on_soft_reset", "PV guests cannot be soft-reset",
				  "use \"restart\"");
	if (plan->on_soft_reset == ACTION_SOFT_RESET)
		plan->on_soft_reset = ACTION_RESTART;
	return 0;
}

static int take_policy(struct plan_maker *maker)
{
	struct policy_changes changes = {0};
	const char *cause;
	int ret = 0;

	for (size_t n = 0; !ret && n < maker->keys.cpuid.count; n++)
		if (policy_parse(maker->keys.cpuid.items[n], &changes, &cause))
			ret = maker_fail(maker, "cpuid", cause, "");
	policy_changes_free(&changes);
	strings_copy(&maker->plan->cpuid, &maker->keys.cpuid);
	return ret;
}

static struct config_place item_place(const struct config *config, const char *key, size_t index)
{
	const struct config_setting *setting = config ? config_find(config, key) : NULL;

	if (setting && setting->value.kind == CONFIG_LIST && index < setting->value.nr_items)
		return setting->value.items[index].place;
	return (struct config_place){.source = key};
}

/* The fault's column is in the string, which begins behind its quote. */
static int spec_fail(const struct config *config, const char *key, size_t index,
		     const struct spec_error *error, struct failure *failure)
{
	struct config_place place = item_place(config, key, index);

	if (place.line)
		place.column += error->column;
	return config_fail(failure, &place, error->text, "");
}

int plan_parse_devices(struct plan *plan, const struct config *config, struct failure *failure)
{
	struct spec_error error;
	uuid_t uuid;

	plan->disks = alloc_zeroed(plan->disk_specs.count, sizeof(*plan->disks));
	for (size_t n = 0; n < plan->disk_specs.count; n++, plan->nr_disks++)
		if (disk_parse(plan->disk_specs.items[n], &plan->disks[n], &error))
			return spec_fail(config, "disk", n, &error, failure);
	plan->vifs = alloc_zeroed(plan->vif_specs.count, sizeof(*plan->vifs));
	for (size_t n = 0; n < plan->vif_specs.count; n++, plan->nr_vifs++)
		if (vif_parse(plan->vif_specs.items[n], &plan->vifs[n], &error))
			return spec_fail(config, "vif", n, &error, failure);
	if (uuid_parse(plan->uuid, uuid))
		return failure_set(failure, FAILURE_GENERAL, "reading the plan", plan->uuid,
				   "this is no UUID", "");
	return vif_complete(plan->vifs, plan->nr_vifs, uuid, plan->default_bridge, failure);
}

static void append_default(char **spec, bool is_given, const char *key, const char *value)
{
	char *longer;

	if (is_given || !value)
		return;
	longer = alloc_format("%s%s%s=%s", *spec, **spec ? "," : "", key, value);
	free(*spec);
	*spec = longer;
}

/* What xl.conf says of all interfaces becomes part of each specification, so that a restart does not
 * depend on what it says by then. A specification with a fault is told as it was written. */
static void add_vif_defaults(struct plan_maker *maker)
{
	const struct settings *settings = maker->settings;
	struct strings *specs = &maker->plan->vif_specs;
	struct spec_error error;
	struct vif_spec vif;

	for (size_t n = 0; n < specs->count; n++) {
		char **spec = &specs->items[n];

		if (vif_parse(*spec, &vif, &error))
			continue;
		append_default(spec, *vif.script, "script", settings->vif_script);
		append_default(spec, *vif.backend_domain, "backend", settings->vif_backend);
		append_default(spec, *vif.gatewaydev, "gatewaydev", settings->gatewaydev);
	}
}

static int take_devices(struct plan_maker *maker)
{
	struct plan *plan = maker->plan;

	plan->default_bridge = copy_text(maker->settings->bridge);
	strings_copy(&plan->disk_specs, &maker->keys.disk);
	strings_copy(&plan->vif_specs, &maker->keys.vif);
	add_vif_defaults(maker);
	return plan_parse_devices(plan, maker->config, maker->failure);
}

static int take_all(struct plan_maker *maker)
{
	if (take_type(maker) || take_identity(maker) || take_memory(maker) || take_cpus(maker) ||
	    take_kernel(maker) || take_actions(maker) || take_policy(maker))
		return -1;
	take_limits(maker);
	if (take_devices(maker))
		return -1;
	if (!plan_is_text(maker->plan))
		return maker_fail(maker, "", "a string in it is no UTF-8",
				  "write other characters as \\x escapes in UTF-8");
	return 0;
}

int plan_make(struct plan *plan, const struct config *config, const struct settings *settings,
	      const char *cwd, struct strings *notes, struct failure *failure)
{
	struct plan_maker maker = {
		.plan = plan,
		.config = config,
		.settings = settings,
		.cwd = cwd,
		.notes = notes,
		.failure = failure,
	};
	int ret;

	*plan = (struct plan){0};
	guest_keys_init(&maker.keys);
	ret = keys_take(&guest_key_table, config, &maker.keys, notes, failure);
	if (!ret)
		ret = take_all(&maker);
	guest_keys_free(&maker.keys);
	return ret;
}
