/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the daemon wants of the hypervisor and dom0's kernel: rings, event channels, the state of
 * domains. hypervisor_xen.c is the real one; tests link another.
 */
#ifndef XENSTORED_HYPERVISOR_SIDE_H
#define XENSTORED_HYPERVISOR_SIDE_H

#include <stdbool.h>
#include <stdint.h>
#include <xen/io/xs_wire.h>

struct hypervisor;

struct hypervisor_domain_state {
	bool exists;
	bool is_dying;
	bool is_shut_down;
};

/* Opens all interfaces; event_fd is an inherited descriptor of the event channel device, -1 for a
 * new one. NULL after having said why. */
struct hypervisor *hypervisor_open(int event_fd);

/* Closes what hypervisor_open() opened. */
void hypervisor_close(struct hypervisor *hypervisor);

/* Readable when an event channel is pending; stays open across exec. */
int hypervisor_event_fd(const struct hypervisor *hypervisor);

/* The next pending port, masked until hypervisor_unmask(); negative errno if there is none. */
int hypervisor_next_event(struct hypervisor *hypervisor);
void hypervisor_unmask(struct hypervisor *hypervisor, int port);

/* Signals the other end of a port. */
int hypervisor_notify(struct hypervisor *hypervisor, int port);

/* A local port bound to a domain's unbound one, or to the interrupt that tells of domains' deaths;
 * negative errno. */
int hypervisor_bind(struct hypervisor *hypervisor, uint16_t domid, uint32_t remote_port);
int hypervisor_bind_domain_exception(struct hypervisor *hypervisor);
void hypervisor_unbind(struct hypervisor *hypervisor, int port);

/* A domain's ring by its reserved grant entry, or dom0's own kernel's; NULL with errno. */
struct xenstore_domain_interface *hypervisor_map_ring(struct hypervisor *hypervisor,
						      uint16_t domid);
void hypervisor_unmap_ring(struct hypervisor *hypervisor, uint16_t domid,
			   struct xenstore_domain_interface *ring);

/* The unbound port of dom0's own kernel; negative errno. */
int hypervisor_kernel_port(struct hypervisor *hypervisor);

/* Between the two, states are those of all domains at the begin: many are asked for at once. */
void hypervisor_begin_states(struct hypervisor *hypervisor);
void hypervisor_end_states(struct hypervisor *hypervisor);

/* A domain's state; negative errno. A domain that is not there is no error. */
int hypervisor_domain_state(struct hypervisor *hypervisor, uint16_t domid,
			    struct hypervisor_domain_state *state);

#endif
