/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Physical interrupts: descriptors, who handles them (the hypervisor, or a
 * guest through a pirq and an event channel), affinity, and the EOI that a
 * guest owes for level-triggered ones.
 */
#ifndef HV_IRQ_H
#define HV_IRQ_H

#include "hv/domain.h"
#include "hv/types.h"

/* The hypervisor's own: serial line, timers, IOMMU. -EBUSY, -EINVAL. */
int must_check irq_request(unsigned int irq, void (*handler)(unsigned int irq, void *data),
			   void *data, const char *name);
/* For events: binds d's pirq to its event port; will_share = BIND_PIRQ__WILL_SHARE. -EINVAL, -EBUSY, -EPERM. Locks: event_domain held by the caller. */
int must_check pirq_bind(struct vcpu *v, uint32_t pirq, bool will_share);
void pirq_unbind(struct domain *d, uint32_t pirq);
/* EVTCHNOP_bind_vcpu on a pirq port, and the vcpu's moves between CPUs (event_move_pirqs()): interrupts follow. */
void pirq_set_affinity(struct domain *d, uint32_t pirq, struct vcpu *v);
/* The guest unmasked the event or said EOI: re-arms a level interrupt. */
void pirq_eoi(struct domain *d, uint32_t pirq);
uint32_t pirq_nr(const struct domain *d); /* valid pirqs are below it */
int64_t hypercall_physdev_op(uint64_t command, uint64_t argument);
int64_t hypercall_physdev_op_compat(uint64_t argument);

#endif
