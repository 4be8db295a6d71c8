/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A domain's vcpus: registers, where they run, what they used.
 */
#include "libctl/handle.h"

#include <string.h>

int ctl_vcpu_set_context(struct ctl *ctl, uint32_t domid, uint32_t vcpu,
			 const vcpu_guest_context_t *context)
{
	struct xen_domctl op = {.u.vcpucontext = {.vcpu = vcpu}};

	op.u.vcpucontext.ctxt.p = ctl_bounce_copy(ctl, context, sizeof(*context));
	if (!op.u.vcpucontext.ctxt.p)
		return -1;
	return ctl_domctl(ctl, XEN_DOMCTL_setvcpucontext, domid, &op);
}

int ctl_vcpu_get_context(struct ctl *ctl, uint32_t domid, uint32_t vcpu,
			 vcpu_guest_context_t *context)
{
	struct xen_domctl op = {.u.vcpucontext = {.vcpu = vcpu}};
	void *bounce = ctl_bounce(ctl, sizeof(*context));

	if (!bounce)
		return -1;
	memset(bounce, 0, sizeof(*context));
	op.u.vcpucontext.ctxt.p = bounce;
	if (ctl_domctl(ctl, XEN_DOMCTL_getvcpucontext, domid, &op))
		return -1;
	memcpy(context, bounce, sizeof(*context));
	return 0;
}

int ctl_vcpu_info(struct ctl *ctl, uint32_t domid, uint32_t vcpu,
		  struct xen_domctl_getvcpuinfo *info)
{
	struct xen_domctl op = {.u.getvcpuinfo = {.vcpu = vcpu}};

	if (ctl_domctl(ctl, XEN_DOMCTL_getvcpuinfo, domid, &op))
		return -1;
	*info = op.u.getvcpuinfo;
	return 0;
}

/* Both bitmaps side by side in bounce memory, there and back; flags besides those of the bitmaps. */
static int ctl_vcpu_affinity(struct ctl *ctl, uint32_t cmd, uint32_t domid, uint32_t vcpu,
			     uint8_t *const maps[2], size_t bytes, uint32_t more_flags)
{
	struct xen_domctl op = {.u.vcpuaffinity = {.vcpu = vcpu, .flags = more_flags}};
	struct xenctl_bitmap *bitmaps[] = {&op.u.vcpuaffinity.cpumap_hard,
					   &op.u.vcpuaffinity.cpumap_soft};
	static const uint32_t flags[] = {XEN_VCPUAFFINITY_HARD, XEN_VCPUAFFINITY_SOFT};
	uint8_t *bounce = ctl_bounce(ctl, 2 * bytes);

	if (!bounce)
		return -1;
	for (int i = 0; i < 2; i++) {
		if (!maps[i])
			continue;
		op.u.vcpuaffinity.flags |= flags[i];
		bitmaps[i]->bitmap.p = memcpy(bounce + i * bytes, maps[i], bytes);
		bitmaps[i]->nr_bits = bytes * 8;
	}
	if (ctl_domctl(ctl, cmd, domid, &op))
		return -1;
	for (int i = 0; i < 2; i++)
		if (maps[i])
			memcpy(maps[i], bounce + i * bytes, bytes);
	return 0;
}

int ctl_vcpu_get_affinity(struct ctl *ctl, uint32_t domid, uint32_t vcpu, uint8_t *hard,
			  uint8_t *soft, size_t bytes)
{
	uint8_t *const maps[] = {hard, soft};

	return ctl_vcpu_affinity(ctl, XEN_DOMCTL_getvcpuaffinity, domid, vcpu, maps, bytes, 0);
}

int ctl_vcpu_set_affinity(struct ctl *ctl, uint32_t domid, uint32_t vcpu, uint8_t *hard,
			  uint8_t *soft, size_t bytes)
{
	uint8_t *const maps[] = {hard, soft};

	return ctl_vcpu_affinity(ctl, XEN_DOMCTL_setvcpuaffinity, domid, vcpu, maps, bytes, 0);
}

int ctl_vcpu_end_override(struct ctl *ctl, uint32_t domid, uint32_t vcpu)
{
	uint8_t hard[512];
	uint8_t *const maps[] = {hard, NULL};

	/* The hypervisor wants an affinity beside the flag: the one that it has. */
	if (ctl_vcpu_affinity(ctl, XEN_DOMCTL_getvcpuaffinity, domid, vcpu, maps, sizeof(hard), 0))
		return -1;
	return ctl_vcpu_affinity(ctl, XEN_DOMCTL_setvcpuaffinity, domid, vcpu, maps, sizeof(hard),
				 XEN_VCPUAFFINITY_FORCE);
}
