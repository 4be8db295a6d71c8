/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domctl calls: fill a struct's union, then send it with a command and a domain. */
#ifndef GUEST_DOMCTL_H
#define GUEST_DOMCTL_H

#include "abi/domctl.h"
#include "guest/hypercall.h"

static inline long hypercall_domctl(struct xen_domctl *call)
{
	return hypercall(__HYPERVISOR_domctl, (uint64_t)call, 0, 0, 0, 0);
}

/* With the version of our headers. */
static inline long domctl_send(struct xen_domctl *call, uint32_t command, uint16_t domain)
{
	call->cmd = command;
	call->interface_version = XEN_DOMCTL_INTERFACE_VERSION;
	call->domain = domain;
	return hypercall_domctl(call);
}

/* Commands without a payload. */
static inline long domctl_simple(uint32_t command, uint16_t domain)
{
	struct xen_domctl call = {0};

	return domctl_send(&call, command, domain);
}

#endif
