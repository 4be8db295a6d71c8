/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domctl and sysctl: what a domain, or a kind of domains, is told about its processor, as lists of CPUID leaves and of MSRs. */
#include "hv/domctl.h"

#include "abi/arch_x86_64.h"
#include "abi/sysctl.h"
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

/* Without a buffer it's only asked how many there are. */
static int leaves_write(const struct cpu_policy *policy, uint64_t buffer, uint32_t *count)
{
	struct xen_cpuid_leaf *list = object_alloc_array(LEAVES_MAX, sizeof(*list));
	uint32_t nr, room = *count;
	int rc = 0;

	if (!list)
		return -ENOMEM;
	nr = MIN(cpu_policy_list(policy, list, LEAVES_MAX), LEAVES_MAX);
	*count = buffer ? nr : LEAVES_MAX;
	if (buffer)
		rc = room < nr ? -ENOBUFS : guest_copy_to(buffer, list, nr * sizeof(*list));
	object_free(list);
	return rc;
}

static int msrs_write(uint64_t buffer, uint32_t *count)
{
	uint32_t room = *count;

	*count = ARRAY_SIZE(policy_msrs);
	if (!buffer)
		return 0;
	if (room < ARRAY_SIZE(policy_msrs))
		return -ENOBUFS;
	for (unsigned int i = 0; i < ARRAY_SIZE(policy_msrs); i++) {
		const struct xen_msr_entry entry = {.idx = policy_msrs[i]};

		if (guest_copy_to_index(buffer, i, &entry, sizeof(entry)))
			return -EFAULT;
	}
	return 0;
}

int domctl_get_cpu_policy(struct domctl_call *call)
{
	struct xen_domctl_cpu_policy *out = &call->op.u.cpu_policy;
	int rc = leaves_write(call->d->arch.policy, out->leaves, &out->nr_leaves);

	if (!rc)
		rc = msrs_write(out->msrs, &out->nr_msrs);
	call->copies_back = !rc || rc == -ENOBUFS;
	return rc;
}

/* Any domain that isn't the hardware domain has the default; there is no wider one to be had. */
static int kind_create(uint32_t index, struct cpu_policy **out)
{
	switch (index) {
	case XEN_SYSCTL_cpu_policy_raw:
	case XEN_SYSCTL_cpu_policy_host:
		*out = cpu_policy_create_host();
		break;
	case XEN_SYSCTL_cpu_policy_pv_max:
	case XEN_SYSCTL_cpu_policy_pv_default:
		*out = cpu_policy_create(io_domain);
		break;
	case XEN_SYSCTL_cpu_policy_hvm_max:
	case XEN_SYSCTL_cpu_policy_hvm_default:
		return -EOPNOTSUPP;
	default:
		return -EINVAL;
	}
	return *out ? 0 : -ENOMEM;
}

int arch_cpu_policy_fill(struct xen_sysctl_cpu_policy *policy)
{
	struct cpu_policy *kind;
	int rc = policy->_rsvd ? -EINVAL : kind_create(policy->index, &kind);

	if (rc)
		return rc;
	rc = leaves_write(kind, policy->leaves, &policy->nr_leaves);
	if (!rc)
		rc = msrs_write(policy->msrs, &policy->nr_msrs);
	cpu_policy_destroy(kind);
	return rc;
}

/* The ABI's other numbering of the same kinds. */
static int featureset_kind_create(uint32_t index, struct cpu_policy **out)
{
	static const uint32_t kinds[] = {
		[XEN_SYSCTL_cpu_featureset_raw] = XEN_SYSCTL_cpu_policy_raw,
		[XEN_SYSCTL_cpu_featureset_host] = XEN_SYSCTL_cpu_policy_host,
		[XEN_SYSCTL_cpu_featureset_pv] = XEN_SYSCTL_cpu_policy_pv_default,
		[XEN_SYSCTL_cpu_featureset_hvm] = XEN_SYSCTL_cpu_policy_hvm_default,
		[XEN_SYSCTL_cpu_featureset_pv_max] = XEN_SYSCTL_cpu_policy_pv_max,
		[XEN_SYSCTL_cpu_featureset_hvm_max] = XEN_SYSCTL_cpu_policy_hvm_max,
	};

	return index < ARRAY_SIZE(kinds) ? kind_create(kinds[index], out) : -EINVAL;
}

int arch_cpu_featureset_fill(struct xen_sysctl_cpu_featureset *featureset)
{
	uint32_t words[CPU_FEATURESET_WORDS], room = featureset->nr_features;
	struct cpu_policy *kind;
	int rc = featureset_kind_create(featureset->index, &kind);

	if (rc)
		return rc;
	featureset->nr_features = cpu_policy_read_featureset(kind, words, ARRAY_SIZE(words));
	cpu_policy_destroy(kind);
	if (!featureset->features)
		return 0;
	if (guest_copy_to(featureset->features, words,
			  MIN(room, ARRAY_SIZE(words)) * sizeof(words[0])))
		return -EFAULT;
	return room < ARRAY_SIZE(words) ? -ENOBUFS : 0;
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
