/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysctl calls: fill sysctl_call()'s union, then call sysctl_send(). */
#ifndef GUEST_SYSCTL_H
#define GUEST_SYSCTL_H

#include "abi/sysctl.h"
#include "guest/hypercall.h"

static inline long hypercall_sysctl(struct xen_sysctl *call)
{
	return hypercall(__HYPERVISOR_sysctl, (uint64_t)call, 0, 0, 0, 0);
}

/* With the version of our headers. */
static inline long sysctl_send(struct xen_sysctl *call, uint32_t command)
{
	call->cmd = command;
	call->interface_version = XEN_SYSCTL_INTERFACE_VERSION;
	return hypercall_sysctl(call);
}

#endif
