/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The peer's guests had no devices. */
#include "libdom/device.h"

#include <stdlib.h>

int device_list(struct store *store, uint32_t domid, enum device_kind kind,
		struct device_info **list, size_t *count, struct failure *failure)
{
	(void)store;
	(void)domid;
	(void)kind;
	(void)failure;
	*list = NULL;
	*count = 0;
	return 0;
}

int device_find(struct store *store, uint32_t domid, enum device_kind kind, const char *name,
		struct device_info *info, struct failure *failure)
{
	(void)store;
	(void)domid;
	(void)kind;
	(void)info;
	return failure_set(failure, FAILURE_NOT_FOUND, "finding", name, "there is none", "");
}

int device_check(struct disk_spec *disks, size_t nr_disks, const struct vif_spec *vifs,
		 size_t nr_vifs, struct failure *failure)
{
	(void)disks;
	(void)nr_disks;
	(void)vifs;
	(void)nr_vifs;
	return failure_set(failure, FAILURE_REFUSED, "checking", "", "", "");
}

int device_claim_disks(struct store *store, const struct disk_spec *disks, size_t nr_disks,
		       uint32_t except_domid, struct device_claim **out, struct failure *failure)
{
	(void)store;
	(void)disks;
	(void)nr_disks;
	(void)except_domid;
	(void)out;
	return failure_set(failure, FAILURE_REFUSED, "claiming", "", "", "");
}

void device_claim_release(struct device_claim *claim)
{
	(void)claim;
}

int device_attach(struct store *store, const struct device_request *request,
		  struct failure *failure)
{
	(void)store;
	(void)request;
	return failure_set(failure, FAILURE_REFUSED, "attaching", "", "", "");
}

int device_detach(struct store *store, uint32_t domid, enum device_kind kind, uint32_t devid,
		  bool forced, unsigned int timeout_ms, struct failure *failure)
{
	(void)store;
	(void)domid;
	(void)kind;
	(void)devid;
	(void)forced;
	(void)timeout_ms;
	return failure_set(failure, FAILURE_REFUSED, "detaching", "", "", "");
}
