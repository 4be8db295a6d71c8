/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parameters of the credit policy: weight and cap of a domain, turns of a pool. */
#include "abi/sysctl.h"
#include "credit.h"
#include "hv/errno.h"
#include "hv/params.h"
#include "hv/printk.h"

#define TSLICE_DEFAULT_MS 30
#define RATELIMIT_DEFAULT_US 1000
/* In putinfo: as it is. */
#define CAP_LEAVE UINT16_MAX

static uint32_t tslice_option = TSLICE_DEFAULT_MS, ratelimit_option = RATELIMIT_DEFAULT_US;
static uint32_t delay_option;
INTEGER_PARAMETER("sched_credit_tslice_ms", tslice_option,
		  "longest run of a vcpu while others of its grade wait, 1 to 1000 ms");
INTEGER_PARAMETER("sched_ratelimit_us", ratelimit_option,
		  "shortest run of a vcpu before another may preempt it, 0 to 500000 us");
INTEGER_PARAMETER(
	"vcpu_migration_delay", delay_option,
	"a vcpu that ran less than so many us ago is not moved for fairness, 0 to 100000");

static int turns_check(const struct xen_sysctl_credit_schedule *turns)
{
	if (turns->tslice_ms < XEN_SYSCTL_CSCHED_TSLICE_MIN ||
	    turns->tslice_ms > XEN_SYSCTL_CSCHED_TSLICE_MAX)
		return -EINVAL;
	if (turns->ratelimit_us && (turns->ratelimit_us < XEN_SYSCTL_SCHED_RATELIMIT_MIN ||
				    turns->ratelimit_us > XEN_SYSCTL_SCHED_RATELIMIT_MAX))
		return -EINVAL;
	if (turns->ratelimit_us > turns->tslice_ms * 1000)
		return -EINVAL;
	return turns->vcpu_migr_delay_us > XEN_SYSCTL_CSCHED_MGR_DLY_MAX_US ? -EINVAL : 0;
}

static void turns_set(struct credit_pool *pool, const struct xen_sysctl_credit_schedule *turns)
{
	WRITE_ONCE(pool->tslice_ns, turns->tslice_ms * NS_PER_MS);
	WRITE_ONCE(pool->ratelimit_ns, turns->ratelimit_us * NS_PER_US);
	WRITE_ONCE(pool->migration_delay_ns, turns->vcpu_migr_delay_us * NS_PER_US);
}

void credit_init_options(struct credit_pool *pool)
{
	struct xen_sysctl_credit_schedule turns = {tslice_option, ratelimit_option, delay_option};

	if (turns_check(&turns)) {
		printk(LOG_WARNING,
		       "sched_credit_tslice_ms=%u, sched_ratelimit_us=%u or "
		       "vcpu_migration_delay=%u is out of range: using %u, %u, 0",
		       tslice_option, ratelimit_option, delay_option, TSLICE_DEFAULT_MS,
		       RATELIMIT_DEFAULT_US);
		turns = (struct xen_sysctl_credit_schedule){TSLICE_DEFAULT_MS, RATELIMIT_DEFAULT_US,
							    0};
	}
	turns_set(pool, &turns);
}

int credit_adjust_pool(struct sched_pool *pool, struct xen_sysctl_scheduler_op *op, bool puts)
{
	struct credit_pool *cp = container_of(pool, struct credit_pool, pool);
	struct xen_sysctl_credit_schedule *turns = &op->u.sched_credit;
	int rc;

	if (!puts) {
		turns->tslice_ms = (uint32_t)(cp->tslice_ns / NS_PER_MS);
		turns->ratelimit_us = (uint32_t)(cp->ratelimit_ns / NS_PER_US);
		turns->vcpu_migr_delay_us = (uint32_t)(cp->migration_delay_ns / NS_PER_US);
		return 0;
	}
	rc = turns_check(turns);
	if (rc == 0)
		turns_set(cp, turns);
	return rc;
}

int credit_adjust_domain(struct domain *d, struct xen_domctl_scheduler_op *op, bool puts)
{
	struct xen_domctl_sched_credit *credit = &op->u.credit;
	struct sched_parameters parameters;

	sched_get_parameters(d, &parameters);
	if (!puts) {
		*credit = (struct xen_domctl_sched_credit){parameters.weight, parameters.cap};
		return 0;
	}
	if (credit->weight)
		parameters.weight = credit->weight;
	if (credit->cap != CAP_LEAVE)
		parameters.cap = credit->cap;
	return sched_set_parameters(d, &parameters);
}
