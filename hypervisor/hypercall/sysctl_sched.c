/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysctl: the scheduler's policies and the pools of CPUs that they rule. */
#include "hv/cpu_pool.h"
#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/hypercall.h"
#include "hv/sched.h"
#include "sysctl.h"
#include "xenctl_bitmap.h"

int64_t sysctl_sched_id(struct sysctl_call *call)
{
	call->op.u.sched_id.sched_id = sched_policy_id();
	return 0;
}

static int64_t cpupool_create(struct sysctl_call *call)
{
	struct xen_sysctl_cpupool_op *op = &call->op.u.cpupool_op;

	return pool_create(&op->cpupool_id, op->sched_id);
}

static int64_t cpupool_destroy(struct sysctl_call *call)
{
	return pool_destroy(call->op.u.cpupool_op.cpupool_id);
}

static int64_t cpupool_info(struct sysctl_call *call)
{
	struct xen_sysctl_cpupool_op *op = &call->op.u.cpupool_op;
	struct pool_information pool;
	int rc = pool_read(op->cpupool_id, &pool);

	if (rc)
		return rc;
	op->cpupool_id = pool.id;
	op->sched_id = pool.sched_id;
	op->n_dom = pool.nr_domains;
	return xenctl_bitmap_write(&op->cpumap, pool.cpus.bits, nr_cpus);
}

/* Progress: the CPU is the pool's, only the vcpus have still to hear of it. The number of any CPU was written into the call. */
static int64_t cpupool_add_cpu(struct sysctl_call *call)
{
	struct xen_sysctl_cpupool_op *op = &call->op.u.cpupool_op;
	int rc = call->done ? 0 : pool_begin_add(op->cpupool_id, &op->cpu);

	if (rc)
		return rc;
	call->done = 1;
	if (!pool_walk())
		return -ERESTART;
	pool_end_add(op->cpu);
	return 0;
}

static int64_t cpupool_remove_cpu(struct sysctl_call *call)
{
	struct xen_sysctl_cpupool_op *op = &call->op.u.cpupool_op;
	int rc = call->done ? 0 : pool_begin_remove(op->cpupool_id, &op->cpu);

	if (rc)
		return rc;
	call->done = 1;
	return pool_walk() ? pool_end_remove(op->cpupool_id, op->cpu) : -ERESTART;
}

static int64_t cpupool_move_domain(struct sysctl_call *call)
{
	const struct xen_sysctl_cpupool_op *op = &call->op.u.cpupool_op;
	struct domain *d = domain_get_by_id((domid_t)op->domid);
	int rc = -EINVAL;

	if (!d)
		return rc;
	/* It could not wait for itself. */
	if (op->domid == d->id && d != current_vcpu()->domain)
		rc = pool_move_domain(d, op->cpupool_id);
	domain_put(d);
	return rc;
}

static int64_t cpupool_free_info(struct sysctl_call *call)
{
	const struct xen_sysctl_cpupool_op *op = &call->op.u.cpupool_op;
	struct cpumask free;

	pool_read_free(&free);
	return xenctl_bitmap_write(&op->cpumap, free.bits, nr_cpus);
}

int64_t sysctl_cpupool_op(struct sysctl_call *call)
{
	static int64_t (*const handlers[])(struct sysctl_call * call) = {
		[XEN_SYSCTL_CPUPOOL_OP_CREATE] = cpupool_create,
		[XEN_SYSCTL_CPUPOOL_OP_DESTROY] = cpupool_destroy,
		[XEN_SYSCTL_CPUPOOL_OP_INFO] = cpupool_info,
		[XEN_SYSCTL_CPUPOOL_OP_ADDCPU] = cpupool_add_cpu,
		[XEN_SYSCTL_CPUPOOL_OP_RMCPU] = cpupool_remove_cpu,
		[XEN_SYSCTL_CPUPOOL_OP_MOVEDOMAIN] = cpupool_move_domain,
		[XEN_SYSCTL_CPUPOOL_OP_FREEINFO] = cpupool_free_info,
	};
	uint32_t number = call->op.u.cpupool_op.op;

	if (number >= ARRAY_SIZE(handlers) || !handlers[number])
		return -ENOSYS;
	return handlers[index_clamp(number, ARRAY_SIZE(handlers))](call);
}

int64_t sysctl_scheduler_op(struct sysctl_call *call)
{
	struct xen_sysctl_scheduler_op *op = &call->op.u.scheduler_op;

	if (op->cmd != XEN_SYSCTL_SCHEDOP_putinfo && op->cmd != XEN_SYSCTL_SCHEDOP_getinfo)
		return -EINVAL;
	return pool_adjust(op->cpupool_id, op, op->cmd == XEN_SYSCTL_SCHEDOP_putinfo);
}
