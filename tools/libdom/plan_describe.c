/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plan in the shape that `xl list --long' has: readers written for xl find what they look for.
 * Booleans are the strings that they are there.
 */
#include <stdio.h>

#include "libdom/plan.h"

static void put_text(json_t *object, const char *key, const char *text)
{
	if (text && *text)
		json_object_set_new(object, key, json_string(text));
}

static void put_number(json_t *object, const char *key, int64_t number)
{
	if (number != PLAN_UNSET)
		json_object_set_new(object, key, json_integer(number));
}

static void put_flag(json_t *object, const char *key, bool flag)
{
	json_object_set_new(object, key, json_string(flag ? "True" : "False"));
}

static json_t *describe_creation(const struct plan *plan)
{
	json_t *info = json_object();

	put_text(info, "type", "pv");
	put_text(info, "name", plan->name);
	put_text(info, "uuid", plan->uuid);
	put_flag(info, "driver_domain", plan->driver_domain);
	put_text(info, "pool_name", plan->pool);
	return info;
}

static json_t *describe_scheduling(const struct plan *plan)
{
	json_t *params = json_object();

	put_number(params, "weight", plan->weight);
	put_number(params, "cap", plan->cap);
	return params;
}

static json_t *describe_build(const struct plan *plan)
{
	static const char *const tsc[] = {"default", "always_emulate", "native"};
	json_t *info = json_object(), *pv = json_object(), *online = json_array();

	put_number(info, "max_vcpus", plan->max_vcpus);
	for (int64_t n = 0; n < plan->vcpus; n++)
		json_array_append_new(online, json_integer(n));
	json_object_set_new(info, "avail_vcpus", online);
	put_text(info, "tsc_mode", tsc[plan->tsc_mode]);
	put_number(info, "max_memkb", plan->maximum_kib);
	put_number(info, "target_memkb", plan->memory_kib);
	put_number(info, "rtc_timeoffset", plan->rtc_offset);
	put_flag(info, "localtime", plan->localtime);
	put_flag(info, "disable_migrate", plan->nomigrate);
	put_flag(info, "claim_mode", plan->claim);
	put_number(info, "event_channels", plan->max_event_channels);
	put_number(info, "max_grant_frames", plan->max_grant_frames);
	put_number(info, "max_maptrack_frames", plan->max_maptrack_frames);
	put_number(info, "max_grant_version", plan->max_grant_version);
	json_object_set_new(info, "sched_params", describe_scheduling(plan));
	put_text(info, "kernel", plan->kernel);
	put_text(info, "ramdisk", plan->ramdisk);
	put_text(info, "cmdline", plan->command_line);
	put_text(pv, "bootloader", plan->bootloader);
	json_object_set_new(info, "type.pv", pv);
	return info;
}

static json_t *describe_disk(const struct disk_spec *disk)
{
	static const char *const backends[] = {"unknown", "phy", "qdisk"};
	json_t *object = json_object();

	put_text(object, "backend_domname", disk->backend_domain);
	put_text(object, "pdev_path", disk->target);
	put_text(object, "vdev", disk->vdev);
	put_text(object, "backend", backends[disk->backend]);
	put_text(object, "format", disk_format_name(disk->format));
	put_text(object, "script", disk->script);
	json_object_set_new(object, "removable", json_integer(disk->cdrom));
	json_object_set_new(object, "readwrite", json_integer(disk->access != DISK_ACCESS_READ));
	json_object_set_new(object, "is_cdrom", json_integer(disk->cdrom));
	return object;
}

static json_t *describe_vif(const struct vif_spec *vif)
{
	json_t *object = json_object();
	char mac[18];

	put_text(object, "backend_domname", vif->backend_domain);
	put_number(object, "devid", vif->devid);
	put_number(object, "mtu", vif->mtu ? (int64_t)vif->mtu : PLAN_UNSET);
	put_text(object, "model", vif->model);
	vif_format_mac(vif->mac, mac);
	put_text(object, "mac", mac);
	put_text(object, "ip", vif->ip);
	put_text(object, "bridge", vif->bridge);
	put_text(object, "ifname", vif->vifname);
	put_text(object, "script", vif->script);
	put_text(object, "nictype", "vif");
	put_text(object, "gatewaydev", vif->gatewaydev);
	return object;
}

json_t *plan_describe(const struct plan *plan)
{
	json_t *config = json_object(), *disks = json_array(), *nics = json_array();

	json_object_set_new(config, "c_info", describe_creation(plan));
	json_object_set_new(config, "b_info", describe_build(plan));
	for (size_t n = 0; n < plan->nr_disks; n++)
		json_array_append_new(disks, describe_disk(&plan->disks[n]));
	for (size_t n = 0; n < plan->nr_vifs; n++)
		json_array_append_new(nics, describe_vif(&plan->vifs[n]));
	json_object_set_new(config, "disks", disks);
	json_object_set_new(config, "nics", nics);
	put_text(config, "on_poweroff", plan_action_name(plan->on_poweroff));
	put_text(config, "on_reboot", plan_action_name(plan->on_reboot));
	put_text(config, "on_watchdog", plan_action_name(plan->on_watchdog));
	put_text(config, "on_crash", plan_action_name(plan->on_crash));
	put_text(config, "on_soft_reset", plan_action_name(plan->on_soft_reset));
	return config;
}
