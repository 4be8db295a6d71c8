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
#include "xenstored/slot.h"

struct domain {
	struct connection connection; /* while it is introduced */
	LIST_ENTRY(domain) list;
	struct table_link by_id, by_port;
	struct server *server;
	uint16_t domid;
	uint16_t target;
	uint32_t features;
	struct xenstore_domain_interface *ring; /* NULL while a journal is replayed */
	struct slot *slot;
	struct message *done; /* of a journal: the last reply to a request that changed something */
	uint32_t done_consumer; /* the ring's index behind that request */
	int port;		/* ours, bound to the domain's */
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

/* The domain is connected or not, by a journal, without a ring yet. 0 or negative errno. */
int domain_expect(struct domain *domain, bool is_introduced, bool is_cut, uint32_t remote_port);

/* A journal's reply to the request that ends at this index of a ring. 0 or -ENOMEM. */
int domain_keep_reply(struct connection *connection, uint32_t consumer,
		      const struct xsd_sockmsg *header, const void *payload);

/* Maps the ring and binds the port of one that a journal says to be connected; when that fails it is
 * so no more. 0 or negative errno. */
int domain_reattach(struct domain *domain, uint32_t remote_port);

/* Connects all whom the journal says to be connected, and goes on where the rings stopped. */
void domain_resume_all(struct server *server);

/* Keeps what was taken from all rings and what is being put into them as it is now. */
void domain_keep_all(struct server *server);

/* The ring's index behind the last bytes that were taken from it. */
uint32_t domain_consumer(const struct connection *connection);

/* Disconnects and forgets, telling nobody. */
void domain_forget(struct domain *domain);

/* Disconnects and forgets; told as @releaseDomain. */
void domain_release(struct domain *domain);

/* Disconnects all, telling nobody: the end of the daemon. */
void domain_release_all(struct server *server);

/* A port of ours was signalled. */
void domain_handle_event(struct server *server, int port);

/* Some domain has changed its state: finds out which and tells. */
void domain_check_all(struct server *server);

#endif
