/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The devices and the introduction of world.h. */
#include "world.h"

#include "libdom/device.h"
#include "libdom/introduce.h"

int device_check(struct disk_spec *disks, size_t nr_disks, const struct vif_spec *vifs,
		 size_t nr_vifs, struct failure *failure)
{
	(void)disks;
	(void)nr_disks;
	(void)vifs;
	(void)nr_vifs;
	return world_try_call(failure);
}

int device_claim_disks(struct store *store, const struct disk_spec *disks, size_t nr_disks,
		       uint32_t except_domid, struct device_claim **out, struct failure *failure)
{
	(void)store;
	(void)disks;
	(void)nr_disks;
	(void)except_domid;
	if (world_try_call(failure))
		return -1;
	world.claim = true;
	*out = (struct device_claim *)&world;
	return 0;
}

void device_claim_release(struct device_claim *claim)
{
	if (claim)
		world.claim = false;
}

int device_attach(struct store *store, const struct device_request *request,
		  struct failure *failure)
{
	(void)store;
	(void)request;
	if (world_try_call(failure))
		return -1;
	world.devices = true;
	return 0;
}

int device_remove_all(struct store *store, uint32_t domid, unsigned int timeout_ms,
		      struct failure *failure)
{
	(void)store;
	(void)domid;
	(void)timeout_ms;
	(void)failure;
	world.devices = false;
	return 0;
}

int introduce_domain(struct store *store, uint32_t domid, uint64_t frame, uint32_t port,
		     struct failure *failure)
{
	(void)store;
	(void)domid;
	(void)frame;
	(void)port;
	if (world_try_call(failure))
		return -1;
	world.introduced = true;
	return 0;
}

int introduce_end(struct store *store, uint32_t domid, struct failure *failure)
{
	(void)store;
	(void)domid;
	(void)failure;
	world.introduced = false;
	return 0;
}
