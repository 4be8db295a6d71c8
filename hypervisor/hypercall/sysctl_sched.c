/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysctl: the scheduler's policies and the pools of CPUs that they rule. */
#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/hypercall.h"
#include "hv/sched.h"
#include "hv/string.h"
#include "sysctl.h"

int64_t sysctl_sched_id(struct sysctl_call *call)
{
	call->op.u.sched_id.sched_id = sched_policy_id();
	return 0;
}

/* A mask as the caller's bitmap, cut or filled with zeros to its size. */
static int mask_copy(const struct xen_xenctl_bitmap *to, const struct cpumask *mask)
{
	uint32_t bytes = (to->nr_bits + 7) / 8;
	uint32_t held = MIN(bytes, (uint32_t)sizeof(mask->bits));

	if (guest_copy_to(to->bitmap, mask->bits, held))
		return -EFAULT;
	return guest_clear(to->bitmap + held, bytes - held);
}

static uint32_t count_domains(void)
{
	uint32_t nr = 0;
	domid_t next = 0;
	struct domain *d;

	while ((d = domain_get_from(next))) {
		next = (domid_t)(d->id + 1);
		domain_put(d);
		nr++;
	}
	return nr;
}

int64_t sysctl_cpupool_op(struct sysctl_call *call)
{
	struct xen_sysctl_cpupool_op *op = &call->op.u.cpupool_op;
	const struct cpumask none = {0};

	if (op->op == XEN_SYSCTL_CPUPOOL_OP_FREEINFO)
		return mask_copy(&op->cpumap, &none);
	if (op->op != XEN_SYSCTL_CPUPOOL_OP_INFO)
		return -EOPNOTSUPP;
	if (op->cpupool_id && op->cpupool_id != XEN_SYSCTL_CPUPOOL_PAR_ANY)
		return -ENOENT;
	op->cpupool_id = 0;
	op->sched_id = sched_policy_id();
	op->n_dom = count_domains();
	return mask_copy(&op->cpumap, &cpus_online);
}
