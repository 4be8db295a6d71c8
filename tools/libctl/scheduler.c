/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scheduler settings and pools of CPUs.
 */
#include "libctl/handle.h"

#include <errno.h>
#include <string.h>

int ctl_scheduler_domain(struct ctl *ctl, uint32_t domid, struct xen_domctl_scheduler_op *op)
{
	struct xen_domctl domctl = {.u.scheduler_op = *op};

	if (ctl_domctl(ctl, XEN_DOMCTL_scheduler_op, domid, &domctl))
		return -1;
	*op = domctl.u.scheduler_op;
	return 0;
}

int ctl_scheduler_pool(struct ctl *ctl, struct xen_sysctl_scheduler_op *op)
{
	struct xen_sysctl sysctl = {.u.scheduler_op = *op};

	if (ctl_sysctl(ctl, XEN_SYSCTL_scheduler_op, &sysctl))
		return -1;
	*op = sysctl.u.scheduler_op;
	return 0;
}

int ctl_scheduler_id(struct ctl *ctl, uint32_t *id)
{
	struct xen_sysctl op = {0};

	if (ctl_sysctl(ctl, XEN_SYSCTL_sched_id, &op))
		return -1;
	*id = op.u.sched_id.sched_id;
	return 0;
}

int ctl_pool_create(struct ctl *ctl, uint32_t scheduler, uint32_t *id)
{
	struct xen_sysctl op = {.u.cpupool_op = {.op = XEN_SYSCTL_CPUPOOL_OP_CREATE,
						 .cpupool_id = XEN_SYSCTL_CPUPOOL_PAR_ANY,
						 .sched_id = scheduler}};

	if (ctl_sysctl(ctl, XEN_SYSCTL_cpupool_op, &op))
		return -1;
	*id = op.u.cpupool_op.cpupool_id;
	return 0;
}

static int ctl_pool_change(struct ctl *ctl, const struct xen_sysctl_cpupool_op *change)
{
	struct xen_sysctl op = {.u.cpupool_op = *change};

	return ctl_sysctl(ctl, XEN_SYSCTL_cpupool_op, &op);
}

int ctl_pool_destroy(struct ctl *ctl, uint32_t id)
{
	return ctl_pool_change(ctl, &(struct xen_sysctl_cpupool_op){
					    .op = XEN_SYSCTL_CPUPOOL_OP_DESTROY, .cpupool_id = id});
}

int ctl_pool_add_cpu(struct ctl *ctl, uint32_t id, uint32_t cpu)
{
	return ctl_pool_change(
		ctl, &(struct xen_sysctl_cpupool_op){
			     .op = XEN_SYSCTL_CPUPOOL_OP_ADDCPU, .cpupool_id = id, .cpu = cpu});
}

int ctl_pool_remove_cpu(struct ctl *ctl, uint32_t id, uint32_t cpu)
{
	return ctl_pool_change(
		ctl, &(struct xen_sysctl_cpupool_op){
			     .op = XEN_SYSCTL_CPUPOOL_OP_RMCPU, .cpupool_id = id, .cpu = cpu});
}

int ctl_pool_move_domain(struct ctl *ctl, uint32_t id, uint32_t domid)
{
	return ctl_pool_change(
		ctl, &(struct xen_sysctl_cpupool_op){.op = XEN_SYSCTL_CPUPOOL_OP_MOVEDOMAIN,
						     .cpupool_id = id,
						     .domid = domid});
}

/* INFO and FREEINFO: a bitmap comes back. */
static int ctl_pool_ask(struct ctl *ctl, struct xen_sysctl_cpupool_op *ask, uint8_t *cpus,
			size_t bytes)
{
	struct xen_sysctl op;
	uint8_t *bounce = ctl_bounce(ctl, bytes);

	if (!bounce)
		return -1;
	memset(bounce, 0, bytes);
	ask->cpumap.bitmap.p = bounce;
	ask->cpumap.nr_bits = bytes * 8;
	op = (struct xen_sysctl){.u.cpupool_op = *ask};
	if (ctl_sysctl(ctl, XEN_SYSCTL_cpupool_op, &op))
		return -1;
	*ask = op.u.cpupool_op;
	memcpy(cpus, bounce, bytes);
	return 0;
}

int ctl_pool_info(struct ctl *ctl, uint32_t id, struct ctl_pool *pool)
{
	struct xen_sysctl_cpupool_op ask = {.op = XEN_SYSCTL_CPUPOOL_OP_INFO, .cpupool_id = id};

	if (ctl_pool_ask(ctl, &ask, pool->cpus, sizeof(pool->cpus)))
		return -1;
	pool->id = ask.cpupool_id;
	pool->scheduler = ask.sched_id;
	pool->nr_domains = ask.n_dom;
	return 0;
}

int ctl_pool_free_cpus(struct ctl *ctl, uint8_t *cpus, size_t bytes)
{
	struct xen_sysctl_cpupool_op ask = {.op = XEN_SYSCTL_CPUPOOL_OP_FREEINFO};

	return ctl_pool_ask(ctl, &ask, cpus, bytes);
}
