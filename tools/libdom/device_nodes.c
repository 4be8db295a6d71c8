/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a device is in the store: its directories, and every node that front end, back end and
 * other tools expect there. The names are those of blkif.h, netif.h, the kernel's back ends, QEMU
 * and xl.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "libdom/device_internal.h"
#include "libdom/qemu.h"

const struct device_backend_type device_backend_types[] = {
	{"vbd", "vbd", DEVICE_DISK},
	{"qdisk", "vbd", DEVICE_DISK},
	{"vif", "vif", DEVICE_VIF},
};
const size_t device_nr_backend_types = sizeof(device_backend_types) /
				       sizeof(device_backend_types[0]);

void device_init(struct device *device, enum device_kind kind, const char *backend_type,
		 uint32_t domid, uint32_t devid)
{
	const char *type = kind == DEVICE_VIF ? "vif" : "vbd";

	*device = (struct device){
		.kind = kind,
		.domid = domid,
		.devid = devid,
		.backend_type = backend_type,
		.loop.fd = -1,
		.script_pidfd = -1,
	};
	snprintf(device->backend, sizeof(device->backend), DEVICE_BACKEND_ROOT "/%s/%u/%u",
		 backend_type, domid, devid);
	snprintf(device->frontend, sizeof(device->frontend), "/local/domain/%u/device/%s/%u", domid,
		 type, devid);
	snprintf(device->record, sizeof(device->record), "/libxl/%u/device/%s/%u", domid, type,
		 devid);
	snprintf(device->label, sizeof(device->label), "%s %u of domain %u", type, devid, domid);
}

int device_read_state(struct store *store, const char *directory)
{
	uint64_t state;

	if (store_read_number(store, &state, "%s/state", directory) ||
	    state > XenbusStateReconfigured)
		return XenbusStateUnknown;
	return (int)state;
}

void device_read_error(struct store *store, const struct device *device, char *text, size_t bytes)
{
	char *error = store_read(store, "/local/domain/0/error/backend/%s/%u/%u/error",
				 device->backend_type, device->domid, device->devid);

	if (!error)
		error = store_read(store, "%s/hotplug-error", device->backend);
	snprintf(text, bytes, "%s", error ? error : "");
	free(error);
}

static const char *disk_mode(const struct disk_spec *disk)
{
	static const char *const modes[] = {
		[DISK_ACCESS_READ] = "r", [DISK_ACCESS_WRITE] = "w", [DISK_ACCESS_SHARED] = "w!"};

	return modes[disk->access];
}

static void add_disk_source(struct store_batch *batch, const struct device *device)
{
	const struct disk_spec *disk = device->disk;
	bool is_raw = disk->format == DISK_FORMAT_RAW;

	if (strcmp(device->backend_type, "qdisk") == 0) {
		store_batch_add(batch, "params", "%s:%s",
				is_raw ? "aio" : disk_format_name(disk->format), disk->target);
		store_batch_add(batch, "type", "qdisk");
		return;
	}
	store_batch_add(batch, "params", "%s", disk->target);
	store_batch_add(batch, "script", "%s",
			disk->script[0] ? disk->script : DEVICE_BLOCK_SCRIPT);
	store_batch_add(batch, "type", "phy");
	if (!device->physical)
		return;
	if (device->loop.fd >= 0)
		store_batch_add(batch, "node", "%s", device->loop.path);
	store_batch_add(batch, "physical-device-path", "%s",
			device->loop.fd >= 0 ? device->loop.path : disk->target);
	store_batch_add(batch, "physical-device", "%x:%x", major(device->physical),
			minor(device->physical));
	store_batch_add(batch, "hotplug-status", "connected");
}

static void add_disk_backend(struct store_batch *batch, const struct device *device)
{
	const struct disk_spec *disk = device->disk;

	add_disk_source(batch, device);
	store_batch_add(batch, "removable", "%d", disk->cdrom);
	store_batch_add(batch, "bootable", "1");
	store_batch_add(batch, "dev", "%s", disk->vdev);
	store_batch_add(batch, "mode", "%s", disk_mode(disk));
	store_batch_add(batch, "device-type", "%s", disk->cdrom ? "cdrom" : "disk");
	if (disk->access != DISK_ACCESS_READ)
		store_batch_add(batch, "discard-enable", "%d", !disk->no_discard);
	if (disk->direct_io_safe)
		store_batch_add(batch, "direct-io-safe", "1");
	store_batch_add(batch, "specification", "xen");
}

static void add_disk_frontend(struct store_batch *batch, const struct device *device)
{
	store_batch_add(batch, "virtual-device", "%u", device->disk->number);
	store_batch_add(batch, "device-type", "%s", device->disk->cdrom ? "cdrom" : "disk");
	store_batch_add(batch, "trusted", "%d", !device->disk->untrusted);
}

static void add_vif_backend(struct store_batch *batch, const struct device *device)
{
	const struct vif_spec *vif = device->vif;
	char mac[18];

	vif_format_mac(vif->mac, mac);
	/* The kernel's back end refuses a device without a script's name. */
	store_batch_add(batch, "script", "%s", vif->script[0] ? vif->script : DEVICE_VIF_SCRIPT);
	store_batch_add(batch, "handle", "%u", device->devid);
	store_batch_add(batch, "mac", "%s", mac);
	store_batch_add(batch, "type", "vif");
	if (vif->bridge[0])
		store_batch_add(batch, "bridge", "%s", vif->bridge);
	if (vif->ip[0])
		store_batch_add(batch, "ip", "%s", vif->ip);
	if (vif->vifname[0])
		store_batch_add(batch, "vifname", "%s", vif->vifname);
	if (vif->gatewaydev[0])
		store_batch_add(batch, "gatewaydev", "%s", vif->gatewaydev);
	if (vif->has_rate)
		store_batch_add(batch, "rate", "%u,%u", vif->rate_bytes, vif->rate_interval_us);
	if (vif->mtu)
		store_batch_add(batch, "mtu", "%u", vif->mtu);
}

static void add_vif_frontend(struct store_batch *batch, const struct device *device)
{
	char mac[18];

	vif_format_mac(device->vif->mac, mac);
	store_batch_add(batch, "handle", "%u", device->devid);
	store_batch_add(batch, "mac", "%s", mac);
	if (device->vif->mtu)
		store_batch_add(batch, "mtu", "%u", device->vif->mtu);
	store_batch_add(batch, "trusted", "%d", !device->vif->untrusted);
}

static const struct {
	void (*add_backend)(struct store_batch *batch, const struct device *device);
	void (*add_frontend)(struct store_batch *batch, const struct device *device);
} kinds[NR_DEVICE_KINDS] = {
	[DEVICE_DISK] = {add_disk_backend, add_disk_frontend},
	[DEVICE_VIF] = {add_vif_backend, add_vif_frontend},
};

/* What is in the back end's directory, and copied in the record, which no driver domain can change. */
static void add_backend_nodes(struct store_batch *batch, const struct device *device)
{
	store_batch_add(batch, "frontend", "%s", device->frontend);
	store_batch_add(batch, "frontend-id", "%u", device->domid);
	store_batch_add(batch, "online", "1");
	store_batch_add(batch, "state", "%d", XenbusStateInitialising);
	kinds[device->kind].add_backend(batch, device);
}

void device_add_nodes(struct store_batch *batch, const struct device *device)
{
	const struct store_access private = {.owner = 0, .reader = STORE_NOBODY};
	const struct store_access backend = {.owner = 0, .reader = device->domid};
	const struct store_access frontend = {.owner = device->domid, .reader = 0};
	struct disk_identity identity;
	char text[64];

	store_batch_enter(batch, private, "%s", device->record);
	store_batch_add(batch, "backend", "%s", device->backend);
	add_backend_nodes(batch, device);
	/* By which a later program knows that the loop device is still this disk's. */
	if (device->loop.fd >= 0 && loop_identify(device->loop.number, &identity) == 0) {
		disk_format_identity(&identity, text);
		store_batch_add(batch, "file-identity", "%s", text);
	}
	if (device->is_recorded_only)
		return;
	store_batch_enter(batch, frontend, "%s", device->frontend);
	store_batch_add(batch, "backend", "%s", device->backend);
	store_batch_add(batch, "backend-id", "0");
	store_batch_add(batch, "state", "%d", XenbusStateInitialising);
	kinds[device->kind].add_frontend(batch, device);
	store_batch_enter(batch, backend, "%s", device->backend);
	add_backend_nodes(batch, device);
	/* It would open them in its own way; who is told makes the device itself, and says so. */
	if (device->disk && disk_opens_read_only(device->disk))
		store_batch_add(batch, "online", "0");
}
