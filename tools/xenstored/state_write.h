/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Single records of the state, appended to a buffer that grows; a buffer without memory says so in
 * has_failed. What belongs to a connection follows the record of its owner.
 */
#ifndef XENSTORED_STATE_WRITE_H
#define XENSTORED_STATE_WRITE_H

#include "xenstored/domain.h"
#include "xenstored/state.h"

/* A node as it is; its removal, before it happens. */
void state_save_node(struct state_bytes *state, const struct node *node);
void state_save_removal(struct state_bytes *state, const struct node *node);

/* The permissions of the special paths. */
void state_save_specials(struct state_bytes *state, const struct store *store);

/* All quotas, global and of domains. */
void state_save_quotas(struct state_bytes *state, const struct accounts *accounts);

/* STATE_FORGET or STATE_GONE. */
void state_save_number(struct state_bytes *state, enum state_type type, uint16_t domid);

/* A domain with what is known of it. */
void state_save_domain(struct state_bytes *state, const struct domain *domain);

/* The ring connection that the next records belong to. */
void state_save_owner(struct state_bytes *state, const struct connection *connection);

/* STATE_WATCH or STATE_UNWATCH. */
void state_save_watch(struct state_bytes *state, enum state_type type, const struct watch *watch);

/* STATE_TRANSACTION or STATE_TRANSACTION_END: that it is open or not, not what it has seen. */
void state_save_transaction_id(struct state_bytes *state, enum state_type type, uint32_t id);

/* The reply to the request that ends at this index of the ring. */
void state_save_done(struct state_bytes *state, uint32_t consumer, const struct xsd_sockmsg *header,
		     const void *payload);

#endif
