/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPU policies: CPUID leaves and MSRs of a domain and of the host.
 */
#include "libctl/handle.h"

#include <string.h>

/* Room for both lists in bounce memory. */
struct policy_bounce {
	xen_cpuid_leaf_t *leaves;
	xen_msr_entry_t *msrs;
};

static int policy_bounce_init(struct ctl *ctl, struct policy_bounce *bounce, uint32_t nr_leaves,
			      uint32_t nr_msrs)
{
	size_t leaves_bytes = nr_leaves * sizeof(xen_cpuid_leaf_t);
	uint8_t *memory = ctl_bounce(ctl, leaves_bytes + nr_msrs * sizeof(xen_msr_entry_t));

	if (!memory)
		return -1;
	bounce->leaves = (xen_cpuid_leaf_t *)memory;
	bounce->msrs = (xen_msr_entry_t *)(memory + leaves_bytes);
	return 0;
}

/* What there was room for, then the counts as answered. */
static void policy_copy_out(const struct policy_bounce *bounce, xen_cpuid_leaf_t *leaves,
			    uint32_t *nr_leaves, uint32_t got_leaves, xen_msr_entry_t *msrs,
			    uint32_t *nr_msrs, uint32_t got_msrs)
{
	if (leaves && got_leaves <= *nr_leaves)
		memcpy(leaves, bounce->leaves, got_leaves * sizeof(*leaves));
	if (msrs && got_msrs <= *nr_msrs)
		memcpy(msrs, bounce->msrs, got_msrs * sizeof(*msrs));
	*nr_leaves = got_leaves;
	*nr_msrs = got_msrs;
}

int ctl_policy_get(struct ctl *ctl, uint32_t domid, xen_cpuid_leaf_t *leaves, uint32_t *nr_leaves,
		   xen_msr_entry_t *msrs, uint32_t *nr_msrs)
{
	struct xen_domctl op = {.u.cpu_policy = {.nr_leaves = *nr_leaves, .nr_msrs = *nr_msrs}};
	struct policy_bounce bounce;

	if (policy_bounce_init(ctl, &bounce, *nr_leaves, *nr_msrs))
		return -1;
	op.u.cpu_policy.leaves.p = leaves ? bounce.leaves : NULL;
	op.u.cpu_policy.msrs.p = msrs ? bounce.msrs : NULL;
	if (ctl_domctl(ctl, XEN_DOMCTL_get_cpu_policy, domid, &op))
		return -1;
	policy_copy_out(&bounce, leaves, nr_leaves, op.u.cpu_policy.nr_leaves, msrs, nr_msrs,
			op.u.cpu_policy.nr_msrs);
	return 0;
}

int ctl_policy_set(struct ctl *ctl, uint32_t domid, const xen_cpuid_leaf_t *leaves,
		   uint32_t nr_leaves, const xen_msr_entry_t *msrs, uint32_t nr_msrs,
		   uint32_t *bad_leaf, uint32_t *bad_subleaf, uint32_t *bad_msr)
{
	struct xen_domctl op = {.u.cpu_policy = {.nr_leaves = nr_leaves,
						 .nr_msrs = nr_msrs,
						 .err_leaf = -1,
						 .err_subleaf = -1,
						 .err_msr = -1}};
	struct policy_bounce bounce;
	int rc;

	if (policy_bounce_init(ctl, &bounce, nr_leaves, nr_msrs))
		return -1;
	if (nr_leaves)
		memcpy(bounce.leaves, leaves, nr_leaves * sizeof(*leaves));
	if (nr_msrs)
		memcpy(bounce.msrs, msrs, nr_msrs * sizeof(*msrs));
	op.u.cpu_policy.leaves.p = bounce.leaves;
	op.u.cpu_policy.msrs.p = bounce.msrs;
	rc = ctl_domctl(ctl, XEN_DOMCTL_set_cpu_policy, domid, &op);
	if (bad_leaf)
		*bad_leaf = op.u.cpu_policy.err_leaf;
	if (bad_subleaf)
		*bad_subleaf = op.u.cpu_policy.err_subleaf;
	if (bad_msr)
		*bad_msr = op.u.cpu_policy.err_msr;
	return rc;
}

int ctl_policy_of_host(struct ctl *ctl, uint32_t index, xen_cpuid_leaf_t *leaves,
		       uint32_t *nr_leaves, xen_msr_entry_t *msrs, uint32_t *nr_msrs)
{
	struct xen_sysctl op = {
		.u.cpu_policy = {.index = index, .nr_leaves = *nr_leaves, .nr_msrs = *nr_msrs}};
	struct policy_bounce bounce;

	if (policy_bounce_init(ctl, &bounce, *nr_leaves, *nr_msrs))
		return -1;
	op.u.cpu_policy.leaves.p = leaves ? bounce.leaves : NULL;
	op.u.cpu_policy.msrs.p = msrs ? bounce.msrs : NULL;
	if (ctl_sysctl(ctl, XEN_SYSCTL_get_cpu_policy, &op))
		return -1;
	policy_copy_out(&bounce, leaves, nr_leaves, op.u.cpu_policy.nr_leaves, msrs, nr_msrs,
			op.u.cpu_policy.nr_msrs);
	return 0;
}
