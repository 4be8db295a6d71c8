/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Domains that the daemon was told of: their ring, their state, their end.
 *
 * A domain is made by INTRODUCE (or by a feature being set before) and goes away by RELEASE or when
 * the hypervisor says that it is dying; then its ring is unmapped at once, so that its memory can be
 * given back. It stays known until the hypervisor has forgotten it: both are told as
 * @releaseDomain, and so is its shutdown.
 */
#ifndef XENSTORED_DOMAIN_H
#define XENSTORED_DOMAIN_H

#include "xenstored/server.h"

struct domain {
	struct connection connection; /* while it is introduced */
	LIST_ENTRY(domain) list;
	struct table_link by_id, by_port;
	struct server *server;
	uint16_t domid;
	uint16_t target;
	uint32_t features;
	struct xenstore_domain_interface *ring;
	int port; /* ours, bound to the domain's */
	uint32_t remote_port;
	bool is_introduced;
	bool owes_notice;  /* of a change in the ring */
	bool is_shut_down; /* told already */
	bool is_dying;	   /* told already; waits to be gone */
};

/* The domain with this number, NULL if none is known. */
struct domain *domain_find(const struct server *server, uint16_t domid);

/* The domain with this number, made known at need; NULL without memory. */
struct domain *domain_get(struct server *server, uint16_t domid);

/* Connects to a domain's ring and tells of it; again for one that is introduced moves to the new
 * port. 0 or negative errno. */
int domain_introduce(struct server *server, uint16_t domid, uint32_t remote_port);

/* Connects to dom0's own kernel. 0 or negative errno. */
int domain_introduce_kernel(struct server *server);

/* Goes on with a port that is bound already (live update). 0 or negative errno. */
int domain_adopt(struct domain *domain, int port, uint32_t remote_port);

/* Disconnects and forgets; told as @releaseDomain. */
void domain_release(struct domain *domain);

/* Disconnects all, telling nobody: the end of the daemon. */
void domain_release_all(struct server *server);

/* A port of ours was signalled. */
void domain_handle_event(struct server *server, int port);

/* Some domain has changed its state: finds out which and tells. */
void domain_check_all(struct server *server);

#endif
