/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What devices a guest has, as the store says. What a guest can write is shown, never followed. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "libdom/device_internal.h"
#include "libdom/network.h"

#define STAGE "listing devices"

pid_t device_qemu_pid(struct store *store, uint32_t domid)
{
	uint64_t pid;

	if (store_read_number(store, &pid, "/libxl/%u/qemu-pid", domid) &&
	    store_read_number(store, &pid, "/local/domain/%u/image/device-model-pid", domid))
		return 0;
	return pid > 1 && pid < INT32_MAX ? (pid_t)pid : 0;
}

int device_write_qemu_pid(struct store *store, uint32_t domid, pid_t pid)
{
	char text[16];

	if (!pid)
		return store_prune(store, "/libxl", "/libxl/%u/qemu-pid", domid) ||
				       store_remove(store,
						    "/local/domain/%u/image/device-model-pid",
						    domid)
			       ? -1
			       : 0;
	snprintf(text, sizeof(text), "%d", (int)pid);
	return store_write(store, text, "/libxl/%u/qemu-pid", domid) ||
			       store_write(store, text, "/local/domain/%u/image/device-model-pid",
					   domid)
		       ? -1
		       : 0;
}

static void copy_node(struct store *store, const char *directory, const char *name, char *to,
		      size_t bytes)
{
	char *value = store_read(store, "%s/%s", directory, name);

	snprintf(to, bytes, "%s", value ? value : "");
	free(value);
}

static int64_t read_node(struct store *store, const char *directory, const char *name)
{
	uint64_t value;

	return store_read_number(store, &value, "%s/%s", directory, name) || value > INT64_MAX
		       ? -1
		       : (int64_t)value;
}

/* Of the only queue, or of the first; rings may have several pages. */
static const char *const disk_channels[] = {"event-channel", "queue-0/event-channel", NULL};
static const char *const disk_rings[] = {"ring-ref", "ring-ref0", "queue-0/ring-ref",
					 "queue-0/ring-ref0", NULL};
static const char *const vif_channels[] = {"event-channel", "event-channel-tx",
					   "queue-0/event-channel", "queue-0/event-channel-tx",
					   NULL};
static const char *const vif_tx_rings[] = {"tx-ring-ref", "queue-0/tx-ring-ref", NULL};
static const char *const vif_rx_rings[] = {"rx-ring-ref", "queue-0/rx-ring-ref", NULL};

static int64_t read_first(struct store *store, const char *directory, const char *const *names)
{
	int64_t value = -1;

	for (; *names && value < 0; names++)
		value = read_node(store, directory, *names);
	return value;
}

static void read_disk(struct store *store, const char *record, struct device_info *info)
{
	char params[DISK_TARGET_BYTES + 16], type[16], *colon;

	copy_node(store, record, "dev", info->vdev, sizeof(info->vdev));
	copy_node(store, record, "mode", info->mode, sizeof(info->mode));
	copy_node(store, record, "device-type", type, sizeof(type));
	copy_node(store, record, "params", params, sizeof(params));
	info->cdrom = strcmp(type, "cdrom") == 0;
	colon = strcmp(info->backend_type, "qdisk") == 0 ? strchr(params, ':') : NULL;
	if (colon)
		*colon++ = '\0';
	snprintf(info->target, sizeof(info->target), "%.2047s", colon ? colon : params);
	snprintf(info->format, sizeof(info->format), "%.15s",
		 !info->target[0]		       ? "empty"
		 : colon && strcmp(params, "aio") != 0 ? params
						       : "raw");
	info->event_channel = read_first(store, info->frontend_path, disk_channels);
	info->ring_ref = read_first(store, info->frontend_path, disk_rings);
}

static void read_vif(struct store *store, const char *record, struct device_info *info)
{
	copy_node(store, record, "mac", info->mac, sizeof(info->mac));
	copy_node(store, record, "bridge", info->bridge, sizeof(info->bridge));
	copy_node(store, record, "vifname", info->interface, sizeof(info->interface));
	if (!info->interface[0])
		network_name_vif(info->domid, info->devid, info->interface);
	info->event_channel = read_first(store, info->frontend_path, vif_channels);
	info->ring_ref = read_first(store, info->frontend_path, vif_tx_rings);
	info->ring_ref_rx = read_first(store, info->frontend_path, vif_rx_rings);
}

/* The type of the back end is in its path: …/backend/<type>/<domid>/<devid>. */
static void read_backend_type(struct device_info *info)
{
	const char *at = strstr(info->backend_path, "/backend/");
	size_t length;

	if (!at)
		return;
	at += strlen("/backend/");
	length = strcspn(at, "/");
	if (length < sizeof(info->backend_type))
		memcpy(info->backend_type, at, length);
}

static void read_info(struct store *store, uint32_t domid, enum device_kind kind, uint32_t devid,
		      struct device_info *info)
{
	struct device device;
	unsigned int backend_domid;

	device_init(&device, kind, "vbd", domid, devid);
	*info = (struct device_info){
		.domid = domid, .devid = devid, .kind = kind, .ring_ref = -1, .ring_ref_rx = -1};
	snprintf(info->frontend_path, sizeof(info->frontend_path), "%s", device.frontend);
	copy_node(store, device.record, "backend", info->backend_path, sizeof(info->backend_path));
	read_backend_type(info);
	if (sscanf(info->backend_path, "/local/domain/%u/", &backend_domid) == 1)
		info->backend_domid = backend_domid;
	info->frontend_state = (int32_t)read_node(store, info->frontend_path, "state");
	info->backend_state = (int32_t)read_node(store, info->backend_path, "state");
	if (kind == DEVICE_VIF)
		read_vif(store, device.record, info);
	else
		read_disk(store, device.record, info);
}

static int compare_info(const void *a, const void *b)
{
	const struct device_info *x = a, *y = b;

	return (x->devid > y->devid) - (x->devid < y->devid);
}

int device_list(struct store *store, uint32_t domid, enum device_kind kind,
		struct device_info **list, size_t *count, struct failure *failure)
{
	const char *type = kind == DEVICE_VIF ? "vif" : "vbd";
	unsigned int nr_names;
	char **names = store_list(store, &nr_names, "/libxl/%u/device/%s", domid, type);
	struct device_info *found = calloc(nr_names + 1, sizeof(*found));
	size_t n = 0;

	if (!found) {
		free(names);
		return failure_set_errno(failure, FAILURE_NO_MEMORY, ENOMEM, STAGE, type, "");
	}
	for (unsigned int i = 0; names && i < nr_names; i++) {
		char *end;
		unsigned long devid = strtoul(names[i], &end, 10);

		if (!*end && end != names[i] && devid <= UINT32_MAX)
			read_info(store, domid, kind, (uint32_t)devid, &found[n++]);
	}
	free(names);
	qsort(found, n, sizeof(*found), compare_info);
	*list = found;
	*count = n;
	return 0;
}

static bool is_named(const struct device_info *info, const char *name)
{
	uint32_t number;
	char *end;
	unsigned long devid = strtoul(name, &end, 10);

	if (*name && !*end && devid == info->devid)
		return true;
	if (info->kind == DEVICE_VIF)
		return strcasecmp(info->mac, name) == 0;
	return strcmp(info->vdev, name) == 0 ||
	       (disk_vdev_parse(name, &number) == 0 && number == info->devid);
}

int device_find(struct store *store, uint32_t domid, enum device_kind kind, const char *name,
		struct device_info *info, struct failure *failure)
{
	struct device_info *list;
	size_t count;
	char object[200];
	int result = -1;

	if (device_list(store, domid, kind, &list, &count, failure))
		return -1;
	for (size_t i = 0; i < count && result; i++) {
		if (is_named(&list[i], name)) {
			*info = list[i];
			result = 0;
		}
	}
	free(list);
	if (!result)
		return 0;
	snprintf(object, sizeof(object), "%s %.60s of domain %u",
		 kind == DEVICE_VIF ? "vif" : "disk", name, domid);
	return failure_set(failure, FAILURE_NOT_FOUND, "finding a device", object,
			   "the guest has no such device",
			   kind == DEVICE_VIF ? "see network-list" : "see block-list");
}
