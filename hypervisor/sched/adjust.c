/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XEN_DOMCTL_scheduler_op: parameters of a domain and of its vcpus. */
#include "abi/domctl.h"
#include "hv/errno.h"
#include "policy.h"

#define CAP_LEAVE UINT16_MAX

static int credit_put(struct domain *d, const struct xen_domctl_sched_credit *credit)
{
	struct sched_parameters parameters;

	sched_get_parameters(d, &parameters);
	if (credit->weight)
		parameters.weight = credit->weight;
	if (credit->cap != CAP_LEAVE)
		parameters.cap = credit->cap;
	return sched_set_parameters(d, &parameters);
}

static int credit_get(const struct domain *d, struct xen_domctl_sched_credit *credit)
{
	struct sched_parameters parameters;

	sched_get_parameters(d, &parameters);
	credit->weight = parameters.weight;
	credit->cap = parameters.cap;
	return 0;
}

int sched_adjust_domain(struct domain *d, struct xen_domctl_scheduler_op *op)
{
	if (op->sched_id != sched_policy_id())
		return -EINVAL;
	if (op->sched_id != XEN_SCHEDULER_CREDIT)
		return -EOPNOTSUPP;
	if (op->cmd == XEN_DOMCTL_SCHEDOP_putinfo)
		return credit_put(d, &op->u.credit);
	if (op->cmd == XEN_DOMCTL_SCHEDOP_getinfo)
		return credit_get(d, &op->u.credit);
	return -EOPNOTSUPP;
}

uint32_t sched_pool_id(const struct domain *d)
{
	return d->is_idle ? UINT32_MAX : 0;
}
