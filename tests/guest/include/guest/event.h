/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Event channels, 2-level queue: bind, send, handlers, waiting. */
#ifndef GUEST_EVENT_H
#define GUEST_EVENT_H

#include "abi/errno.h"
#include "abi/xen.h"
#include "guest/types.h"

#define EVENT_PORT_MAX 4096

/* Each returns a port or a negative errno. */
long event_alloc_unbound(uint64_t domain, uint64_t remote);
long event_bind_interdomain(uint64_t remote, uint32_t remote_port);
long event_bind_virq(uint32_t virq, uint32_t vcpu);
long event_bind_ipi(uint32_t vcpu);
/* A port of ours bound to another port of ours. Ends the test on a refusal. */
void event_pair(uint32_t *left, uint32_t *right);

long event_send(uint32_t port);
long event_close(uint32_t port);
long event_unmask(uint32_t port); /* by hypercall */

bool event_is_pending(uint32_t port);
bool event_is_masked(uint32_t port);
void event_clear(uint32_t port);
void event_mask(uint32_t port);

/* How often the port was delivered to the callback since the start. */
uint32_t event_count(uint32_t port);
/* Callbacks taken, whatever the port. */
uint64_t event_callbacks(void);

/* vcpu-wide delivery: on = upcall mask clear. Turning it on delivers what is pending. */
void event_delivery_on(void);
void event_delivery_off(void);

/* Waits for the count of `port` to reach `count`, at most `timeout_ns`; false on a time-out. */
bool event_wait(uint32_t port, uint32_t count, uint64_t timeout_ns);

/* Replaces the scan of the 2-level words by a handler of its own (FIFO). NULL restores it. */
void event_set_scan(void (*scan)(void));
void event_handle(void);

#endif
