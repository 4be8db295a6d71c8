/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be refused before a domain exists; and a CD drive's disc, changed by attaching anew. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libdom/device_internal.h"
#include "libdom/network.h"

#define STAGE "checking the devices"

static int check_twice(const struct disk_spec *disks, size_t count, struct failure *failure)
{
	char object[200];

	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (disks[i].number != disks[j].number)
				continue;
			disk_describe(&disks[i], object, sizeof(object));
			return failure_set(failure, FAILURE_CONFIGURATION, STAGE, object,
					   "another disk is this virtual device",
					   "give each disk its own");
		}
	}
	return 0;
}

static int check_vif(struct network *network, const struct vif_spec *vif, struct failure *failure)
{
	const char *domain = vif->backend_domain;
	char object[200];

	vif_describe(vif, object, sizeof(object));
	if (domain[0] && strcmp(domain, "0") != 0 && strcmp(domain, "Domain-0") != 0)
		return failure_set(failure, FAILURE_CONFIGURATION, STAGE, object,
				   "back ends outside of domain 0 are not supported",
				   "leave out backend=");
	if (vif->script[0] && access(vif->script, X_OK))
		return failure_set_errno(failure, FAILURE_NOT_FOUND, errno, STAGE, vif->script,
					 "correct the interface's script");
	return network_check(network, vif, failure);
}

static int check_vifs(const struct vif_spec *vifs, size_t count, struct failure *failure)
{
	struct network *network;
	int result = 0;

	if (!count)
		return 0;
	if (network_open(&network, failure))
		return -1;
	for (size_t i = 0; i < count && !result; i++)
		result = check_vif(network, &vifs[i], failure);
	network_close(network);
	return result;
}

int device_check(struct disk_spec *disks, size_t nr_disks, const struct vif_spec *vifs,
		 size_t nr_vifs, struct failure *failure)
{
	for (size_t i = 0; i < nr_disks; i++)
		if (disk_resolve(&disks[i], failure))
			return -1;
	if (check_twice(disks, nr_disks, failure))
		return -1;
	return check_vifs(vifs, nr_vifs, failure);
}

int device_change_disc(struct store *store, const struct device_request *guest,
		       const struct disk_spec *disc, struct failure *failure)
{
	struct device_request request = *guest;
	struct disk_spec resolved = *disc;
	struct device_claim *claim;
	struct device_info info;
	int result;

	if (device_find(store, guest->domid, DEVICE_DISK, disc->vdev, &info, failure))
		return -1;
	if (!info.cdrom || !disc->cdrom)
		return failure_set(failure, FAILURE_CONFIGURATION, "changing a disc", disc->vdev,
				   "this is not a CD drive", "name a drive of block-list");
	if (disk_resolve(&resolved, failure) ||
	    device_claim_disks(store, &resolved, 1, guest->domid, &claim, failure))
		return -1;
	request.disks = &resolved;
	request.nr_disks = 1;
	request.nr_vifs = 0;
	result = device_detach(store, guest->domid, DEVICE_DISK, disc->number, false,
			       guest->timeout_ms, failure);
	if (!result)
		result = device_attach(store, &request, failure);
	device_claim_release(claim);
	return result;
}
