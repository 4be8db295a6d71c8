/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine that the texts of golden/ were taken from, in place of a hypervisor: an xl of 4.17 in
 * QEMU, with two guests. Numbers that had moved on between two commands are set by the tests.
 */
#ifndef TEST_PEER_H
#define TEST_PEER_H

#include "libctl/ctl.h"

#define PEER_DOMAINS 3

struct peer {
	struct xen_domctl_getdomaininfo domains[PEER_DOMAINS];
	unsigned int weights[PEER_DOMAINS], caps[PEER_DOMAINS];
};

extern struct peer peer;

/* dom0, g1 and web2 as the first `list' found them, with their names in the store. */
void peer_reset(void);

#endif
