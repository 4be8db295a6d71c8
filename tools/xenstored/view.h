/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store as one request sees and changes it: committed nodes, or those seen through a
 * transaction. No permissions and no quotas here, but what their checks need to know.
 */
#ifndef XENSTORED_VIEW_H
#define XENSTORED_VIEW_H

#include "xenstored/transaction.h"

struct view {
	struct store *store;
	struct transaction *transaction; /* NULL: committed nodes, changed at once */
};

/* What a path means in a view; valid until the next change. */
struct seen {
	const struct path *path;
	bool exists;
	uint32_t nr_missing;		 /* components that do not exist, the last one included */
	struct value *value;		 /* may be NULL: empty */
	struct permissions *permissions; /* of the node, or of the nearest ancestor that exists */
	struct node *node;		 /* committed: the node, or the nearest that exists */
	struct overlay *overlay;	 /* in a transaction: of the path */
};

/* Looks a path up, and records in a transaction that it was. 0 or -ENOMEM. */
int view_find(const struct view *view, const struct path *path, struct seen *seen);

/* Makes the missing node with its missing parents, all like the nearest ancestor; owner is the
 * owner's number, or DOMAIN_NONE for the ancestor's. value may be NULL. 0 or -ENOMEM. */
int view_create(const struct view *view, const struct seen *seen, uint16_t owner,
		struct value *value);

/* Replaces the value of a node that exists. */
void view_write(const struct view *view, const struct seen *seen, struct value *value);

/* Replaces the permissions of a node that exists. 0 or -ENOMEM. */
int view_set_permissions(const struct view *view, const struct seen *seen,
			 struct permissions *permissions);

/* Removes a node that exists, with all below it. */
void view_remove(const struct view *view, const struct seen *seen);

/* Calls emit for each child of a node that exists; returns a number that changes with the set. */
uint64_t view_list(const struct view *view, const struct seen *seen,
		   void (*emit)(void *context, const char *name, size_t len), void *context);

#endif
