/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domctl: a domain's life, limits and name; what it is told; who hears of the machine's events. */
#include "domctl.h"

#include "domain_info.h"
#include "hv/arch.h"
#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/event.h"
#include "hv/sched.h"
#include "hv/string.h"

#define GRANT_FRAMES_DEFAULT 64
#define MAPTRACK_FRAMES_DEFAULT 1024
#define GRANT_VERSION_MAX 2
#define MAX_PAGES_LIMIT INT32_MAX
#define PAGES_OF_KIB(kib) ((kib) >> (PAGE_SHIFT - 10))

/* Flags that mean something for a PV domain; what is left of the known ones asks for what isn't here. */
#define FLAGS_PV (XEN_DOMCTL_CDF_xs_domain | XEN_DOMCTL_CDF_oos_off)

static bool configuration_is_valid(const struct xen_domctl_createdomain *c)
{
	return !(c->flags & ~(uint32_t)FLAGS_PV) && !c->iommu_opts && !c->vmtrace_size &&
	       c->max_vcpus && !(c->grant_opts & ~(uint32_t)XEN_DOMCTL_GRANT_version_mask) &&
	       XEN_DOMCTL_GRANT_version(c->grant_opts) &&
	       XEN_DOMCTL_GRANT_version(c->grant_opts) <= GRANT_VERSION_MAX &&
	       c->max_grant_frames != 0 &&
	       !(c->arch.misc_flags & ~(uint32_t)XEN_X86_MISC_FLAGS_MAX);
}

static uint32_t value_or_default(int32_t value, uint32_t standard)
{
	return value < 0 ? standard : (uint32_t)value;
}

static void arguments_fill(const struct xen_domctl_createdomain *c,
			   struct domain_create_arguments *arguments)
{
	*arguments = (struct domain_create_arguments){
		.creation_flags = c->flags | XEN_DOMCTL_CDF_oos_off,
		.max_vcpus = c->max_vcpus,
		.max_event_port = c->max_evtchn_port,
		.max_grant_frames = value_or_default(c->max_grant_frames, GRANT_FRAMES_DEFAULT),
		.max_maptrack_frames = value_or_default(c->max_maptrack_frames,
							MAPTRACK_FRAMES_DEFAULT),
		.max_grant_version = XEN_DOMCTL_GRANT_version(c->grant_opts),
		.cpupool_id = c->cpupool_id,
	};
	memcpy(arguments->handle, c->handle, sizeof(arguments->handle));
}

/* The next number that nobody has, after the one that was given last. */
static int any_create(struct domain_create_arguments *arguments, struct domain **out)
{
	static uint32_t last;
	uint32_t start = __atomic_load_n(&last, __ATOMIC_RELAXED);

	for (uint32_t i = 1; i < DOMID_FIRST_RESERVED; i++) {
		uint32_t id = (start + i) % DOMID_FIRST_RESERVED;
		int rc;

		if (id == 0 || domain_id_is_used((domid_t)id))
			continue;
		arguments->id = (domid_t)id;
		rc = domain_create(arguments, out);
		if (rc == -EEXIST)
			continue;
		if (rc == 0)
			__atomic_store_n(&last, id, __ATOMIC_RELAXED);
		return rc;
	}
	return -ENOMEM;
}

static int numbered_create(struct domain_create_arguments *arguments, domid_t id,
			   struct domain **out)
{
	if (domain_id_is_used(id))
		return -EEXIST;
	arguments->id = id;
	return domain_create(arguments, out);
}

int domctl_createdomain(struct domctl_call *call)
{
	domid_t wanted = call->op.domain;
	struct domain_create_arguments arguments;
	struct domain *d;
	int rc;

	if (!configuration_is_valid(&call->op.u.createdomain))
		return -EINVAL;
	if (call->op.u.createdomain.arch.emulation_flags & ~(uint32_t)XEN_X86_EMU_PIT)
		return -EOPNOTSUPP;
	arguments_fill(&call->op.u.createdomain, &arguments);
	if (wanted && wanted < DOMID_FIRST_RESERVED)
		rc = numbered_create(&arguments, wanted, &d);
	else
		rc = any_create(&arguments, &d);
	if (rc)
		return rc;
	call->op.domain = arguments.id;
	call->copies_back = true;
	return 0;
}

int domctl_getdomaininfo(struct domctl_call *call)
{
	struct domain *d = domain_get_from(call->op.domain);

	if (!d)
		return -ESRCH;
	domain_fill_info(d, &call->op.u.getdomaininfo);
	call->op.domain = d->id;
	domain_put(d);
	call->copies_back = true;
	return 0;
}

int domctl_destroydomain(struct domctl_call *call)
{
	return domain_kill(call->d);
}

int domctl_pausedomain(struct domctl_call *call)
{
	return call->d == current_vcpu()->domain ? -EINVAL : domain_pause_by_controller(call->d);
}

int domctl_unpausedomain(struct domctl_call *call)
{
	WRITE_ONCE(call->d->was_started, true);
	return domain_unpause_by_controller(call->d);
}

int domctl_resumedomain(struct domctl_call *call)
{
	if (call->d == current_vcpu()->domain)
		return -EINVAL;
	domain_resume(call->d);
	return 0;
}

/* It may be less than the domain has: then it only gets no more. */
int domctl_max_mem(struct domctl_call *call)
{
	uint64_t nr_pages = PAGES_OF_KIB(call->op.u.max_mem.max_memkb);
	struct domain *d = call->d;

	spin_lock(&d->page_lock);
	d->max_pages = (uint32_t)MIN(nr_pages, MAX_PAGES_LIMIT);
	spin_unlock(&d->page_lock);
	return 0;
}

int domctl_setdomainhandle(struct domctl_call *call)
{
	struct domain *d = call->d;

	spin_lock(&d->lock);
	memcpy(d->handle, call->op.u.setdomainhandle.handle, sizeof(d->handle));
	spin_unlock(&d->lock);
	return 0;
}

/* No debugger outside the guest is served, so it is off already. */
int domctl_setdebugging(struct domctl_call *call)
{
	if (call->d == current_vcpu()->domain)
		return -EINVAL;
	return call->op.u.setdebugging.enable ? -EOPNOTSUPP : 0;
}

int domctl_settimeoffset(struct domctl_call *call)
{
	call->d->time_offset_seconds = (uint64_t)call->op.u.settimeoffset.time_offset_seconds;
	arch_time_update_wallclock(call->d);
	return 0;
}

/* The port on which the domain tells that it suspends. */
int domctl_subscribe(struct domctl_call *call)
{
	call->d->suspend_event_port = call->op.u.subscribe.port;
	return 0;
}

int domctl_set_virq_handler(struct domctl_call *call)
{
	return event_set_virq_handler(call->d, call->op.u.set_virq_handler.virq);
}
