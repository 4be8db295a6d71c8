/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `cpuid' of xl.cfg: what a guest's CPUID says otherwise than the hypervisor's default. Both forms:
 * "host,name=0,family=6" and "7,0:ebx=xx...0,ecx=...". Text to changes and changes onto leaves is
 * pure; policy_apply() carries it to the hypervisor.
 */
#ifndef LIBDOM_POLICY_H
#define LIBDOM_POLICY_H

#include <stddef.h>
#include <stdint.h>

#include "libctl/ctl.h"
#include "libctl/failure.h"
#include "libdom/alloc.h"

/* Bits not in any mask stay as the default policy has them. */
struct policy_change {
	uint32_t leaf, subleaf; /* XEN_CPUID_NO_SUBLEAF */
	unsigned int reg;	/* 0 a, 1 b, 2 c, 3 d */
	uint32_t set, clear, host;
};

struct policy_changes {
	struct policy_change *items;
	size_t count;
};

/* Adds the changes of one string. 0, or -1 and *cause, a constant text. */
int policy_parse(const char *text, struct policy_changes *changes, const char **cause);
void policy_changes_free(struct policy_changes *changes);
/* A leaf that the policy does not have is left out: the guest would not see it. Returns how many
 * changes found their leaf. */
size_t policy_change_leaves(const struct policy_changes *changes, xen_cpuid_leaf_t *leaves,
			    uint32_t nr_leaves, const xen_cpuid_leaf_t *host, uint32_t nr_host);
/* All strings of a plan, for a domain that does not run yet. None: nothing is asked. */
int policy_apply(struct ctl *ctl, uint32_t domid, const struct strings *texts,
		 struct failure *failure);

#endif
