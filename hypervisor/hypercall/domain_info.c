/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A domain as the tools see it: state, memory, processor time. */
#include "domain_info.h"

#include "hv/arch.h"
#include "hv/sched.h"
#include "hv/string.h"

/* A domain is blocked when no vcpu that is up is doing anything else. */
static void vcpus_fill(struct domain *d, struct xen_domctl_getdomaininfo *info)
{
	struct vcpu *v;

	info->flags |= XEN_DOMINF_blocked;
	info->max_vcpu_id = XEN_INVALID_MAX_VCPU_ID;
	for_each_vcpu(d, v)
	{
		uint64_t paused = READ_ONCE(v->pause_flags);

		info->max_vcpu_id = v->id;
		info->cpu_time += vcpu_cpu_time_ns(v);
		if (paused & VCPU_PAUSED_DOWN)
			continue;
		info->nr_online_vcpus++;
		if (!(paused & VCPU_PAUSED_BLOCKED))
			info->flags &= ~(uint32_t)XEN_DOMINF_blocked;
		if (READ_ONCE(v->is_running))
			info->flags |= XEN_DOMINF_running;
	}
}

static uint32_t state_flags(const struct domain *d)
{
	uint32_t code = READ_ONCE(d->shutdown_code), flags = 0;

	/* Not before there is nothing left of it: from then on nobody waits for it. */
	if (__atomic_load_n(&d->state, __ATOMIC_ACQUIRE) == DOMAIN_DEAD)
		flags |= XEN_DOMINF_dying;
	if (READ_ONCE(d->is_shut_down))
		flags |= XEN_DOMINF_shutdown;
	if (READ_ONCE(d->controller_pause_count))
		flags |= XEN_DOMINF_paused;
	if (code != SHUTDOWN_CODE_NONE)
		flags |= (code & XEN_DOMINF_shutdownmask) << XEN_DOMINF_shutdownshift;
	return flags;
}

static uint32_t kind_flags(const struct domain *d)
{
	uint32_t flags = 0;

	if (d->creation_flags & XEN_DOMCTL_CDF_hvm)
		flags |= XEN_DOMINF_hvm_guest;
	if (d->creation_flags & XEN_DOMCTL_CDF_hap)
		flags |= XEN_DOMINF_hap;
	if (d->creation_flags & XEN_DOMCTL_CDF_xs_domain)
		flags |= XEN_DOMINF_xs_domain;
	return flags;
}

void domain_fill_info(struct domain *d, struct xen_domctl_getdomaininfo *info)
{
	memset(info, 0, sizeof(*info));
	info->domain = d->id;
	info->flags = state_flags(d) | kind_flags(d);
	info->tot_pages = READ_ONCE(d->tot_pages);
	info->max_pages = READ_ONCE(d->max_pages);
	info->outstanding_pages = READ_ONCE(d->outstanding_pages);
	info->shared_info_frame = d->shared_info_mfn.n;
	info->cpupool = sched_pool_id(d);
	memcpy(info->handle, d->handle, sizeof(info->handle));
	vcpus_fill(d, info);
	arch_domain_fill_info(d, info);
}
