/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tools ask of the machine and of domains that only the processor side knows. */
#include "abi/domctl.h"
#include "abi/sysctl.h"
#include "asm/cpu_features.h"
#include "hv/arch.h"
#include "hv/domain.h"

void arch_domain_fill_info(const struct domain *d, struct xen_domctl_getdomaininfo *info)
{
	(void)d;
	info->gpaddr_bits = cpu_host.physical_bits;
}

/* The order of the ABI's feature words. */
static const uint8_t capability_words[] = {
	CPUID_1_EDX,   CPUID_1_ECX, CPUID_80000001_EDX, CPUID_80000001_ECX,
	CPUID_D_1_EAX, CPUID_7_EBX, CPUID_7_ECX,	CPUID_80000007_EDX};

void arch_fill_physinfo(struct xen_sysctl_physinfo *info)
{
	_Static_assert(ARRAY_SIZE(capability_words) == ARRAY_SIZE(info->hw_cap), "hw_cap");
	for (size_t i = 0; i < ARRAY_SIZE(capability_words); i++)
		info->hw_cap[i] = cpu_host.features[capability_words[i]];
}
