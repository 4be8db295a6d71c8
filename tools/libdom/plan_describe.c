/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plan in the form that libxenlight writes and reads, `xl list --long' shows and `xl create -n'
 * prints: its names, its order, what it leaves out because it is the default. Booleans that have a
 * default are strings there. Devices are those of the specifications, so that what this machine
 * made of them (a back end, an absolute path) is not taken for what was asked.
 */
#include <stdio.h>
#include <string.h>

#include "libdom/plan.h"
#include "libdom/policy.h"

#define SCRIPTS "/etc/xen/scripts/"
#define DEFAULT_VIF_SCRIPT SCRIPTS "vif-bridge"
#define EVENT_CHANNELS_DEFAULT 1023
#define NO_DOMID 4294967295

static void put_text(json_t *object, const char *key, const char *text)
{
	if (text && *text)
		json_object_set_new(object, key, json_string(text));
}

static void put_number(json_t *object, const char *key, int64_t number, int64_t otherwise)
{
	if (number != otherwise)
		json_object_set_new(object, key, json_integer(number));
}

static void put_flag(json_t *object, const char *key, bool flag)
{
	json_object_set_new(object, key, json_string(flag ? "True" : "False"));
}

/* Of those whose default is not said. */
static void put_set_flag(json_t *object, const char *key, bool flag)
{
	if (flag)
		put_flag(object, key, true);
}

static void put_list(json_t *object, const char *key, json_t *list)
{
	if (json_array_size(list))
		json_object_set(object, key, list);
	json_decref(list);
}

static json_t *describe_creation(const struct plan *plan, enum plan_form form)
{
	json_t *info = json_object();

	put_text(info, "type", "pv");
	put_text(info, "name", plan->name);
	if (form == PLAN_FORM_MADE)
		json_object_set_new(info, "domid", json_integer(NO_DOMID));
	put_text(info, "uuid", plan->uuid);
	put_text(info, "pool_name", plan->pool);
	put_flag(info, "run_hotplug_scripts", true);
	put_set_flag(info, "driver_domain", plan->driver_domain);
	return info;
}

static json_t *describe_map(const uint8_t *map, unsigned int nr_cpus)
{
	json_t *list = json_array();

	for (unsigned int cpu = 0; cpu < nr_cpus; cpu++)
		if (cpulist_has(map, cpu))
			json_array_append_new(list, json_integer(cpu));
	return list;
}

/* One list is for all vcpus. */
static json_t *describe_affinity(const struct plan *plan, const struct strings *lists,
				 const struct cpulist_machine *machine)
{
	json_t *affinity = json_array();
	uint8_t map[CPULIST_BYTES];
	const char *cause;

	for (int64_t n = 0; lists->count && n < plan->max_vcpus; n++) {
		size_t index = lists->count == 1 ? 0 : (size_t)n;

		if (index < lists->count &&
		    !cpulist_parse(lists->items[index], machine, map, &cause))
			json_array_append_new(affinity, describe_map(map, machine->nr_cpus));
	}
	return affinity;
}

static void put_affinities(json_t *info, const struct plan *plan,
			   const struct cpulist_machine *machine)
{
	if (!machine || (!plan->cpus.count && !plan->cpus_soft.count))
		return;
	put_list(info, "vcpu_hard_affinity", describe_affinity(plan, &plan->cpus, machine));
	put_list(info, "vcpu_soft_affinity", describe_affinity(plan, &plan->cpus_soft, machine));
	put_flag(info, "numa_placement", false);
}

/* 32 characters, the highest bit first. */
static void put_register(json_t *leaf, const struct policy_change *change)
{
	static const char *const names[] = {"eax", "ebx", "ecx", "edx"};
	char text[33] = "";

	for (unsigned int bit = 0; bit < 32; bit++) {
		uint32_t mask = 1U << (31 - bit);

		text[bit] = change->set & mask	   ? '1'
			    : change->clear & mask ? '0'
			    : change->host & mask  ? 'k'
						   : 'x';
	}
	put_text(leaf, names[change->reg], text);
}

static bool is_same_leaf(const struct policy_change *a, const struct policy_change *b)
{
	return a->leaf == b->leaf && a->subleaf == b->subleaf;
}

static json_t *describe_leaf(const struct policy_changes *changes, size_t first)
{
	const struct policy_change *change = &changes->items[first];
	json_t *leaf = json_object();

	json_object_set_new(leaf, "leaf", json_integer(change->leaf));
	put_number(leaf, "subleaf", change->subleaf, XEN_CPUID_NO_SUBLEAF);
	for (unsigned int reg = 0; reg < 4; reg++)
		for (size_t n = first; n < changes->count; n++)
			if (changes->items[n].reg == reg &&
			    is_same_leaf(&changes->items[n], change))
				put_register(leaf, &changes->items[n]);
	return leaf;
}

static void put_policy(json_t *info, const struct plan *plan)
{
	struct policy_changes changes = {0};
	json_t *leaves = json_array();
	const char *cause;

	for (size_t n = 0; n < plan->cpuid.count; n++)
		if (policy_parse(plan->cpuid.items[n], &changes, &cause))
			break;
	for (size_t n = 0; n < changes.count; n++) {
		size_t other = 0;

		while (!is_same_leaf(&changes.items[other], &changes.items[n]))
			other++;
		if (other == n)
			json_array_append_new(leaves, describe_leaf(&changes, n));
	}
	if (plan->cpuid.count)
		json_object_set_new(info, "cpuid",
				    json_pack("{s:O, s:[]}", "cpuid", leaves, "msr"));
	json_decref(leaves);
	policy_changes_free(&changes);
}

static json_t *describe_scheduling(const struct plan *plan)
{
	json_t *params = json_object();

	put_number(params, "weight", plan->weight, PLAN_UNSET);
	put_number(params, "cap", plan->cap, PLAN_UNSET);
	return params;
}

static void put_limits(json_t *info, const struct plan *plan)
{
	put_number(info, "rtc_timeoffset", plan->rtc_offset, 0);
	put_set_flag(info, "localtime", plan->localtime);
	put_set_flag(info, "disable_migrate", plan->nomigrate);
	put_policy(info, plan);
	put_number(info, "max_grant_frames", plan->max_grant_frames, PLAN_UNSET);
	put_number(info, "max_maptrack_frames", plan->max_maptrack_frames, PLAN_UNSET);
	put_number(info, "max_grant_version", plan->max_grant_version, PLAN_UNSET);
	json_object_set_new(info, "sched_params", describe_scheduling(plan));
	put_flag(info, "claim_mode", plan->claim);
	put_number(info, "event_channels", plan->max_event_channels, EVENT_CHANNELS_DEFAULT);
}

static json_t *describe_build(const struct plan *plan, enum plan_form form,
			      const struct cpulist_machine *machine)
{
	static const char *const tsc[] = {"default", "always_emulate", "native"};
	json_t *info = json_object(), *online = json_array();
	bool is_made = form == PLAN_FORM_MADE;

	json_object_set_new(info, "max_vcpus", json_integer(plan->max_vcpus));
	for (int64_t n = 0; n < plan->vcpus; n++)
		json_array_append_new(online, json_integer(n));
	json_object_set_new(info, "avail_vcpus", online);
	put_affinities(info, plan, machine);
	if (plan->tsc_mode)
		put_text(info, "tsc_mode", tsc[plan->tsc_mode]);
	json_object_set_new(info, "max_memkb", json_integer(plan->maximum_kib));
	json_object_set_new(info, "target_memkb", json_integer(plan->memory_kib));
	if (is_made)
		json_object_set_new(info, "video_memkb", json_integer(0));
	put_limits(info, plan);
	/* What a boot loader stands for is this machine's matter. */
	if (!plan->bootloader)
		put_text(info, "kernel", plan->kernel);
	put_text(info, "cmdline", plan->command_line);
	put_text(info, "ramdisk", plan->ramdisk);
	put_text(info, "bootloader", plan->bootloader);
	json_object_set_new(info, "type.pv", json_object());
	json_object_set_new(info, "arch_arm", json_object());
	json_object_set_new(info, "arch_x86",
			    is_made ? json_pack("{s:s}", "msr_relaxed", "False") : json_object());
	return info;
}

/* As it was most likely written. */
static const char *script_name(const char *path)
{
	return strncmp(path, SCRIPTS, strlen(SCRIPTS)) ? path : path + strlen(SCRIPTS);
}

static json_t *describe_disk(const struct disk_spec *disk, enum plan_form form)
{
	static const char *const backends[] = {NULL, "phy", "qdisk"};
	json_t *object = json_object();

	put_text(object, "backend_domname", disk->backend_domain);
	put_text(object, "pdev_path", disk->target);
	put_text(object, "vdev", disk->vdev);
	put_text(object, "backend", backends[disk->backend]);
	put_text(object, "format", disk_format_name(disk->format));
	put_text(object, "script", script_name(disk->script));
	put_number(object, "removable", disk->cdrom, 0);
	put_number(object, "readwrite", disk->access != DISK_ACCESS_READ, 0);
	put_number(object, "is_cdrom", disk->cdrom, 0);
	if (disk->direct_io_safe)
		json_object_set_new(object, "direct_io_safe", json_true());
	if (disk->no_discard)
		put_flag(object, "discard_enable", false);
	if (form == PLAN_FORM_MADE)
		put_flag(object, "colo_restore_enable", false);
	if (disk->untrusted)
		put_flag(object, "trusted", false);
	return object;
}

static void put_rate(json_t *object, const struct vif_spec *vif)
{
	if (!vif->has_rate)
		return;
	json_object_set_new(object, "rate_bytes_per_interval", json_integer(vif->rate_bytes));
	json_object_set_new(object, "rate_interval_usecs", json_integer(vif->rate_interval_us));
}

static void put_mac(json_t *object, const struct vif_spec *vif)
{
	char mac[18];

	if (!vif->has_mac)
		return;
	vif_format_mac(vif->mac, mac);
	put_text(object, "mac", mac);
}

/* vif: as it was written, or completed. */
static json_t *describe_vif(const struct vif_spec *vif, enum plan_form form, int32_t devid)
{
	static const char *const types[] = {NULL, "vif", "vif_ioemu"};
	json_t *object = json_object();
	bool is_made = form == PLAN_FORM_MADE;

	put_text(object, "backend_domname", vif->backend_domain);
	json_object_set_new(object, "devid", json_integer(devid));
	put_number(object, "mtu", vif->mtu, 0);
	put_text(object, "model", vif->model);
	put_mac(object, vif);
	put_text(object, "ip", vif->ip);
	put_text(object, "bridge", vif->bridge);
	put_text(object, "ifname", vif->vifname);
	put_text(object, "script",
		 vif->script[0] ? script_name(vif->script)
		 : is_made	? DEFAULT_VIF_SCRIPT
				: NULL);
	put_text(object, "nictype", is_made ? "vif" : types[vif->type]);
	put_rate(object, vif);
	put_text(object, "gatewaydev", vif->gatewaydev);
	if (vif->untrusted)
		put_flag(object, "trusted", false);
	return object;
}

static json_t *describe_disks(const struct plan *plan, enum plan_form form)
{
	json_t *list = json_array();
	struct spec_error error;
	struct disk_spec disk;

	for (size_t n = 0; n < plan->disk_specs.count; n++)
		if (!disk_parse(plan->disk_specs.items[n], &disk, &error))
			json_array_append_new(list, describe_disk(&disk, form));
	return list;
}

static json_t *describe_vifs(const struct plan *plan, enum plan_form form)
{
	json_t *list = json_array();
	struct spec_error error;
	struct vif_spec written;

	for (size_t n = 0; n < plan->nr_vifs; n++) {
		struct vif_spec vif = plan->vifs[n];

		vif.has_mac = true;
		if (form == PLAN_FORM_WRITTEN &&
		    !vif_parse(plan->vif_specs.items[n], &written, &error))
			vif = written;
		json_array_append_new(list, describe_vif(&vif, form, plan->vifs[n].devid));
	}
	return list;
}

static void put_action(json_t *config, const char *key, int64_t action)
{
	static const char *const names[] = {
		[ACTION_DESTROY] = NULL, /* the default there, for all of them */
		[ACTION_RESTART] = "restart",
		[ACTION_RENAME_RESTART] = "restart_rename",
		[ACTION_PRESERVE] = "preserve",
		[ACTION_COREDUMP_DESTROY] = "coredump_destroy",
		[ACTION_COREDUMP_RESTART] = "coredump_restart",
		[ACTION_SOFT_RESET] = "soft_reset",
	};

	put_text(config, key, names[action]);
}

json_t *plan_describe(const struct plan *plan, enum plan_form form,
		      const struct cpulist_machine *machine)
{
	json_t *config = json_object();

	json_object_set_new(config, "c_info", describe_creation(plan, form));
	json_object_set_new(config, "b_info", describe_build(plan, form, machine));
	put_list(config, "disks", describe_disks(plan, form));
	put_list(config, "nics", describe_vifs(plan, form));
	put_action(config, "on_poweroff", plan->on_poweroff);
	put_action(config, "on_reboot", plan->on_reboot);
	put_action(config, "on_watchdog", plan->on_watchdog);
	put_action(config, "on_crash", plan->on_crash);
	/* What xl's default is for PV guests, too, which restart in its place. */
	put_action(config, "on_soft_reset",
		   plan->on_soft_reset == ACTION_RESTART ? ACTION_SOFT_RESET : plan->on_soft_reset);
	return config;
}
