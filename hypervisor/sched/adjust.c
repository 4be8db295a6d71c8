/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XEN_DOMCTL_scheduler_op: parameters of a domain and of its vcpus, as its pool's policy has them. */
#include "abi/domctl.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "policy.h"

/* In one go; the caller comes again for the rest. */
#define MAX_VCPUS 64U

static int domain_adjust(struct domain *d, struct xen_domctl_scheduler_op *op, bool puts)
{
	const struct sched_policy *policy = d->sched->pool->policy;

	if (policy->id != op->sched_id)
		return -EINVAL;
	return policy->adjust_domain ? policy->adjust_domain(d, op, puts) : -EOPNOTSUPP;
}

static int vcpu_adjust(struct domain *d, uint32_t sched_id,
		       struct xen_domctl_schedparam_vcpu *parameters, bool puts)
{
	const struct sched_policy *policy = d->sched->pool->policy;
	struct vcpu *v;
	uint64_t flags;

	if (policy->id != sched_id || parameters->vcpuid >= d->max_vcpus)
		return -EINVAL;
	v = d->vcpu[index_clamp(parameters->vcpuid, d->max_vcpus)];
	if (!v)
		return -EINVAL;
	if (!policy->adjust_vcpu)
		return -EOPNOTSUPP;
	/* One that never ran has nothing of the policy's yet. */
	flags = vcpu_lock(v);
	if (!v->sched->pool)
		unit_settle(v);
	vcpu_unlock(v, flags);
	return policy->adjust_vcpu(v, parameters, puts);
}

static int vcpus_adjust(struct domain *d, struct xen_domctl_scheduler_op *op, bool puts)
{
	uint32_t nr = MIN(op->u.v.nr_vcpus, MAX_VCPUS), done;
	int rc = 0;

	for (done = 0; done < nr; done++) {
		struct xen_domctl_schedparam_vcpu parameters;

		if (guest_copy_from_index(&parameters, op->u.v.vcpus, done, sizeof(parameters)))
			return -EFAULT;
		pools_lock();
		rc = vcpu_adjust(d, op->sched_id, &parameters, puts);
		pools_unlock();
		if (rc)
			break;
		if (!puts &&
		    guest_copy_to_index(op->u.v.vcpus, done, &parameters, sizeof(parameters)))
			return -EFAULT;
	}
	op->u.v.nr_vcpus = done;
	return rc;
}

int sched_adjust_domain(struct domain *d, struct xen_domctl_scheduler_op *op)
{
	bool puts = op->cmd == XEN_DOMCTL_SCHEDOP_putinfo ||
		    op->cmd == XEN_DOMCTL_SCHEDOP_putvcpuinfo;
	int rc;

	switch (op->cmd) {
	case XEN_DOMCTL_SCHEDOP_putinfo:
	case XEN_DOMCTL_SCHEDOP_getinfo:
		pools_lock();
		rc = domain_adjust(d, op, puts);
		pools_unlock();
		return rc;
	case XEN_DOMCTL_SCHEDOP_putvcpuinfo:
	case XEN_DOMCTL_SCHEDOP_getvcpuinfo:
		return vcpus_adjust(d, op, puts);
	default:
		return -EOPNOTSUPP;
	}
}
