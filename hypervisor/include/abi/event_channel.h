/* SPDX-License-Identifier: MIT */
/*
 * Event channels: the operations of event_channel_op, their arguments, and the layout of the FIFO
 * queues. The two-level bitmaps are in shared_info (xen.h).
 */
#ifndef ABI_EVENT_CHANNEL_H
#define ABI_EVENT_CHANNEL_H

#include "abi/xen.h"

#define EVTCHNOP_bind_interdomain 0
#define EVTCHNOP_bind_virq 1
#define EVTCHNOP_bind_pirq 2
#define EVTCHNOP_close 3
#define EVTCHNOP_send 4
#define EVTCHNOP_status 5
#define EVTCHNOP_alloc_unbound 6
#define EVTCHNOP_bind_ipi 7
#define EVTCHNOP_bind_vcpu 8
#define EVTCHNOP_unmask 9
#define EVTCHNOP_reset 10
#define EVTCHNOP_init_control 11
#define EVTCHNOP_expand_array 12
#define EVTCHNOP_set_priority 13

#define BIND_PIRQ__WILL_SHARE 1

/* evtchn_status.status */
#define EVTCHNSTAT_closed 0
#define EVTCHNSTAT_unbound 1
#define EVTCHNSTAT_interdomain 2
#define EVTCHNSTAT_pirq 3
#define EVTCHNSTAT_virq 4
#define EVTCHNSTAT_ipi 5

#define EVTCHN_2L_NR_CHANNELS 4096

/* FIFO: queue 0 is the most urgent. */
#define EVTCHN_FIFO_PRIORITY_MAX 0
#define EVTCHN_FIFO_PRIORITY_DEFAULT 7
#define EVTCHN_FIFO_PRIORITY_MIN 15
#define EVTCHN_FIFO_MAX_QUEUES 16

/* FIFO: bit numbers in an event word; the low LINK_BITS are the next port in the queue. */
#define EVTCHN_FIFO_PENDING 31
#define EVTCHN_FIFO_MASKED 30
#define EVTCHN_FIFO_LINKED 29
#define EVTCHN_FIFO_BUSY 28
#define EVTCHN_FIFO_LINK_BITS 17
#define EVTCHN_FIFO_LINK_MASK 0x1ffff
#define EVTCHN_FIFO_NR_CHANNELS 0x20000

struct xen_evtchn_alloc_unbound {
	uint16_t dom;	     /* in: the domain that gets the port */
	uint16_t remote_dom; /* in: the domain that may bind to it */
	uint32_t port;	     /* out */
};
ABI_SIZE(struct xen_evtchn_alloc_unbound, 8);

struct xen_evtchn_bind_interdomain {
	uint16_t remote_dom;
	uint32_t remote_port;
	uint32_t local_port; /* out */
};
ABI_SIZE(struct xen_evtchn_bind_interdomain, 12);

struct xen_evtchn_bind_virq {
	uint32_t virq;
	uint32_t vcpu;
	uint32_t port; /* out */
};
ABI_SIZE(struct xen_evtchn_bind_virq, 12);

struct xen_evtchn_bind_pirq {
	uint32_t pirq;
	uint32_t flags; /* BIND_PIRQ__* */
	uint32_t port;	/* out */
};
ABI_SIZE(struct xen_evtchn_bind_pirq, 12);

struct xen_evtchn_bind_ipi {
	uint32_t vcpu;
	uint32_t port; /* out */
};
ABI_SIZE(struct xen_evtchn_bind_ipi, 8);

struct xen_evtchn_close {
	uint32_t port;
};
ABI_SIZE(struct xen_evtchn_close, 4);

struct xen_evtchn_send {
	uint32_t port;
};
ABI_SIZE(struct xen_evtchn_send, 4);

struct xen_evtchn_status {
	uint16_t dom;
	uint32_t port;
	uint32_t status; /* out, as all that follows */
	uint32_t vcpu;
	union {
		struct {
			uint16_t dom;
		} unbound;
		struct {
			uint16_t dom;
			uint32_t port;
		} interdomain;
		uint32_t pirq;
		uint32_t virq;
	} u;
};
ABI_SIZE(struct xen_evtchn_status, 24);

struct xen_evtchn_bind_vcpu {
	uint32_t port;
	uint32_t vcpu;
};
ABI_SIZE(struct xen_evtchn_bind_vcpu, 8);

struct xen_evtchn_unmask {
	uint32_t port;
};
ABI_SIZE(struct xen_evtchn_unmask, 4);

struct xen_evtchn_reset {
	uint16_t dom;
};
ABI_SIZE(struct xen_evtchn_reset, 2);

struct xen_evtchn_init_control {
	uint64_t control_gfn;
	uint32_t offset; /* bytes, multiple of 8 */
	uint32_t vcpu;
	uint8_t link_bits; /* out */
	uint8_t _pad[7];
};
ABI_SIZE(struct xen_evtchn_init_control, 24);

struct xen_evtchn_expand_array {
	uint64_t array_gfn;
};
ABI_SIZE(struct xen_evtchn_expand_array, 8);

struct xen_evtchn_set_priority {
	uint32_t port;
	uint32_t priority;
};
ABI_SIZE(struct xen_evtchn_set_priority, 8);

/* The argument of the old hypercall, number 16. */
struct xen_evtchn_op {
	uint32_t cmd;
	union {
		struct xen_evtchn_alloc_unbound alloc_unbound;
		struct xen_evtchn_bind_interdomain bind_interdomain;
		struct xen_evtchn_bind_virq bind_virq;
		struct xen_evtchn_bind_pirq bind_pirq;
		struct xen_evtchn_bind_ipi bind_ipi;
		struct xen_evtchn_close close;
		struct xen_evtchn_send send;
		struct xen_evtchn_status status;
		struct xen_evtchn_bind_vcpu bind_vcpu;
		struct xen_evtchn_unmask unmask;
	} u;
};
ABI_SIZE(struct xen_evtchn_op, 28);

/* One for each vcpu: which queues hold events, and the first port of each. */
struct xen_evtchn_fifo_control_block {
	uint32_t ready;
	uint32_t _rsvd;
	uint32_t head[EVTCHN_FIFO_MAX_QUEUES];
};
ABI_SIZE(struct xen_evtchn_fifo_control_block, 72);

#endif
