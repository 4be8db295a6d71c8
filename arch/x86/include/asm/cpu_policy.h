/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a domain is told about its processor: one table says which CPUID bits
 * a PV guest gets of those that the host has; a policy is the table applied to
 * the host, immutable while the domain runs.
 */
#ifndef ASM_CPU_POLICY_H
#define ASM_CPU_POLICY_H

#include "asm/processor.h"
#include "hv/types.h"

struct domain;
struct vcpu;
struct cpu_policy;
struct xen_cpuid_leaf;

/* NULL: no memory. Freed by cpu_policy_destroy(); NULL is allowed there. */
struct cpu_policy *must_check cpu_policy_create(const struct domain *d);
void cpu_policy_destroy(struct cpu_policy *policy);

/* CPUID as v sees it; also the hypervisor's leaves from 0x40000000. Leaves out of range read as the vendor's rule says. */
struct cpuid_result cpu_policy_read(const struct vcpu *v, uint32_t leaf, uint32_t subleaf);

/* What the host itself has; freed as the others. NULL: no memory. */
struct cpu_policy *must_check cpu_policy_create_host(void);
/* The features as the ABI numbers their words: as many as there is room for; returns how many there are. */
#define CPU_FEATURESET_WORDS 19u
uint32_t cpu_policy_read_featureset(const struct cpu_policy *p, uint32_t *words, uint32_t room);
/* The policy as a list, sorted: as many as there is room for; returns how many there are. */
uint32_t cpu_policy_list(const struct cpu_policy *p, struct xen_cpuid_leaf *list, uint32_t room);
/* Takes away what the list doesn't have; leaves not in it stay. All or nothing: -EINVAL (more than there is), -ERANGE (no such leaf),
 * with the entry's number in *refused; -ENOMEM. The domain doesn't run. */
int must_check cpu_policy_restrict(struct cpu_policy *p, const struct xen_cpuid_leaf *list,
				   uint32_t nr, uint32_t *refused);

/* Reads and writes of MSRs by a PV guest kernel: 0, or -EPERM for #GP. */
int must_check pv_msr_read(struct vcpu *v, uint32_t msr, uint64_t *value);
int must_check pv_msr_write(struct vcpu *v, uint32_t msr, uint64_t value);

#endif
