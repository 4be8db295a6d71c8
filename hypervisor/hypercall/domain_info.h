/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What sysctl's list of domains and domctl's question about one have in common. */
#ifndef HYPERCALL_DOMAIN_INFO_H
#define HYPERCALL_DOMAIN_INFO_H

#include "abi/domctl.h"
#include "hv/domain.h"

/* All of *info for a referenced domain: figures of one moment each. No lock held, interrupts on. */
void domain_fill_info(struct domain *d, struct xen_domctl_getdomaininfo *info);

#endif
