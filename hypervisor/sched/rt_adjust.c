/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parameters of the real-time policy: budget and period of a vcpu, or of all that a domain has and will have. */
#include "hv/errno.h"
#include "rt.h"

static int parameters_read(const struct xen_domctl_sched_rtds *rtds, struct rt_parameters *out)
{
	out->period_ns = rtds->period * NS_PER_US;
	out->budget_ns = rtds->budget * NS_PER_US;
	out->extra = rtds->flags & XEN_DOMCTL_SCHEDRT_extra;
	if (out->budget_ns < RT_BUDGET_MIN_NS || out->budget_ns > out->period_ns)
		return -EINVAL;
	return 0;
}

static void parameters_write(const struct rt_parameters *from, struct xen_domctl_sched_rtds *rtds)
{
	rtds->period = (uint32_t)(from->period_ns / NS_PER_US);
	rtds->budget = (uint32_t)(from->budget_ns / NS_PER_US);
	rtds->flags = from->extra ? XEN_DOMCTL_SCHEDRT_extra : 0;
}

/* From the next period on; what is left of this one's budget is not more than the new one. */
static void unit_set(struct vcpu *v, const struct rt_parameters *parameters)
{
	struct rt_pool *pool = rt_pool_of(v);
	struct rt_unit *ru = rt_unit_of(v);
	uint64_t flags = spin_lock_irqsave(&pool->lock);

	ru->parameters = *parameters;
	ru->left_ns = MIN(ru->left_ns, parameters->budget_ns);
	spin_unlock_irqrestore(&pool->lock, flags);
}

int rt_adjust_vcpu(struct vcpu *v, struct xen_domctl_schedparam_vcpu *parameters, bool puts)
{
	struct rt_parameters fresh;
	int rc;

	if (!puts) {
		parameters_write(&rt_unit_of(v)->parameters, &parameters->u.rtds);
		return 0;
	}
	rc = parameters_read(&parameters->u.rtds, &fresh);
	if (rc == 0)
		unit_set(v, &fresh);
	return rc;
}

int rt_adjust_domain(struct domain *d, struct xen_domctl_scheduler_op *op, bool puts)
{
	struct rt_domain *rd = container_of(d->sched, struct rt_domain, sd);
	struct rt_parameters fresh;
	struct vcpu *v;
	int rc;

	if (!puts) {
		parameters_write(&rd->parameters, &op->u.rtds);
		return 0;
	}
	rc = parameters_read(&op->u.rtds, &fresh);
	if (rc)
		return rc;
	rd->parameters = fresh;
	for_each_vcpu(d, v)
	{
		if (v->sched->pool == d->sched->pool)
			unit_set(v, &rd->parameters);
	}
	return 0;
}
