/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a domain may touch of the machine, and its event channels.
 */
#include "libctl/handle.h"

#include <string.h>

#include <xen/event_channel.h>

int ctl_domain_permit_ports(struct ctl *ctl, uint32_t domid, uint32_t first, uint32_t count,
			    bool allow)
{
	struct xen_domctl op = {.u.ioport_permission = {.first_port = first,
							.nr_ports = count,
							.allow_access = allow}};

	return ctl_domctl(ctl, XEN_DOMCTL_ioport_permission, domid, &op);
}

int ctl_domain_permit_memory(struct ctl *ctl, uint32_t domid, uint64_t first_mfn, uint64_t count,
			     bool allow)
{
	struct xen_domctl op = {.u.iomem_permission = {.first_mfn = first_mfn,
						       .nr_mfns = count,
						       .allow_access = allow}};

	return ctl_domctl(ctl, XEN_DOMCTL_iomem_permission, domid, &op);
}

int ctl_domain_permit_irq(struct ctl *ctl, uint32_t domid, uint32_t pirq, bool allow)
{
	struct xen_domctl op = {.u.irq_permission = {.pirq = pirq, .allow_access = allow}};

	return ctl_domctl(ctl, XEN_DOMCTL_irq_permission, domid, &op);
}

int ctl_event_alloc_unbound(struct ctl *ctl, uint32_t domid, uint32_t remote, uint32_t *port)
{
	struct evtchn_alloc_unbound *op = ctl->argument;

	*op = (struct evtchn_alloc_unbound){.dom = domid, .remote_dom = remote};
	if (xencall2(ctl->call, __HYPERVISOR_event_channel_op, EVTCHNOP_alloc_unbound,
		     (uintptr_t)op) < 0)
		return -1;
	*port = op->port;
	return 0;
}
