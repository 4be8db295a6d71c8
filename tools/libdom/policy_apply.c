/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The changes of a plan onto the policy that the hypervisor gave a new domain.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "libdom/policy.h"

#define LEAVES_MAX 256
#define MSRS_MAX 64

struct policy_lists {
	xen_cpuid_leaf_t guest[LEAVES_MAX], host[LEAVES_MAX];
	xen_msr_entry_t guest_msrs[MSRS_MAX], host_msrs[MSRS_MAX];
	uint32_t nr_guest, nr_host, nr_guest_msrs, nr_host_msrs;
};

static int policy_fail(struct failure *failure, uint32_t domid, const char *object)
{
	char text[80];

	snprintf(text, sizeof(text), "domain %u%s", domid, object);
	return failure_set_errno(failure, FAILURE_REFUSED, errno, "setting the CPU policy", text,
				 "take `cpuid' out of the configuration");
}

static int policy_read(struct ctl *ctl, uint32_t domid, struct policy_lists *lists)
{
	lists->nr_guest = lists->nr_host = LEAVES_MAX;
	lists->nr_guest_msrs = lists->nr_host_msrs = MSRS_MAX;
	if (ctl_policy_get(ctl, domid, lists->guest, &lists->nr_guest, lists->guest_msrs,
			   &lists->nr_guest_msrs))
		return -1;
	return ctl_policy_of_host(ctl, XEN_SYSCTL_cpu_policy_host, lists->host, &lists->nr_host,
				  lists->host_msrs, &lists->nr_host_msrs);
}

static int policy_change_domain(struct ctl *ctl, uint32_t domid,
				const struct policy_changes *changes, struct policy_lists *lists,
				struct failure *failure)
{
	uint32_t leaf = UINT32_MAX, subleaf = UINT32_MAX, msr = UINT32_MAX;
	char object[64];

	if (policy_read(ctl, domid, lists))
		return policy_fail(failure, domid, "");
	policy_change_leaves(changes, lists->guest, lists->nr_guest, lists->host, lists->nr_host);
	if (!ctl_policy_set(ctl, domid, lists->guest, lists->nr_guest, lists->guest_msrs,
			    lists->nr_guest_msrs, &leaf, &subleaf, &msr))
		return 0;
	snprintf(object, sizeof(object), ", leaf 0x%x, subleaf 0x%x", leaf, subleaf);
	return policy_fail(failure, domid, leaf == UINT32_MAX ? "" : object);
}

int policy_apply(struct ctl *ctl, uint32_t domid, const struct strings *texts,
		 struct failure *failure)
{
	struct policy_changes changes = {0};
	struct policy_lists *lists;
	const char *cause;
	int ret = 0;

	for (size_t n = 0; !ret && n < texts->count; n++)
		if (policy_parse(texts->items[n], &changes, &cause))
			ret = failure_set(failure, FAILURE_CONFIGURATION, "setting the CPU policy",
					  texts->items[n], cause, "correct `cpuid'");
	if (!ret && changes.count) {
		lists = alloc_zeroed(1, sizeof(*lists));
		ret = policy_change_domain(ctl, domid, &changes, lists, failure);
		free(lists);
	}
	policy_changes_free(&changes);
	return ret;
}
