/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guests' PV consoles: the ring, mapped by the reserved grant reference (or by the frame that the
 * store names, for tools that grant nothing), and its event channel. A guest that writes more than
 * its allowance is left with a full ring until the next period, and its events masked, so it costs
 * nobody else anything.
 */
#ifndef CONSOLED_GUEST_H
#define CONSOLED_GUEST_H

#include <stdbool.h>
#include <stdint.h>

struct ctl;
struct guest;

/* What the store says of a domain's console. */
struct guest_nodes {
	char name[96];
	uint32_t port;
	uint64_t frame;
};

struct guest_options {
	uint64_t bytes_per_second; /* 0: no limit */
	bool with_terminals;
};

/* The first error: -1 and errno. ctl may be NULL: then rings are mapped by grant only. */
int guest_open_all(struct ctl *ctl, const struct guest_options *options);
/* NULL when no console of this domain is known. */
struct guest *guest_find(uint32_t domid);
struct guest *guest_first(void);
struct guest *guest_next(struct guest *guest);
uint32_t guest_domid(const struct guest *guest);
/* Opens it, or opens it anew when the nodes differ from those it was opened with. terminal gets the
 * name of its pty, or "" when there is no new one. */
void guest_open(uint32_t domid, const struct guest_nodes *nodes, char *terminal, unsigned int room);
/* Takes what is left in the ring, unmaps it, forgets the domain. */
void guest_close(struct guest *guest);
/* Handles the virtual interrupt of the hypervisor's console with that. */
int guest_bind_console_virq(void (*ring)(void));

#endif
