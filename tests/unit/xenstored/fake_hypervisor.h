/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hypervisor in this program: domains with a ring page and a state that tests set.
 */
#ifndef FAKE_HYPERVISOR_H
#define FAKE_HYPERVISOR_H

#include "xenstored/hypervisor_side.h"

#define FAKE_NR_DOMAINS 64

struct fake_domain {
	struct hypervisor_domain_state state;
	struct xenstore_domain_interface *ring; /* NULL: it has granted none */
	bool is_mapped;
	int port; /* bound to it, 0: none */
	unsigned int nr_notifications;
};

extern struct fake_domain fake_domains[FAKE_NR_DOMAINS];

/* The handle to give a server. */
struct hypervisor *fake_hypervisor(void);

/* A living domain with an empty ring. */
struct fake_domain *fake_domain_create(uint16_t domid);

/* Forgets all domains, frees their rings. */
void fake_reset(void);

#endif
