/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tools ask of the machine and of domains that only the processor side knows. */
#include "abi/domctl.h"
#include "asm/cpu_features.h"
#include "hv/arch.h"
#include "hv/domain.h"

void arch_domain_fill_info(const struct domain *d, struct xen_domctl_getdomaininfo *info)
{
	(void)d;
	info->gpaddr_bits = cpu_host.physical_bits;
}
