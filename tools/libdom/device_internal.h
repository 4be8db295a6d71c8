/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the sources of the device module share. For no one else. */
#ifndef LIBDOM_DEVICE_INTERNAL_H
#define LIBDOM_DEVICE_INTERNAL_H

#include <xen/io/xenbus.h>

#include "libdom/device.h"
#include "libdom/loop.h"

#define DEVICE_BACKEND_ROOT "/local/domain/0/backend"
#define DEVICE_PATH_BYTES 128
#define DEVICE_BLOCK_SCRIPT "/etc/xen/scripts/block"
#define DEVICE_VIF_SCRIPT "/etc/xen/scripts/vif-bridge"

/* One split device in the works. */
struct device {
	enum device_kind kind;
	uint32_t domid, devid;
	const char *backend_type; /* "vbd", "qdisk", "vif" */
	char backend[DEVICE_PATH_BYTES], frontend[DEVICE_PATH_BYTES], record[DEVICE_PATH_BYTES];
	char label[200]; /* the object of failures */

	/* attaching */
	const struct disk_spec *disk;
	const struct vif_spec *vif;
	struct loop loop;
	dev_t physical;	       /* 0: a script or QEMU sees to it */
	bool is_recorded_only; /* an empty drive of a PV guest: nothing to connect to */

	/* attaching and removing */
	bool is_finished;
	int script_pidfd; /* -1: none runs */
	pid_t script_pid;
};

struct device_backend_type {
	const char *backend, *frontend;
	enum device_kind kind;
};
extern const struct device_backend_type device_backend_types[];
extern const size_t device_nr_backend_types;

void device_init(struct device *device, enum device_kind kind, const char *backend_type,
		 uint32_t domid, uint32_t devid);
/* Of the back end: XenbusStateUnknown when there is none. */
int device_read_state(struct store *store, const char *directory);
/* The back end's own words about what went wrong, "" when it has none. */
void device_read_error(struct store *store, const struct device *device, char *text, size_t bytes);

/* All nodes of a device: front end, back end, record. */
void device_add_nodes(struct store_batch *batch, const struct device *device);

/* 0: there is none any more. */
int device_write_qemu_pid(struct store *store, uint32_t domid, pid_t pid);

/* An epoll set and a deadline. */
struct device_events {
	int epoll, timer;
};
#define DEVICE_TAG_DEADLINE UINT64_MAX
/* 0, or -1 with errno; nothing is open then. */
int device_events_open(struct device_events *events, unsigned int timeout_ms);
void device_events_close(struct device_events *events);
int device_events_add(struct device_events *events, int fd, uint64_t tag);
void device_events_forget(struct device_events *events, int fd);
int device_events_rearm(struct device_events *events, unsigned int timeout_ms);
/* 1: something with *tag is ready, 0: nothing and not to wait, -1 with errno. */
int device_events_next(struct device_events *events, bool wait, uint64_t *tag);

/* Hot-plug scripts, with what they expect in their environment. */
int device_script_start(struct device *device, const char *script, const char *action,
			const char *interface);
/* The exit status, or 128 and the signal. To be called when script_pidfd is readable. */
int device_script_end(struct device *device);

/* Takes these devices of one domain away, forced; in any state. What attaching failed on. */
int device_undo(const struct device *devices, size_t count, uint32_t domid,
		unsigned int timeout_ms);

#endif
