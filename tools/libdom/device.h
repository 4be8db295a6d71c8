/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Split devices of guests, from specifications to connected back ends and back to nothing: nodes in
 * the store, loop devices, QEMU's disk back end, host interfaces. What there is of a guest's devices
 * is in the store only (/libxl/<domid>/device, back ends' nodes, image/device-model-pid): any of our
 * programs can detach what another attached, also after a crash. Failures are filled here. Calls
 * wait on events, never longer than timeout_ms (0: DEVICE_TIMEOUT_MS).
 */
#ifndef LIBDOM_DEVICE_H
#define LIBDOM_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "libdom/disk.h"
#include "libdom/store.h"
#include "libdom/vif.h"

#define DEVICE_TIMEOUT_MS 10000

/* The devices of one guest that are attached at once. disks are resolved, vifs complete. The names
 * and arrays are borrowed. */
struct device_request {
	uint32_t domid;
	const char *name; /* of the guest */
	const struct disk_spec *disks;
	size_t nr_disks;
	const struct vif_spec *vifs;
	size_t nr_vifs;
	const char *log_directory; /* NULL: /var/log/xen */
	unsigned int timeout_ms;
};

/* What can be refused before a domain exists, without leaving a trace: targets, back ends, numbers
 * given twice, bridges, names of interfaces, QEMU's program. For step 1 of creation and for
 * `--check'; domid is not read. Resolves the disks; completes nothing. */
int device_check(struct disk_spec *disks, size_t nr_disks, const struct vif_spec *vifs,
		 size_t nr_vifs, struct failure *failure);

/* Claims images for a guest to be: nobody else's back end and no mounted file system of dom0 may
 * use them in a way that does not go together (a writer with nobody, readers with readers, "w!"
 * with all). To be called under the tools' lock; the claim outlives the lock, holds until released
 * or until the program ends, and is released after device_attach() has written the nodes. The store
 * may be NULL when none runs (--check). except_domid: a guest whose own use does not count (a reboot
 * before the old one is gone), STORE_NOBODY: none. */
struct device_claim;
int device_claim_disks(struct store *store, const struct disk_spec *disks, size_t nr_disks,
		       uint32_t except_domid, struct device_claim **out, struct failure *failure);
void device_claim_release(struct device_claim *claim); /* NULL is fine */

/* Attaches all of the request: loop devices, one transaction for all nodes, QEMU where needed, then
 * one wait for every back end to offer itself and for every interface to be set up. When it fails,
 * what it attached is detached again. For a new guest as for one that runs. The guest must have its
 * /local/domain/<domid> node. */
int device_attach(struct store *store, const struct device_request *request,
		  struct failure *failure);

enum device_kind { DEVICE_DISK, DEVICE_VIF, NR_DEVICE_KINDS };

/* Asks front end and back end to let go and waits for it, then takes all away. forced: without the
 * guest's consent. A guest that does not answer is FAILURE_TIMEOUT, and the device stays. */
int device_detach(struct store *store, uint32_t domid, enum device_kind kind, uint32_t devid,
		  bool forced, unsigned int timeout_ms, struct failure *failure);

/* Another disc (disk->target, format), or none (format DISK_FORMAT_EMPTY), into the CD drive
 * disk->number of a running PV guest: the device is detached and attached anew. */
int device_change_disc(struct store *store, const struct device_request *guest,
		       const struct disk_spec *disc, struct failure *failure);

/* All that is left of a dead or dying domain's devices: back ends closed, host interfaces gone, loop
 * devices freed, QEMU ended, nodes on both sides removed. Goes on past what does not answer and
 * names the first of it in the failure at the end. No domain, nothing left: 0. */
int device_remove_all(struct store *store, uint32_t domid, unsigned int timeout_ms,
		      struct failure *failure);

/* The same without waiting, for a program with an event loop: step whenever fd is readable, until
 * it is done. */
struct device_removal;
int device_removal_begin(uint32_t domid, unsigned int timeout_ms, struct device_removal **out,
			 struct failure *failure);
int device_removal_fd(const struct device_removal *removal);
/* 1: done, 0: step again later, -1: done with a failure. */
int device_removal_step(struct device_removal *removal, struct failure *failure);
void device_removal_end(struct device_removal *removal);

/* What block-list and network-list print. Strings are "" where the store has none, numbers -1. */
struct device_info {
	uint32_t domid, backend_domid, devid;
	enum device_kind kind;
	char backend_type[16]; /* "vbd", "qdisk", "vif" */
	char backend_path[128], frontend_path[128];
	int32_t frontend_state, backend_state;	      /* XenbusState */
	int64_t event_channel, ring_ref, ring_ref_rx; /* ring_ref is tx-ring-ref of a vif */
	/* a disk */
	char vdev[32], target[DISK_TARGET_BYTES], mode[4], format[16];
	bool cdrom;
	/* a vif */
	char mac[18], bridge[VIF_NAME_BYTES], interface[VIF_NAME_BYTES];
};
/* Of one domain, sorted by devid: *list is malloc'd. */
int device_list(struct store *store, uint32_t domid, enum device_kind kind,
		struct device_info **list, size_t *count, struct failure *failure);
/* By devid, vdev ("xvda") or MAC address. FAILURE_NOT_FOUND when the guest has none such. */
int device_find(struct store *store, uint32_t domid, enum device_kind kind, const char *name,
		struct device_info *info, struct failure *failure);
/* The process of QEMU's disk back end, 0: none. */
pid_t device_qemu_pid(struct store *store, uint32_t domid);

#endif
