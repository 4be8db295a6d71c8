/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transactions: what one of them has seen and changed, as a sparse tree laid over the committed one.
 *
 * Starting one copies nothing. Each path that a transaction touches gets an overlay, which keeps
 * references to the value and permissions first seen (so that they stay as seen) and the generations
 * to compare at commit. Commit looks whether all of those generations are still the same; if so it
 * applies the changes, which allocates nothing any more. Listing children observes the set of
 * children, making a child does not: makers of different children do not conflict.
 */
#ifndef XENSTORED_TRANSACTION_H
#define XENSTORED_TRANSACTION_H

#include "xenstored/store.h"

struct overlay {
	struct table_link link;
	struct overlay *parent;
	TAILQ_ENTRY(overlay) siblings;
	TAILQ_HEAD(, overlay) children;
	struct node *fresh;	 /* ready for commit, if it has to make the node */
	struct node *base;	 /* valid within commit only */
	struct account *account; /* of the owner, within commit only */
	struct value *value;
	struct permissions *permissions; /* NULL while it does not exist */
	uint64_t seen_generation;	 /* of the committed node, 0: it was absent */
	uint64_t seen_children;		 /* its children_generation when listed, 0: never */
	uint32_t paid_bytes;		 /* for a value written here */
	uint64_t children_generation; /* own number when the set of children changed here, else 0 */
	bool known;		      /* exists, value, permissions are what the transaction sees */
	bool observed;		      /* seen_generation is to be compared */
	bool exists;
	bool hides;   /* committed nodes below are not seen */
	bool asked;   /* changed by itself, not as a parent of what was made */
	bool changed; /* value or permissions of a committed node are to be replaced */
	bool replaced;
	uint16_t name_len;
	char name[];
};

struct transaction {
	LIST_ENTRY(transaction) list; /* for whoever owns transactions */
	uint32_t id;
	struct account *account; /* pays for it */
	struct store *store;
	struct table table;
	struct overlay *root;
	uint32_t nr_overlays;
	uint32_t nr_known;
	uint32_t nr_created; /* nodes made for the account's domain */
	uint64_t bytes;
	bool is_lost;	  /* what it saw went with a killed daemon: it can only end */
	uint16_t culprit; /* after -EAGAIN: the domain whose change it was, as far as known */
};

LIST_HEAD(transaction_list, transaction);

/* Starts one that account pays for; NULL without memory. */
struct transaction *transaction_start(struct store *store, struct account *account, uint32_t id);

/* Counts bytes to who pays, negative to give back. */
void transaction_charge(struct transaction *transaction, int64_t bytes);

/* Ends one without a trace. */
void transaction_abort(struct transaction *transaction);

/* Applies the changes: 0, -EAGAIN when something seen has changed, -ENOMEM. The transaction has
 * to be aborted (freed) by the caller in all cases. */
int transaction_commit(struct transaction *transaction);

/* The overlay of a path, made at need with those of its ancestors; NULL without memory. */
struct overlay *transaction_overlay(struct transaction *transaction, const char *path);

/* The child overlay, NULL if there is none. */
struct overlay *overlay_find_child(const struct transaction *transaction,
				   const struct overlay *parent, const struct path_step *step);

/* The child overlay, made at need; NULL without memory. */
struct overlay *overlay_get_child(struct transaction *transaction, struct overlay *parent,
				  const struct path_step *step);

/* Records what the transaction now knows of the path; node is the committed one (NULL: absent),
 * hidden says that the transaction itself took it away with an ancestor. */
void overlay_observe(struct transaction *transaction, struct overlay *overlay,
		     const struct node *node, bool hidden);

/* Makes the node exist; takes over all references. */
void overlay_create(struct transaction *transaction, struct overlay *overlay, struct node *fresh);

/* Replaces the value of a node that exists. */
void overlay_set_value(struct transaction *transaction, struct overlay *overlay,
		       struct value *value);

/* Makes the node and all below it absent. */
void overlay_remove(struct transaction *transaction, struct overlay *overlay);

/* The next overlay in pre-order below top. */
struct overlay *overlay_next(const struct overlay *top, struct overlay *overlay);

#endif
