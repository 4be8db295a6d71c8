/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domctl: what a domain is told about its processor, as lists of CPUID leaves and of MSRs. */
#include "hv/domctl.h"

#include "abi/arch_x86_64.h"
#include "asm/cpu_policy.h"
#include "asm/msr.h"
#include "hv/arch.h"
#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/heap.h"

#define LEAVES_MAX 128u

/* No CPUID faulting is offered, and nothing is said about speculation. */
static const uint32_t policy_msrs[] = {MSR_PLATFORM_INFO, MSR_ARCH_CAPABILITIES};

static int leaves_write(const struct cpu_policy *policy, struct xen_domctl_cpu_policy *out)
{
	struct xen_cpuid_leaf *list = object_alloc_array(LEAVES_MAX, sizeof(*list));
	uint32_t nr, room = out->nr_leaves;
	int rc;

	if (!list)
		return -ENOMEM;
	nr = MIN(cpu_policy_list(policy, list, LEAVES_MAX), LEAVES_MAX);
	out->nr_leaves = nr;
	rc = room < nr ? -ENOBUFS : guest_copy_to(out->leaves, list, nr * sizeof(*list));
	object_free(list);
	return rc;
}

static int msrs_write(struct xen_domctl_cpu_policy *out)
{
	if (out->nr_msrs < ARRAY_SIZE(policy_msrs)) {
		out->nr_msrs = ARRAY_SIZE(policy_msrs);
		return -ENOBUFS;
	}
	out->nr_msrs = ARRAY_SIZE(policy_msrs);
	for (unsigned int i = 0; i < ARRAY_SIZE(policy_msrs); i++) {
		const struct xen_msr_entry entry = {.idx = policy_msrs[i]};

		if (guest_copy_to_index(out->msrs, i, &entry, sizeof(entry)))
			return -EFAULT;
	}
	return 0;
}

int domctl_get_cpu_policy(struct domctl_call *call)
{
	struct xen_domctl_cpu_policy *out = &call->op.u.cpu_policy;
	int rc = leaves_write(call->d->arch.policy, out);

	if (!rc)
		rc = msrs_write(out);
	call->copies_back = !rc || rc == -ENOBUFS;
	return rc;
}

static int msrs_check(struct xen_domctl_cpu_policy *in)
{
	for (uint32_t i = 0; i < in->nr_msrs; i++) {
		struct xen_msr_entry entry;
		bool is_known = false;

		if (guest_copy_from_index(&entry, in->msrs, i, sizeof(entry)))
			return -EFAULT;
		for (unsigned int j = 0; j < ARRAY_SIZE(policy_msrs); j++)
			is_known |= entry.idx == policy_msrs[j];
		if (is_known && !entry.flags && !entry.val)
			continue;
		in->err_msr = entry.idx;
		return is_known ? -EINVAL : -ERANGE;
	}
	return 0;
}

static int leaves_take(struct domctl_call *call, struct xen_cpuid_leaf *list)
{
	struct xen_domctl_cpu_policy *in = &call->op.u.cpu_policy;
	uint32_t refused = 0;
	int rc;

	if (guest_copy_from(list, in->leaves, in->nr_leaves * sizeof(*list)))
		return -EFAULT;
	rc = cpu_policy_restrict(call->d->arch.policy, list, in->nr_leaves, &refused);
	if (rc == -EINVAL || rc == -ERANGE) {
		in->err_leaf = list[refused].leaf;
		in->err_subleaf = list[refused].subleaf;
	}
	return rc;
}

/* Only before it ran: what a kernel once saw it builds on. */
int domctl_set_cpu_policy(struct domctl_call *call)
{
	struct xen_domctl_cpu_policy *in = &call->op.u.cpu_policy;
	struct xen_cpuid_leaf *list;
	int rc;

	if (call->d == current_vcpu()->domain)
		return -EINVAL;
	if (call->d->was_started)
		return -EEXIST;
	if (in->nr_leaves > LEAVES_MAX || in->nr_msrs > LEAVES_MAX)
		return -E2BIG;
	in->err_leaf = in->err_subleaf = in->err_msr = UINT32_MAX;
	call->copies_back = true;
	rc = msrs_check(in);
	if (rc || !in->nr_leaves)
		return rc;
	list = object_alloc_array(in->nr_leaves, sizeof(*list));
	if (!list)
		return -ENOMEM;
	rc = leaves_take(call, list);
	object_free(list);
	return rc;
}
