/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Domains: their life, what is known of them, and their settings.
 */
#include "libctl/handle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <xen/sched.h>

#define LIST_STEP 256

int ctl_domain_create(struct ctl *ctl, const struct xen_domctl_createdomain *config,
		      uint32_t *domid)
{
	struct xen_domctl op = {.u.createdomain = *config};
	uint32_t max_vcpus = config->max_vcpus;
	struct xen_domctl vcpus = {.u.max_vcpus = {max_vcpus}};

	if (ctl_domctl(ctl, XEN_DOMCTL_createdomain, *domid, &op))
		return -1;
	/* Interface 0x15: the vcpus themselves come with a call of their own. */
	if (ctl_domctl(ctl, XEN_DOMCTL_max_vcpus, op.domain, &vcpus)) {
		int error = errno;

		ctl_domain_destroy(ctl, op.domain);
		errno = error;
		return -1;
	}
	*domid = op.domain;
	return 0;
}

static int ctl_domain_plain(struct ctl *ctl, uint32_t cmd, uint32_t domid)
{
	struct xen_domctl op = {0};

	return ctl_domctl(ctl, cmd, domid, &op);
}

int ctl_domain_destroy(struct ctl *ctl, uint32_t domid)
{
	int rc;

	do {
		rc = ctl_domain_plain(ctl, XEN_DOMCTL_destroydomain, domid);
	} while (rc && errno == EAGAIN);
	return rc;
}

int ctl_domain_pause(struct ctl *ctl, uint32_t domid)
{
	return ctl_domain_plain(ctl, XEN_DOMCTL_pausedomain, domid);
}

int ctl_domain_unpause(struct ctl *ctl, uint32_t domid)
{
	return ctl_domain_plain(ctl, XEN_DOMCTL_unpausedomain, domid);
}

int ctl_domain_resume(struct ctl *ctl, uint32_t domid)
{
	return ctl_domain_plain(ctl, XEN_DOMCTL_resumedomain, domid);
}

int ctl_domain_shutdown(struct ctl *ctl, uint32_t domid, uint32_t reason)
{
	struct sched_remote_shutdown shutdown = {.domain_id = domid, .reason = reason};

	memcpy(ctl->argument, &shutdown, sizeof(shutdown));
	return xencall2(ctl->call, __HYPERVISOR_sched_op, SCHEDOP_remote_shutdown,
			(uintptr_t)ctl->argument) < 0
		       ? -1
		       : 0;
}

int ctl_domain_info(struct ctl *ctl, uint32_t domid, struct xen_domctl_getdomaininfo *info)
{
	struct xen_domctl op = {0};

	if (ctl_domctl(ctl, XEN_DOMCTL_getdomaininfo, domid, &op))
		return -1;
	/* The hypervisor may answer for the next domain that there is. */
	if (op.u.getdomaininfo.domain != domid) {
		errno = ESRCH;
		return -1;
	}
	*info = op.u.getdomaininfo;
	return 0;
}

int ctl_domain_list(struct ctl *ctl, uint32_t first, struct xen_domctl_getdomaininfo *list,
		    uint32_t *count)
{
	struct xen_sysctl op = {0};
	struct xen_domctl_getdomaininfo *bounce = ctl_bounce(ctl, *count * sizeof(*list));

	if (!bounce)
		return -1;
	op.u.getdomaininfolist.first_domain = first;
	op.u.getdomaininfolist.max_domains = *count;
	op.u.getdomaininfolist.buffer.p = bounce;
	if (ctl_sysctl(ctl, XEN_SYSCTL_getdomaininfolist, &op))
		return -1;
	if (op.u.getdomaininfolist.num_domains < *count)
		*count = op.u.getdomaininfolist.num_domains;
	memcpy(list, bounce, *count * sizeof(*list));
	return 0;
}

int ctl_domain_list_all(struct ctl *ctl, struct xen_domctl_getdomaininfo **list, uint32_t *count)
{
	struct xen_domctl_getdomaininfo *all = NULL, *larger;
	uint32_t first = 0, total = 0, got;

	do {
		larger = realloc(all, (total + LIST_STEP) * sizeof(*all));
		if (!larger)
			goto out;
		all = larger;
		got = LIST_STEP;
		if (ctl_domain_list(ctl, first, all + total, &got))
			goto out;
		total += got;
		if (got)
			first = all[total - 1].domain + 1u;
	} while (got == LIST_STEP && first < DOMID_FIRST_RESERVED);
	*list = all;
	*count = total;
	return 0;
out:
	free(all);
	return -1;
}

int ctl_domain_set_handle(struct ctl *ctl, uint32_t domid, const uint8_t handle[16])
{
	struct xen_domctl op = {0};

	memcpy(op.u.setdomainhandle.handle, handle, 16);
	return ctl_domctl(ctl, XEN_DOMCTL_setdomainhandle, domid, &op);
}

int ctl_domain_set_time_offset(struct ctl *ctl, uint32_t domid, int64_t seconds)
{
	struct xen_domctl op = {.u.settimeoffset = {.time_offset_seconds = seconds}};

	return ctl_domctl(ctl, XEN_DOMCTL_settimeoffset, domid, &op);
}

int ctl_domain_set_tsc(struct ctl *ctl, uint32_t domid, uint32_t mode)
{
	struct xen_domctl op = {.u.tsc_info = {.tsc_mode = mode}};

	return ctl_domctl(ctl, XEN_DOMCTL_settscinfo, domid, &op);
}

int ctl_domain_trigger(struct ctl *ctl, uint32_t domid, uint32_t trigger, uint32_t vcpu)
{
	struct xen_domctl op = {.u.sendtrigger = {.trigger = trigger, .vcpu = vcpu}};

	return ctl_domctl(ctl, XEN_DOMCTL_sendtrigger, domid, &op);
}

int ctl_domain_set_node_affinity(struct ctl *ctl, uint32_t domid, const uint8_t *map,
				 uint32_t nodes)
{
	struct xen_domctl op = {0};

	op.u.nodeaffinity.nodemap.bitmap.p = ctl_bounce_copy(ctl, map, (nodes + 7) / 8);
	op.u.nodeaffinity.nodemap.nr_bits = nodes;
	if (!op.u.nodeaffinity.nodemap.bitmap.p)
		return -1;
	return ctl_domctl(ctl, XEN_DOMCTL_setnodeaffinity, domid, &op);
}
