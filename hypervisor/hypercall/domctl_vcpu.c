/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domctl: vcpus, what they are doing, and where they may run. */
#include "domctl.h"

#include "hv/acpi.h"
#include "hv/arch.h"
#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/hypercall.h"
#include "hv/sched.h"
#include "hv/string.h"
#include "xenctl_bitmap.h"

#define MAX_NODES 64u

/* The number was given with createdomain: this makes them. */
int domctl_max_vcpus(struct domctl_call *call)
{
	struct domain *d = call->d;

	if (d == current_vcpu()->domain || call->op.u.max_vcpus.max != d->max_vcpus)
		return -EINVAL;
	for (uint32_t id = 0; id < d->max_vcpus; id++) {
		struct vcpu *v;
		int rc;

		if (d->vcpu[id])
			continue;
		rc = domain_create_vcpu(d, id, &v);
		if (rc)
			return rc;
		if (hypercall_is_preempt_due() && id + 1 < d->max_vcpus)
			return -ERESTART;
	}
	return 0;
}

int domctl_getvcpuinfo(struct domctl_call *call)
{
	struct xen_domctl_getvcpuinfo *info = &call->op.u.getvcpuinfo;
	struct vcpu *v = domctl_find_vcpu(call, info->vcpu);
	uint64_t paused;

	if (info->vcpu >= call->d->max_vcpus)
		return -EINVAL;
	if (!v)
		return -ESRCH;
	paused = READ_ONCE(v->pause_flags);
	info->online = !(paused & VCPU_PAUSED_DOWN);
	info->blocked = (paused & VCPU_PAUSED_BLOCKED) != 0;
	info->running = READ_ONCE(v->is_running);
	info->cpu_time = vcpu_cpu_time_ns(v);
	info->cpu = READ_ONCE(v->processor);
	call->copies_back = true;
	return 0;
}

static int affinity_check(const struct domctl_call *call, struct vcpu **v)
{
	const struct xen_domctl_vcpuaffinity *affinity = &call->op.u.vcpuaffinity;
	uint32_t flags = affinity->flags;

	if (affinity->vcpu >= call->d->max_vcpus)
		return -EINVAL;
	*v = domctl_find_vcpu(call, affinity->vcpu);
	if (!*v)
		return -ESRCH;
	if (!(flags & (XEN_VCPUAFFINITY_HARD | XEN_VCPUAFFINITY_SOFT)) ||
	    ((flags & XEN_VCPUAFFINITY_HARD) && !affinity->cpumap_hard.bitmap) ||
	    ((flags & XEN_VCPUAFFINITY_SOFT) && !affinity->cpumap_soft.bitmap))
		return -EINVAL;
	return 0;
}

/* Both or none; the masks are the caller's, read before anything is set. */
static int affinity_set(struct vcpu *v, uint32_t flags, const struct cpumask *hard,
			const struct cpumask *soft)
{
	struct cpumask before = v->affinity_hard;
	int rc = 0;

	if (flags & XEN_VCPUAFFINITY_HARD)
		rc = vcpu_set_hard_affinity(v, hard);
	if (rc || !(flags & XEN_VCPUAFFINITY_SOFT))
		return rc;
	rc = vcpu_set_soft_affinity(v, soft);
	if (rc && (flags & XEN_VCPUAFFINITY_HARD) && vcpu_set_hard_affinity(v, &before))
		return -EINVAL;
	return rc;
}

int domctl_setvcpuaffinity(struct domctl_call *call)
{
	const struct xen_domctl_vcpuaffinity *affinity = &call->op.u.vcpuaffinity;
	uint32_t flags = affinity->flags;
	struct cpumask hard = {{0}}, soft = {{0}};
	struct vcpu *v;
	int rc = affinity_check(call, &v);

	if (!rc && (flags & XEN_VCPUAFFINITY_HARD))
		rc = xenctl_bitmap_read(&affinity->cpumap_hard, hard.bits, nr_cpus);
	if (!rc && (flags & XEN_VCPUAFFINITY_SOFT))
		rc = xenctl_bitmap_read(&affinity->cpumap_soft, soft.bits, nr_cpus);
	/* Not pinned is what was wanted. */
	if (!rc && (flags & XEN_VCPUAFFINITY_FORCE) && vcpu_pin_override(v, -1))
		rc = 0;
	if (!rc)
		rc = affinity_set(v, flags, &hard, &soft);
	if (rc)
		return rc;
	vcpu_get_effective_affinity(v, &hard, &soft);
	if (flags & XEN_VCPUAFFINITY_HARD)
		rc = xenctl_bitmap_write(&affinity->cpumap_hard, hard.bits, nr_cpus);
	if (!rc && (flags & XEN_VCPUAFFINITY_SOFT))
		rc = xenctl_bitmap_write(&affinity->cpumap_soft, soft.bits, nr_cpus);
	return rc;
}

int domctl_getvcpuaffinity(struct domctl_call *call)
{
	const struct xen_domctl_vcpuaffinity *affinity = &call->op.u.vcpuaffinity;
	struct vcpu *v;
	int rc = affinity_check(call, &v);

	if (!rc && (affinity->flags & XEN_VCPUAFFINITY_HARD))
		rc = xenctl_bitmap_write(&affinity->cpumap_hard, v->affinity_hard.bits, nr_cpus);
	if (!rc && (affinity->flags & XEN_VCPUAFFINITY_SOFT))
		rc = xenctl_bitmap_write(&affinity->cpumap_soft, v->affinity_soft.bits, nr_cpus);
	return rc;
}

static unsigned long nodes_all(void)
{
	uint32_t nr = MIN(acpi_information.nr_nodes, MAX_NODES);

	return nr < MAX_NODES ? (1UL << nr) - 1 : ~0UL;
}

int domctl_setnodeaffinity(struct domctl_call *call)
{
	unsigned long nodes = 0;
	int rc = xenctl_bitmap_read(&call->op.u.nodeaffinity.nodemap, &nodes, MAX_NODES);

	if (rc)
		return rc;
	/* A domain somewhere: at least one node that there is. */
	if (!(nodes & nodes_all()))
		return -EINVAL;
	/* All is as good as none given. */
	nodes &= nodes_all();
	WRITE_ONCE(call->d->node_affinity, nodes == nodes_all() ? 0 : nodes);
	return 0;
}

int domctl_getnodeaffinity(struct domctl_call *call)
{
	unsigned long nodes = READ_ONCE(call->d->node_affinity);

	if (!nodes)
		nodes = nodes_all();
	return xenctl_bitmap_write(&call->op.u.nodeaffinity.nodemap, &nodes, MAX_NODES);
}

int domctl_scheduler_op(struct domctl_call *call)
{
	int rc = sched_adjust_domain(call->d, &call->op.u.scheduler_op);

	call->copies_back = rc == 0;
	return rc;
}
