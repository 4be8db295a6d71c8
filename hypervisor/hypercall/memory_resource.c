/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory_op: what reaches across domains or into a guest's physical map: claims, resources that
 * the tools map, and the calls for translated guests, which PV guests are refused.
 */
#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/grant.h"
#include "hv/guest_access.h"
#include "hv/heap.h"
#include "hv/hypercall.h"
#include "memory_op.h"

int64_t memory_claim_pages(const struct memory_call *call)
{
	struct xen_memory_reservation r;
	struct domain *d;
	int rc;

	if (guest_copy_from(&r, call->argument, sizeof(r)))
		return -EFAULT;
	if (r.extent_start || r.extent_order || r.mem_flags)
		return -EINVAL;
	rc = memory_get_target(r.domid, &d);
	if (rc)
		return rc == -ESRCH ? -EINVAL : rc;
	rc = heap_set_claim(d, r.nr_extents);
	domain_put(d);
	return rc;
}

/* No translated domain exists yet: right arguments are refused as for a PV domain. */
static int64_t physmap_refuse(domid_t domid)
{
	struct domain *d;
	int rc = memory_get_target(domid, &d);

	if (rc)
		return rc;
	domain_put(d);
	return -EACCES;
}

int64_t memory_add_to_physmap(const struct memory_call *call)
{
	struct xen_add_to_physmap argument;

	if (guest_copy_from(&argument, call->argument, sizeof(argument)))
		return -EFAULT;
	/* One frame of another domain's: only the batch says which domain. */
	if (argument.space == XENMAPSPACE_gmfn_foreign)
		return -ENOSYS;
	return physmap_refuse(argument.domid);
}

int64_t memory_add_to_physmap_batch(const struct memory_call *call)
{
	struct xen_add_to_physmap_batch argument;

	if (guest_copy_from(&argument, call->argument, sizeof(argument)))
		return -EFAULT;
	return physmap_refuse(argument.domid);
}

int64_t memory_remove_from_physmap(const struct memory_call *call)
{
	struct xen_remove_from_physmap argument;

	if (guest_copy_from(&argument, call->argument, sizeof(argument)))
		return -EFAULT;
	return physmap_refuse(argument.domid);
}

int64_t memory_get_vnumainfo(const struct memory_call *call)
{
	struct xen_vnuma_topology_info argument;
	struct domain *d;
	int rc;

	if (guest_copy_from(&argument, call->argument, sizeof(argument)))
		return -EFAULT;
	if (argument.pad)
		return -EINVAL;
	rc = memory_get_target(argument.domid, &d);
	if (rc)
		return rc;
	domain_put(d);
	/* No domain has a topology. */
	return -EOPNOTSUPP;
}

int64_t memory_reserved_device_memory_map(const struct memory_call *call)
{
	struct xen_reserved_device_memory_map map;

	if (guest_copy_from(&map, call->argument, sizeof(map)))
		return -EFAULT;
	if (map.flags & ~(uint32_t)XENMEM_RDM_ALL)
		return -EINVAL;
	/* No IOMMU is in use: nothing has to stay reserved for a device. */
	map.nr_entries = 0;
	return guest_copy_to(call->argument, &map, sizeof(map));
}

static int resource_check(const struct memory_call *call, const struct xen_mem_acquire_resource *r)
{
	if (r->pad)
		return -EINVAL;
	if (r->nr_frames > MEMORY_MAX_ELEMENTS)
		return -E2BIG;
	if (call->done ? call->done >= r->nr_frames : false)
		return -EINVAL;
	if (r->type != XENMEM_resource_grant_table)
		return -EOPNOTSUPP;
	if (r->id > XENMEM_resource_grant_table_id_status)
		return -EINVAL;
	if (!r->frame_list && r->nr_frames)
		return -EINVAL;
	return 0;
}

/* How many frames there may be. */
static int resource_report_size(const struct memory_call *call, struct xen_mem_acquire_resource *r,
				struct domain *d)
{
	r->nr_frames = grant_max_shared_frames(d, r->id == XENMEM_resource_grant_table_id_status);
	if (!r->nr_frames)
		return -EINVAL;
	return guest_copy_to(call->argument, r, sizeof(*r));
}

static int resource_report_frame(const struct xen_mem_acquire_resource *r, struct domain *d,
				 uint64_t i)
{
	bool status = r->id == XENMEM_resource_grant_table_id_status;
	mfn_t mfn;
	int rc;

	if (r->frame > UINT32_MAX - i)
		return -EINVAL;
	rc = grant_get_shared_frame(d, (uint32_t)(r->frame + i), status, &mfn);
	return rc ? rc : guest_copy_to_index(r->frame_list, i, &mfn.n, sizeof(mfn.n));
}

static int64_t resource_report(const struct memory_call *call,
			       const struct xen_mem_acquire_resource *r, struct domain *d)
{
	for (uint64_t i = call->done; i < r->nr_frames; i++) {
		int rc = resource_report_frame(r, d, i);

		if (rc)
			return rc;
		if (hypercall_is_preempt_due() && i + 1 < r->nr_frames)
			return memory_continue(call, i + 1);
	}
	return 0;
}

int64_t memory_acquire_resource(const struct memory_call *call)
{
	struct xen_mem_acquire_resource r;
	struct domain *d;
	int64_t rc;

	if (guest_copy_from(&r, call->argument, sizeof(r)))
		return -EFAULT;
	rc = resource_check(call, &r);
	if (rc)
		return rc;
	rc = memory_get_target(r.domid, &d);
	if (rc)
		return rc;
	if (d == current_vcpu()->domain)
		rc = -EPERM; /* a domain maps its own table by GNTTABOP_setup_table */
	else if (!r.frame_list)
		rc = resource_report_size(call, &r, d);
	else
		rc = resource_report(call, &r, d);
	domain_put(d);
	return rc;
}
