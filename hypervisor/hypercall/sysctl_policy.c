/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysctl: what domains of each kind are told about their processor. */
#include "hv/arch.h"
#include "sysctl.h"

int64_t sysctl_get_cpu_policy(struct sysctl_call *call)
{
	return arch_cpu_policy_fill(&call->op.u.cpu_policy);
}

int64_t sysctl_get_cpu_featureset(struct sysctl_call *call)
{
	return arch_cpu_featureset_fill(&call->op.u.cpu_featureset);
}

/* CPUID of a guest's programs is the processor's own: nothing masks it. */
int64_t sysctl_get_cpu_levelling_caps(struct sysctl_call *call)
{
	call->op.u.cpu_levelling_caps.caps = 0;
	return 0;
}
