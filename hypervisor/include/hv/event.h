/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Event channels: a domain's ports, what each is bound to, and how "pending"
 * reaches the guest (2-level bitmaps or FIFO queues). Sending takes no
 * domain lock: port objects, once allocated, stay until the domain is gone.
 */
#ifndef HV_EVENT_H
#define HV_EVENT_H

#include "hv/domain.h"
#include "hv/types.h"

/* EVTCHNOP_*; `argument` is a guest address. */
int64_t hypercall_event_channel_op(uint64_t command, uint64_t argument);
/* The hot path, also EVTCHNOP_send: -EINVAL for ports that can't be sent to. */
int must_check event_send(struct domain *d, uint32_t port);

/* Virtual interrupts from the hypervisor: per vcpu, or global, to the domain that hears them: the hardware domain, until
 * event_set_virq_handler() names another. Any context without locks above event_channel. */
void event_send_virq_vcpu(struct vcpu *v, uint32_t virq);
void event_send_virq_global(uint32_t virq);
/* -EINVAL: no such global virq, or d is dying. The former handler hears no more of it; the hardware domain does again when d dies. */
int must_check event_set_virq_handler(struct domain *d, uint32_t virq);
/* Physical interrupt: d's port that is bound to pirq. False when none is bound. Any context. */
bool event_send_pirq(struct domain *d, uint32_t pirq);
/* The port that is bound to d's pirq, if any, is unmasked; what waits on it is delivered. */
void event_unmask_pirq(struct domain *d, uint32_t pirq);

/* v moved to another CPU: the physical interrupts that notify it follow. Any context without locks above event_queue. */
void event_move_pirqs(struct vcpu *v);

/* For a vcpu: is an upcall due now (pending, unmasked)? */
static always_inline bool event_is_upcall_due(const struct vcpu *v)
{
	return v->info->evtchn_upcall_pending && !v->info->evtchn_upcall_mask;
}

/* SCHEDOP_poll: is any of these ports pending? -EINVAL on a bad port. */
int must_check event_check_pending(struct domain *d, uint32_t port, bool *pending);
/* vcpu_info moved from one place to another: carries the pending state over. */
void event_reset_vcpu_info(struct vcpu *v);

/* Boot and control context: allocates an unbound port of d for remote; for xenstore and console of new domains. */
int must_check event_alloc_unbound(struct domain *d, domid_t remote, uint32_t *port);
/* What the pirq layer provides (hv/irq.h) and the event layer calls back on close/bind is in hv/irq.h. */

#endif
