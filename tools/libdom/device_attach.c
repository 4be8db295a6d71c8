/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attaching: what the back ends need is prepared, all nodes are written at once, and one loop follows
 * every device until its back end offers itself and its host side is set up.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libdom/device_internal.h"
#include "libdom/network.h"
#include "libdom/qemu.h"

#define STAGE "attaching devices"
/* To be loaded and to open its images, before the back ends' own time begins. */
#define QEMU_TIMEOUT_MS 60000

enum tag { TAG_STORE, TAG_NETWORK, TAG_QEMU_CONTROL, TAG_QEMU_END, TAG_SCRIPTS };

struct attach {
	const struct device_request *request;
	struct store *store;   /* the caller's */
	struct store *watches; /* our own connection */
	struct device *devices;
	size_t count, nr_open;
	struct network *network; /* NULL: no interfaces */
	struct qemu qemu;
	bool has_qemu, is_qemu_starting;
	unsigned int timeout_ms;
	struct device_events events;
	struct failure *failure;
};

static int attach_fail(struct attach *attach, const char *object, enum failure_code code,
		       const char *cause, const char *next)
{
	return failure_set(attach->failure, code, STAGE, object, cause, next);
}

static int attach_fail_errno(struct attach *attach, const char *object, const char *next)
{
	return failure_set_errno(attach->failure, FAILURE_REFUSED, errno, STAGE, object, next);
}

/* Preparing */

static void attach_init_disk(struct attach *attach, const struct disk_spec *disk)
{
	struct device *device = &attach->devices[attach->count++];

	device_init(device, DEVICE_DISK, disk->backend == DISK_BACKEND_QDISK ? "qdisk" : "vbd",
		    attach->request->domid, disk->number);
	device->disk = disk;
	device->is_recorded_only = disk->format == DISK_FORMAT_EMPTY;
	device->is_finished = device->is_recorded_only;
	disk_describe(disk, device->label, sizeof(device->label));
}

static void attach_init_vif(struct attach *attach, const struct vif_spec *vif)
{
	struct device *device = &attach->devices[attach->count++];

	device_init(device, DEVICE_VIF, "vif", attach->request->domid, (uint32_t)vif->devid);
	device->vif = vif;
	vif_describe(vif, device->label, sizeof(device->label));
}

static int attach_init(struct attach *attach)
{
	const struct device_request *request = attach->request;

	attach->devices = calloc(request->nr_disks + request->nr_vifs + 1, sizeof(struct device));
	if (!attach->devices || device_events_open(&attach->events, attach->timeout_ms))
		return attach_fail_errno(attach, "the devices", "");
	for (size_t i = 0; i < request->nr_disks; i++)
		attach_init_disk(attach, &request->disks[i]);
	for (size_t i = 0; i < request->nr_vifs; i++)
		attach_init_vif(attach, &request->vifs[i]);
	if (store_open(&attach->watches, attach->failure))
		return -1;
	if (request->nr_vifs && network_open(&attach->network, attach->failure))
		return -1;
	if (device_events_add(&attach->events, store_fd(attach->watches), TAG_STORE) ||
	    (attach->network &&
	     device_events_add(&attach->events, network_fd(attach->network), TAG_NETWORK)))
		return attach_fail_errno(attach, "the devices", "");
	return 0;
}

static int attach_prepare_disk(struct attach *attach, struct device *device)
{
	const struct disk_spec *disk = device->disk;
	struct stat status;

	if (device->is_recorded_only || disk->backend != DISK_BACKEND_PHY || disk->script[0])
		return 0;
	if (stat(disk->target, &status))
		return attach_fail_errno(attach, device->label, "correct the disk's target");
	if (S_ISBLK(status.st_mode)) {
		device->physical = status.st_rdev;
		return 0;
	}
	if (loop_attach(disk->target, disk->access == DISK_ACCESS_READ, &device->loop))
		return attach_fail_errno(attach, device->label,
					 "check that module loop is loaded, or use "
					 "backendtype=qdisk");
	device->physical = device->loop.number;
	return 0;
}

static int attach_prepare(struct attach *attach, struct device *device)
{
	if (store_has(attach->store, "%s/backend", device->record) ||
	    store_has(attach->store, "%s/state", device->backend))
		return attach_fail(attach, device->label, FAILURE_BUSY,
				   "the guest has such a device", "choose another, or detach it");
	if (device->kind == DEVICE_DISK)
		return attach_prepare_disk(attach, device);
	return network_check(attach->network, device->vif, attach->failure);
}

static int attach_prepare_all(struct attach *attach)
{
	for (size_t i = 0; i < attach->count; i++)
		if (attach_prepare(attach, &attach->devices[i]))
			return -1;
	return 0;
}

/* Writing */

static int attach_write(struct attach *attach)
{
	struct store_batch *batch = store_batch_create();
	int result;

	for (size_t i = 0; batch && i < attach->count; i++)
		device_add_nodes(batch, &attach->devices[i]);
	result = store_batch_write(attach->store, batch);
	store_batch_destroy(batch);
	if (result)
		return attach_fail_errno(attach, "the store", "see xenstored's log");
	return 0;
}

/* The nodes name the loop devices from here on, so that whoever removes the guest finds them. */
static int attach_keep_loops(struct attach *attach)
{
	for (size_t i = 0; i < attach->count; i++)
		if (attach->devices[i].loop.fd >= 0 && loop_keep(&attach->devices[i].loop))
			return attach_fail_errno(attach, attach->devices[i].label,
						 "see what losetup and the kernel's log say of its "
						 "loop device");
	return 0;
}

static int attach_watch(struct attach *attach)
{
	char token[24];

	for (size_t i = 0; i < attach->count; i++) {
		struct device *device = &attach->devices[i];

		if (device->is_finished)
			continue;
		attach->nr_open++;
		snprintf(token, sizeof(token), "%zu", i);
		if (store_watch(attach->watches, token, "%s/state", device->backend) ||
		    store_watch(attach->watches, token, "%s/hotplug-status", device->backend))
			return attach_fail_errno(attach, device->label, "see xenstored's log");
	}
	return 0;
}

/* QEMU */

static bool attach_wants_qemu(const struct attach *attach)
{
	for (size_t i = 0; i < attach->count; i++)
		if (!attach->devices[i].is_recorded_only &&
		    strcmp(attach->devices[i].backend_type, "qdisk") == 0)
			return true;
	return false;
}

/* One that is told of images is to be waited for again. */
static bool attach_has_images(const struct attach *attach)
{
	for (size_t i = 0; i < attach->count; i++)
		if (attach->devices[i].disk && disk_opens_read_only(attach->devices[i].disk))
			return true;
	return false;
}

static int attach_add_images(struct attach *attach)
{
	for (size_t i = 0; i < attach->count; i++) {
		const struct disk_spec *disk = attach->devices[i].disk;

		if (disk && disk_opens_read_only(disk) && qemu_add_image(&attach->qemu, disk))
			return attach_fail_errno(attach, attach->devices[i].label, "");
	}
	return 0;
}

static int attach_open_qemu(struct attach *attach)
{
	const struct device_request *request = attach->request;

	if (device_qemu_pid(attach->store, request->domid)) {
		if (qemu_connect(request->domid, &attach->qemu, attach->failure))
			return -1;
		qemu_log_path(request->log_directory, request->name, attach->qemu.log);
		return 0;
	}
	if (qemu_start(request->domid, request->name, request->log_directory, &attach->qemu,
		       attach->failure))
		return -1;
	attach->has_qemu = true;
	if (!device_write_qemu_pid(attach->store, request->domid, attach->qemu.pid) &&
	    !device_events_add(&attach->events, attach->qemu.pidfd, TAG_QEMU_END))
		return 0;
	/* Who removes the devices may not find it. */
	attach_fail_errno(attach, "QEMU", "see xenstored's log");
	qemu_signal(attach->qemu.pidfd, true);
	return -1;
}

static int attach_start_qemu(struct attach *attach)
{
	if (!attach_wants_qemu(attach) ||
	    (device_qemu_pid(attach->store, attach->request->domid) && !attach_has_images(attach)))
		return 0;
	if (attach_open_qemu(attach))
		return -1;
	attach->has_qemu = attach->is_qemu_starting = true;
	if (device_events_add(&attach->events, attach->qemu.control, TAG_QEMU_CONTROL) ||
	    device_events_rearm(&attach->events, QEMU_TIMEOUT_MS))
		return attach_fail_errno(attach, "QEMU", "");
	return attach_add_images(attach);
}

static int attach_fail_qemu(struct attach *attach, const struct device *device)
{
	char log[256], cause[400], next[200], number[16];

	qemu_log_path(attach->request->log_directory, attach->request->name, log);
	snprintf(number, sizeof(number), "'%u'", device->devid);
	if (disk_opens_read_only(device->disk) && attach->qemu.refusal[0])
		snprintf(cause, sizeof(cause), "%s", attach->qemu.refusal);
	else
		qemu_last_words(log, number, cause, sizeof(cause));
	snprintf(next, sizeof(next), "see %.190s", log);
	return attach_fail(attach, device->label, FAILURE_GENERAL,
			   cause[0] ? cause : "QEMU did not take it", next);
}

/* QEMU has been through its disks when it answers: what it did not take by then it never will. */
static int attach_follow_qemu(struct attach *attach)
{
	int ready = qemu_step(&attach->qemu, attach->failure);

	if (ready <= 0)
		return ready;
	attach->is_qemu_starting = false;
	device_events_forget(&attach->events, attach->qemu.control);
	if (device_events_rearm(&attach->events, attach->timeout_ms))
		return attach_fail_errno(attach, "QEMU", "");
	for (size_t i = 0; i < attach->count; i++) {
		const struct device *device = &attach->devices[i];

		if (!device->is_recorded_only && strcmp(device->backend_type, "qdisk") == 0 &&
		    device_read_state(attach->store, device->backend) < XenbusStateInitWait)
			return attach_fail_qemu(attach, device);
	}
	return 0;
}

/* The host side */

static void attach_finish(struct attach *attach, struct device *device)
{
	device->is_finished = true;
	attach->nr_open--;
}

static int attach_plug(struct attach *attach, struct device *device, const char *interface)
{
	struct store_batch *batch;
	uint32_t mtu;
	int result;

	if (network_plug(attach->network, interface, device->vif, &mtu, attach->failure))
		return -1;
	batch = store_batch_create();
	store_batch_enter(batch, (struct store_access){device->domid, 0}, "%s", device->frontend);
	store_batch_add(batch, "mtu", "%u", mtu);
	store_batch_enter(batch, (struct store_access){0, device->domid}, "%s", device->backend);
	store_batch_add(batch, "hotplug-status", "connected");
	result = store_batch_write(attach->store, batch);
	store_batch_destroy(batch);
	if (result)
		return attach_fail_errno(attach, device->label, "see xenstored's log");
	attach_finish(attach, device);
	return 0;
}

static int attach_start_script(struct attach *attach, struct device *device, const char *interface)
{
	const char *script = interface ? device->vif->script : device->disk->script;

	if (device_script_start(device, script, interface ? "online" : "add", interface))
		return attach_fail_errno(attach, device->label, "correct its script");
	if (device_events_add(&attach->events, device->script_pidfd,
			      TAG_SCRIPTS + (uint64_t)(device - attach->devices)))
		return attach_fail_errno(attach, device->label, "");
	return 0;
}

static int attach_follow_script(struct attach *attach, struct device *device)
{
	char cause[400], words[300];
	int status;

	device_events_forget(&attach->events, device->script_pidfd);
	status = device_script_end(device);
	if (!status && store_has(attach->store, "%s/hotplug-status", device->backend)) {
		attach_finish(attach, device);
		return 0;
	}
	device_read_error(attach->store, device, words, sizeof(words));
	snprintf(cause, sizeof(cause), "its script ended with %d%s%s", status, words[0] ? ": " : "",
		 words);
	return attach_fail(attach, device->label, FAILURE_GENERAL, cause,
			   "see /var/log/xen/xen-hotplug.log");
}

static int attach_follow_vif(struct attach *attach, struct device *device)
{
	char interface[VIF_NAME_BYTES];

	network_name_vif(device->domid, device->devid, interface);
	if (!network_has(attach->network, interface))
		return 0;
	if (device->vif->script[0])
		return attach_start_script(attach, device, interface);
	return attach_plug(attach, device, interface);
}

static int attach_fail_closed(struct attach *attach, const struct device *device)
{
	char words[300], cause[400];

	device_read_error(attach->store, device, words, sizeof(words));
	snprintf(cause, sizeof(cause), "its back end gave up%s%s", words[0] ? ": " : "", words);
	return attach_fail(attach, device->label, FAILURE_GENERAL, cause,
			   "see the kernel's log of domain 0");
}

static int attach_follow(struct attach *attach, struct device *device)
{
	int state;

	if (device->is_finished || device->script_pidfd >= 0)
		return 0;
	state = device_read_state(attach->store, device->backend);
	if (state == XenbusStateClosing || state == XenbusStateClosed)
		return attach_fail_closed(attach, device);
	if (state < XenbusStateInitWait)
		return 0;
	if (device->kind == DEVICE_VIF)
		return attach_follow_vif(attach, device);
	if (device->disk->script[0])
		return attach_start_script(attach, device, NULL);
	attach_finish(attach, device);
	return 0;
}

/* The loop */

static int attach_follow_store(struct attach *attach)
{
	struct store_event event;

	while (store_next_event(attach->watches, &event) > 0) {
		size_t i = strtoul(event.token, NULL, 10);

		if (i < attach->count && attach_follow(attach, &attach->devices[i]))
			return -1;
	}
	return 0;
}

static int attach_follow_network(struct attach *attach)
{
	network_drain(attach->network);
	for (size_t i = 0; i < attach->count; i++)
		if (attach->devices[i].kind == DEVICE_VIF &&
		    attach_follow(attach, &attach->devices[i]))
			return -1;
	return 0;
}

static bool is_driver_there(const struct device *device)
{
	char path[80];

	snprintf(path, sizeof(path), "/sys/bus/xen-backend/drivers/%s", device->backend_type);
	return access(path, F_OK) == 0;
}

static int attach_fail_late(struct attach *attach)
{
	struct device *device = attach->devices;
	bool is_vif, is_qdisk;

	if (attach->is_qemu_starting)
		return attach_fail(attach, "QEMU", FAILURE_TIMEOUT, "it did not answer in time",
				   "see its log, qemu-dm-NAME.log beside the consoles'");
	while (device->is_finished)
		device++;
	is_vif = device->kind == DEVICE_VIF;
	is_qdisk = strcmp(device->backend_type, "qdisk") == 0;
	if (device->script_pidfd >= 0)
		return attach_fail(attach, device->label, FAILURE_TIMEOUT,
				   "its script did not end in time",
				   "see /var/log/xen/xen-hotplug.log");
	if (is_qdisk)
		return attach_fail_qemu(attach, device);
	if (!is_driver_there(device))
		return attach_fail(attach, device->label, FAILURE_TIMEOUT,
				   "domain 0 has no driver for its back end",
				   is_vif ? "load module xen-netback" : "load module xen-blkback");
	return attach_fail(attach, device->label, FAILURE_TIMEOUT,
			   "its back end did not offer itself in time",
			   "see the kernel's log of domain 0");
}

static int attach_handle(struct attach *attach, uint64_t tag)
{
	switch (tag) {
	case DEVICE_TAG_DEADLINE:
		return attach_fail_late(attach);
	case TAG_STORE:
		return attach_follow_store(attach);
	case TAG_NETWORK:
		return attach_follow_network(attach);
	case TAG_QEMU_CONTROL:
	case TAG_QEMU_END:
		return attach_follow_qemu(attach);
	default:
		return attach_follow_script(attach, &attach->devices[tag - TAG_SCRIPTS]);
	}
}

static int attach_wait(struct attach *attach)
{
	uint64_t tag;

	while (attach->nr_open || attach->is_qemu_starting) {
		if (device_events_next(&attach->events, true, &tag) < 0)
			return attach_fail_errno(attach, "the devices", "");
		if (attach_handle(attach, tag))
			return -1;
	}
	return 0;
}

static int attach_run(struct attach *attach)
{
	if (attach_prepare_all(attach) || attach_write(attach))
		return -1;
	if (attach_keep_loops(attach) || attach_start_qemu(attach) || attach_watch(attach) ||
	    attach_wait(attach)) {
		/* The first failure is the one to tell. */
		device_undo(attach->devices, attach->count, attach->request->domid,
			    attach->request->timeout_ms);
		return -1;
	}
	return 0;
}

static void attach_end(struct attach *attach)
{
	for (size_t i = 0; i < attach->count; i++) {
		loop_drop(&attach->devices[i].loop);
		if (attach->devices[i].script_pidfd >= 0)
			close(attach->devices[i].script_pidfd);
	}
	if (attach->has_qemu)
		qemu_release(&attach->qemu);
	network_close(attach->network);
	store_close(attach->watches);
	device_events_close(&attach->events);
	free(attach->devices);
}

int device_attach(struct store *store, const struct device_request *request,
		  struct failure *failure)
{
	struct attach attach = {
		.request = request,
		.store = store,
		.timeout_ms = request->timeout_ms ? request->timeout_ms : DEVICE_TIMEOUT_MS,
		.events = {-1, -1},
		.failure = failure,
	};
	int result = -1;

	if (!request->nr_disks && !request->nr_vifs)
		return 0;
	if (attach_init(&attach) == 0)
		result = attach_run(&attach);
	attach_end(&attach);
	return result;
}
