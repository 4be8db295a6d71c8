/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two guests with event channels, for the unit tests and the fuzzer of
 * event_channel_op: `guest` (two vcpus, unprivileged) and `control`, whose
 * pirqs 0 to NR_PIRQS - 1 exist.
 */
#ifndef TEST_EVENT_FIXTURE_H
#define TEST_EVENT_FIXTURE_H

#include "abi/event_channel.h"
#include "fake.h"
#include "hv/event.h"
#include "hv/types.h"

#define GUEST_ID 5
#define NR_GUEST_VCPUS 2
#define NR_PIRQS 16

/* What table.c registers. */
extern const struct domain_module *const event_module_registration;

extern struct domain *guest, *control;
extern unsigned int pirq_binds, pirq_unbinds; /* calls of the pirq layer */
extern int pirq_bind_error;		      /* what pirq_bind() says */

/* A machine with both domains; max_port as in the domain's creation arguments. */
void fixture_start(uint32_t max_port);
/* Both die: all that the module has taken must be back. False: something was lost. */
bool fixture_end(void);
/* Ports, their peers, interrupts and counts agree. */
bool fixture_is_consistent(void);
void fixture_act_as(struct domain *d, uint32_t vcpu);
/* The hypercall; a continued one is called again. */
int64_t event_op(uint32_t command, void *argument);
/* Frees what creation took, after allocation number n fails; true when creation failed. */
bool fixture_creation_fails(unsigned int n);

/* Shorthands, as the current domain; a negative value is an error. */
int64_t op_alloc_unbound(domid_t d, domid_t remote);
int64_t op_bind_interdomain(domid_t remote, uint32_t port);
int64_t op_bind_ipi(uint32_t vcpu);
int64_t op_bind_virq(uint32_t virq, uint32_t vcpu);
int64_t op_bind_pirq(uint32_t pirq);
int64_t op_bind_vcpu(uint32_t port, uint32_t vcpu);
int64_t op_close(uint32_t port);
int64_t op_send(uint32_t port);
int64_t op_unmask(uint32_t port);
int64_t op_reset(domid_t d);
int64_t op_status(domid_t d, uint32_t port, struct xen_evtchn_status *status);
int64_t op_init_control(uint64_t gfn, uint32_t offset, uint32_t vcpu);
int64_t op_expand_array(uint64_t gfn);
int64_t op_set_priority(uint32_t port, uint32_t priority);

/* The two-level bits of a domain. */
bool port_is_pending(const struct domain *d, uint32_t port);
void port_set_mask(struct domain *d, uint32_t port, bool masked);
void two_levels_clear(struct domain *d);

#endif
