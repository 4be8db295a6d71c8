/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Removing: back ends are told to close in one transaction, followed until they have, and then
 * everything that was made for them is taken away: scripts run, loop devices freed, nodes removed on
 * both sides, QEMU ended when no disk of it is left.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "libdom/device_internal.h"
#include "libdom/qemu.h"

#define STAGE "removing devices"
/* After the deadline of the back ends, for QEMU to write its caches, and to vanish when killed. */
#define QEMU_TIMEOUT_MS 10000

enum { TAG_STORE, TAG_QEMU, TAG_SCRIPTS };

struct device_removal {
	struct store *store;
	struct device *devices;
	size_t count, room, nr_open;
	uint32_t domid;
	bool forced, is_all; /* is_all: of a dead domain, whose QEMU goes as well */
	bool is_late, is_qemu_asked, is_qemu_killed;
	int qemu_pidfd;
	pid_t qemu_pid;
	struct device_events events;
	struct failure first; /* code FAILURE_NONE: none yet */
};

static void note_failure(struct device_removal *removal, const char *object, enum failure_code code,
			 const char *cause, const char *next)
{
	if (removal->first.code == FAILURE_NONE)
		failure_set(&removal->first, code, STAGE, object, cause, next);
}

static void note_errno(struct device_removal *removal, const char *object, const char *next)
{
	note_failure(removal, object, FAILURE_REFUSED, strerror(errno), next);
}

/* Finding */

static struct device *removal_append(struct device_removal *removal)
{
	if (removal->count == removal->room) {
		size_t room = removal->room ? removal->room * 2 : 16;
		struct device *devices = realloc(removal->devices, room * sizeof(*devices));

		if (!devices)
			return NULL;
		removal->devices = devices;
		removal->room = room;
	}
	return &removal->devices[removal->count++];
}

static bool removal_has(const struct device_removal *removal, enum device_kind kind, uint32_t devid)
{
	for (size_t i = 0; i < removal->count; i++)
		if (removal->devices[i].kind == kind && removal->devices[i].devid == devid)
			return true;
	return false;
}

static int removal_add(struct device_removal *removal, enum device_kind kind,
		       const char *backend_type, uint32_t devid)
{
	struct device *device = removal_append(removal);

	if (!device)
		return -1;
	device_init(device, kind, backend_type, removal->domid, devid);
	return 0;
}

/* Every number below a directory that is not there yet as a device of this kind. */
static int removal_add_listed(struct device_removal *removal, enum device_kind kind,
			      const char *backend_type, const char *directory)
{
	unsigned int count;
	char **names = store_list(removal->store, &count, "%s", directory);
	int result = 0;

	for (unsigned int i = 0; names && i < count && !result; i++) {
		char *end;
		unsigned long devid = strtoul(names[i], &end, 10);

		if (!*end && end != names[i] && !removal_has(removal, kind, (uint32_t)devid))
			result = removal_add(removal, kind, backend_type, (uint32_t)devid);
	}
	free(names);
	return result;
}

/* Back ends first: the record of an empty drive has none. */
static int removal_find(struct device_removal *removal)
{
	char directory[DEVICE_PATH_BYTES];

	for (size_t i = 0; i < device_nr_backend_types; i++) {
		const struct device_backend_type *type = &device_backend_types[i];

		snprintf(directory, sizeof(directory), DEVICE_BACKEND_ROOT "/%s/%u", type->backend,
			 removal->domid);
		if (removal_add_listed(removal, type->kind, type->backend, directory))
			return -1;
	}
	for (size_t i = 0; i < device_nr_backend_types; i++) {
		const struct device_backend_type *type = &device_backend_types[i];

		snprintf(directory, sizeof(directory), "/libxl/%u/device/%s", removal->domid,
			 type->frontend);
		if (removal_add_listed(removal, type->kind, type->backend, directory))
			return -1;
	}
	return 0;
}

/* Closing */

/* Is there somebody who would answer, and hasn't yet? */
static bool is_served(const struct device_removal *removal, const struct device *device, int state)
{
	if (state == XenbusStateUnknown || state == XenbusStateInitialising)
		return false;
	if (strcmp(device->backend_type, "qdisk") != 0)
		return state != XenbusStateClosed;
	/* QEMU takes its nodes away itself, and would make them anew behind us. */
	return removal->qemu_pidfd >= 0 && (state != XenbusStateClosed || !removal->is_all);
}

static int close_body(struct store *store, void *context)
{
	struct device_removal *removal = context;

	for (size_t i = 0; i < removal->count; i++) {
		const struct device *device = &removal->devices[i];

		if (store_has(store, "%s/state", device->backend) &&
		    device_read_state(store, device->backend) != XenbusStateClosed &&
		    (store_write(store, "0", "%s/online", device->backend) ||
		     store_write(store, "5", "%s/state", device->backend)))
			return -1;
		if (removal->forced && store_remove(store, "%s", device->frontend))
			return -1;
	}
	return 0;
}

static int removal_close_all(struct device_removal *removal)
{
	char token[24];

	for (size_t i = 0; i < removal->count; i++) {
		struct device *device = &removal->devices[i];
		int state = device_read_state(removal->store, device->backend);

		device->is_finished = !is_served(removal, device, state);
	}
	if (store_transact(removal->store, close_body, removal))
		return -1;
	for (size_t i = 0; i < removal->count; i++) {
		removal->nr_open++;
		snprintf(token, sizeof(token), "%zu", i);
		if (!removal->devices[i].is_finished &&
		    store_watch(removal->store, token, "%s/state", removal->devices[i].backend))
			return -1;
	}
	return 0;
}

/* Taking away */

/* A loop device may serve another by now: its file must still be the one of the record. */
static bool is_own_loop(struct store *store, const struct device *device, const char *path)
{
	char *recorded = store_read(store, "%s/file-identity", device->record), text[64];
	struct disk_identity identity;
	unsigned int index;
	bool is_own = true;

	if (sscanf(path, "/dev/loop%u", &index) != 1)
		is_own = false;
	else if (recorded && loop_identify(makedev(7, index), &identity) == 0) {
		disk_format_identity(&identity, text);
		is_own = strcmp(text, recorded) == 0;
	}
	free(recorded);
	return is_own;
}

static void free_loop(struct device_removal *removal, const struct device *device)
{
	char *path = store_read(removal->store, "%s/node", device->record);

	if (!path)
		path = store_read(removal->store, "%s/node", device->backend);
	if (path && is_own_loop(removal->store, device, path) && loop_detach(path))
		note_errno(removal, device->label, "free its loop device with losetup -d");
	free(path);
}

static int forget_body(struct store *store, void *context)
{
	const struct device *device = context;
	char devices[64];

	snprintf(devices, sizeof(devices), "/local/domain/%u/device", device->domid);
	if (store_prune(store, DEVICE_BACKEND_ROOT, "%s", device->backend) ||
	    store_prune(store, devices, "%s", device->frontend) ||
	    store_prune(store, "/libxl", "%s", device->record))
		return -1;
	return store_prune(store, "/local/domain/0", "/local/domain/0/error/backend/%s/%u/%u",
			   device->backend_type, device->domid, device->devid);
}

static void removal_clear(struct device_removal *removal, struct device *device)
{
	if (device->kind == DEVICE_DISK)
		free_loop(removal, device);
	if (store_transact(removal->store, forget_body, device))
		note_errno(removal, device->label, "see xenstored's log");
	device->is_finished = true;
	removal->nr_open--;
}

/* A script that a configuration named must undo what it did; the stock ones are ours to replace. */
static char *read_script(struct device_removal *removal, const struct device *device)
{
	char *script = store_read(removal->store, "%s/script", device->record);

	if (script &&
	    (strcmp(script, DEVICE_BLOCK_SCRIPT) == 0 || strcmp(script, DEVICE_VIF_SCRIPT) == 0)) {
		free(script);
		script = NULL;
	}
	return script;
}

/* true: it runs, and the device is cleared when it ends. */
static bool start_script(struct device_removal *removal, struct device *device)
{
	bool is_vif = device->kind == DEVICE_VIF;
	char *script = read_script(removal, device);
	char interface[16];
	int error = -1;

	if (!script)
		return false;
	snprintf(interface, sizeof(interface), "vif%u.%u", device->domid & 0xffff,
		 device->devid & 0xffff);
	error = device_script_start(device, script, is_vif ? "offline" : "remove",
				    is_vif ? interface : NULL);
	free(script);
	if (!error)
		error = device_events_add(&removal->events, device->script_pidfd,
					  TAG_SCRIPTS + (uint64_t)(device - removal->devices));
	if (error)
		note_errno(removal, device->label, "correct its script");
	return !error;
}

static void removal_finish(struct device_removal *removal, struct device *device)
{
	if (!start_script(removal, device))
		removal_clear(removal, device);
}

static void removal_follow_script(struct device_removal *removal, struct device *device)
{
	char cause[80];
	int status;

	device_events_forget(&removal->events, device->script_pidfd);
	status = device_script_end(device);
	if (status) {
		snprintf(cause, sizeof(cause), "its script ended with %d", status);
		note_failure(removal, device->label, FAILURE_GENERAL, cause,
			     "see /var/log/xen/xen-hotplug.log");
	}
	removal_clear(removal, device);
}

static bool has_qdisk(const struct device_removal *removal)
{
	unsigned int count;
	char **names = store_list(removal->store, &count, DEVICE_BACKEND_ROOT "/qdisk/%u",
				  removal->domid);

	free(names);
	return names && count;
}

static void close_qemu(struct device_removal *removal)
{
	if (removal->qemu_pidfd >= 0) {
		device_events_forget(&removal->events, removal->qemu_pidfd);
		close(removal->qemu_pidfd);
	}
	removal->qemu_pidfd = -1;
}

static void forget_qemu(struct device_removal *removal)
{
	close_qemu(removal);
	qemu_reap(removal->qemu_pid, removal->domid);
	removal->qemu_pid = 0;
	device_write_qemu_pid(removal->store, removal->domid, 0);
	store_prune(removal->store, "/local/domain/0", "/local/domain/0/device-model/%u",
		    removal->domid);
}

static void removal_end_qemu(struct device_removal *removal)
{
	removal->is_qemu_asked = true;
	if (!removal->qemu_pid)
		return;
	if (!removal->is_all && has_qdisk(removal)) {
		close_qemu(removal);
		return;
	}
	if (removal->qemu_pidfd < 0) {
		forget_qemu(removal);
		return;
	}
	qemu_signal(removal->qemu_pidfd, false);
	if (device_events_rearm(&removal->events, QEMU_TIMEOUT_MS))
		note_errno(removal, "QEMU", "");
}

static void removal_follow_qemu(struct device_removal *removal)
{
	forget_qemu(removal);
	/* Its disks have lost who would close them. */
	for (size_t i = 0; i < removal->count; i++) {
		struct device *device = &removal->devices[i];

		if (!device->is_finished && strcmp(device->backend_type, "qdisk") == 0)
			removal_finish(removal, device);
	}
}

/* Being late */

static void fail_late(struct device_removal *removal, const struct device *device)
{
	if (device->script_pidfd >= 0)
		note_failure(removal, device->label, FAILURE_TIMEOUT,
			     "its script did not end in time", "see /var/log/xen/xen-hotplug.log");
	else if (removal->forced)
		note_failure(removal, device->label, FAILURE_TIMEOUT,
			     "its back end did not close in time",
			     "see the kernel's log of domain 0");
	else
		note_failure(removal, device->label, FAILURE_TIMEOUT,
			     "the guest did not let go of it in time",
			     "let the guest stop using it, or force it");
}

/* A device that its guest keeps stays; one that is forced goes, whatever its back end says. */
static void give_up(struct device_removal *removal)
{
	for (size_t i = 0; i < removal->count; i++) {
		struct device *device = &removal->devices[i];
		int state = device_read_state(removal->store, device->backend);

		if (device->is_finished)
			continue;
		if (state != XenbusStateClosed || device->script_pidfd >= 0)
			fail_late(removal, device);
		if (removal->forced || state == XenbusStateClosed)
			removal_clear(removal, device);
	}
	removal->nr_open = 0;
}

static void removal_follow_deadline(struct device_removal *removal)
{
	uint64_t ignored;

	(void)!read(removal->events.timer, &ignored, sizeof(ignored));
	if (removal->nr_open) {
		give_up(removal);
		return;
	}
	if (removal->qemu_pidfd >= 0 && !removal->is_qemu_killed) {
		removal->is_qemu_killed = true;
		qemu_signal(removal->qemu_pidfd, true);
		device_events_rearm(&removal->events, QEMU_TIMEOUT_MS);
		return;
	}
	note_failure(removal, "QEMU", FAILURE_TIMEOUT, "it does not end", "see its process");
	removal->is_late = true;
}

static void removal_follow_store(struct device_removal *removal)
{
	struct store_event event;

	while (store_next_event(removal->store, &event) > 0) {
		size_t i = strtoul(event.token, NULL, 10);
		struct device *device = &removal->devices[i];

		if (i >= removal->count || device->is_finished || device->script_pidfd >= 0)
			continue;
		if (!is_served(removal, device, device_read_state(removal->store, device->backend)))
			removal_finish(removal, device);
	}
}

static void removal_handle(struct device_removal *removal, uint64_t tag)
{
	switch (tag) {
	case DEVICE_TAG_DEADLINE:
		removal_follow_deadline(removal);
		break;
	case TAG_STORE:
		removal_follow_store(removal);
		break;
	case TAG_QEMU:
		removal_follow_qemu(removal);
		break;
	default:
		removal_follow_script(removal, &removal->devices[tag - TAG_SCRIPTS]);
	}
}

/* What back ends wrote while they closed. */
static void removal_sweep(struct device_removal *removal)
{
	for (size_t i = 0; i < device_nr_backend_types; i++)
		store_prune(removal->store, DEVICE_BACKEND_ROOT, DEVICE_BACKEND_ROOT "/%s/%u",
			    device_backend_types[i].backend, removal->domid);
	store_prune(removal->store, "/libxl", "/libxl/%u/device", removal->domid);
	store_remove(removal->store, "/local/domain/%u/device", removal->domid);
}

/* 1: nothing more to wait for. */
static int removal_advance(struct device_removal *removal)
{
	if (removal->nr_open)
		return 0;
	if (!removal->is_qemu_asked)
		removal_end_qemu(removal);
	if (removal->qemu_pidfd >= 0 && !removal->is_late)
		return 0;
	if (removal->is_all)
		removal_sweep(removal);
	return 1;
}

/* 1: done, 0: later, -1: done with a failure; wait: until it is done. */
static int removal_run(struct device_removal *removal, bool wait, struct failure *failure)
{
	uint64_t tag;
	int ready;

	for (;;) {
		if (removal_advance(removal))
			break;
		ready = device_events_next(&removal->events, wait, &tag);
		if (!ready)
			return 0;
		if (ready < 0) {
			note_errno(removal, "the devices", "");
			break;
		}
		removal_handle(removal, tag);
	}
	if (removal->first.code == FAILURE_NONE)
		return 1;
	*failure = removal->first;
	return -1;
}

/* Beginning and ending */

static void removal_open_qemu(struct device_removal *removal)
{
	removal->qemu_pid = device_qemu_pid(removal->store, removal->domid);
	if (!removal->qemu_pid)
		return;
	removal->qemu_pidfd = qemu_find_running(removal->qemu_pid, removal->domid);
	if (removal->qemu_pidfd >= 0)
		device_events_add(&removal->events, removal->qemu_pidfd, TAG_QEMU);
}

static int removal_open(uint32_t domid, bool forced, unsigned int timeout_ms,
			struct device_removal **out, struct failure *failure)
{
	struct device_removal *removal = calloc(1, sizeof(*removal));

	if (!removal)
		return failure_set_errno(failure, FAILURE_NO_MEMORY, ENOMEM, STAGE, "the devices",
					 "");
	*removal = (struct device_removal){
		.domid = domid, .forced = forced, .qemu_pidfd = -1, .events = {-1, -1}};
	if (store_open(&removal->store, failure)) {
		device_removal_end(removal);
		return -1;
	}
	if (device_events_open(&removal->events, timeout_ms ? timeout_ms : DEVICE_TIMEOUT_MS) ||
	    device_events_add(&removal->events, store_fd(removal->store), TAG_STORE)) {
		failure_set_errno(failure, FAILURE_REFUSED, errno, STAGE, "the devices", "");
		device_removal_end(removal);
		return -1;
	}
	removal_open_qemu(removal);
	*out = removal;
	return 0;
}

static int removal_start(struct device_removal *removal, struct failure *failure)
{
	if (removal_close_all(removal))
		return failure_set_errno(failure, FAILURE_REFUSED, errno, STAGE, "the store",
					 "see xenstored's log");
	for (size_t i = 0; i < removal->count; i++) {
		if (!removal->devices[i].is_finished)
			continue;
		removal->devices[i].is_finished = false;
		removal_finish(removal, &removal->devices[i]);
	}
	return 0;
}

int device_removal_begin(uint32_t domid, unsigned int timeout_ms, struct device_removal **out,
			 struct failure *failure)
{
	struct device_removal *removal;

	if (removal_open(domid, true, timeout_ms, &removal, failure))
		return -1;
	removal->is_all = true;
	if (removal_find(removal))
		failure_set_errno(failure, FAILURE_NO_MEMORY, errno, STAGE, "the devices", "");
	else if (removal_start(removal, failure) == 0) {
		*out = removal;
		return 0;
	}
	device_removal_end(removal);
	return -1;
}

int device_removal_fd(const struct device_removal *removal)
{
	return removal->events.epoll;
}

int device_removal_step(struct device_removal *removal, struct failure *failure)
{
	return removal_run(removal, false, failure);
}

void device_removal_end(struct device_removal *removal)
{
	if (!removal)
		return;
	for (size_t i = 0; i < removal->count; i++)
		if (removal->devices[i].script_pidfd >= 0)
			close(removal->devices[i].script_pidfd);
	if (removal->qemu_pidfd >= 0)
		close(removal->qemu_pidfd);
	store_close(removal->store);
	device_events_close(&removal->events);
	free(removal->devices);
	free(removal);
}

int device_remove_all(struct store *store, uint32_t domid, unsigned int timeout_ms,
		      struct failure *failure)
{
	struct device_removal *removal;
	int result;

	(void)store;
	if (device_removal_begin(domid, timeout_ms, &removal, failure))
		return -1;
	result = removal_run(removal, true, failure);
	device_removal_end(removal);
	return result < 0 ? -1 : 0;
}

int device_undo(const struct device *devices, size_t count, uint32_t domid, unsigned int timeout_ms)
{
	struct device_removal *removal;
	struct failure failure;
	int result = -1;

	if (removal_open(domid, true, timeout_ms, &removal, &failure))
		return -1;
	for (size_t i = 0; i < count; i++)
		if (removal_add(removal, devices[i].kind, devices[i].backend_type,
				devices[i].devid))
			break;
	if (removal_start(removal, &failure) == 0)
		result = removal_run(removal, true, &failure);
	device_removal_end(removal);
	return result;
}

int device_detach(struct store *store, uint32_t domid, enum device_kind kind, uint32_t devid,
		  bool forced, unsigned int timeout_ms, struct failure *failure)
{
	struct device_removal *removal;
	struct device_info info;
	char name[16];
	int result = -1;

	snprintf(name, sizeof(name), "%u", devid);
	if (device_find(store, domid, kind, name, &info, failure) ||
	    removal_open(domid, forced, timeout_ms, &removal, failure))
		return -1;
	if (removal_add(removal, kind, "vbd", devid)) {
		failure_set_errno(failure, FAILURE_NO_MEMORY, ENOMEM, STAGE, name, "");
	} else {
		/* The removal outlives what the store said. */
		for (size_t i = 0; i < device_nr_backend_types; i++)
			if (strcmp(device_backend_types[i].backend, info.backend_type) == 0)
				device_init(&removal->devices[0], kind,
					    device_backend_types[i].backend, domid, devid);
		if (removal_start(removal, failure) == 0)
			result = removal_run(removal, true, failure);
	}
	device_removal_end(removal);
	return result < 0 ? -1 : 0;
}
