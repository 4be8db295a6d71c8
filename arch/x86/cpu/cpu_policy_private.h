/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the parts of the CPUID policy only: what it keeps, and the list form in which tools read and give it. */
#ifndef CPU_POLICY_PRIVATE_H
#define CPU_POLICY_PRIVATE_H

#include "abi/arch_x86_64.h"
#include "asm/cpu_features.h"
#include "asm/cpu_policy.h"

struct cpu_policy {
	uint32_t features[NR_CPU_FEATURE_WORDS];
	bool is_hardware_domain;
	uint32_t max_leaf, max_extended_leaf;
	/* Leaves whose words are the tools' own, in their order; NULL: none. */
	struct xen_cpuid_leaf *given;
	uint32_t nr_given;
};

/* A leaf without what differs between the vcpus of a domain. */
struct cpuid_result policy_read(const struct cpu_policy *p, uint32_t leaf, uint32_t subleaf);
/* Puts in the words of a leaf that the tools gave and may choose. */
void policy_apply_given(const struct cpu_policy *p, uint32_t leaf, uint32_t subleaf,
			struct cpuid_result *r);

#endif
