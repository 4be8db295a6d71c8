/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tree of nodes as everybody sees it: committed nodes only.
 *
 * All nodes are in one hash table, keyed by the hash of their path, and each knows its parent and
 * children, so a step down costs the same however many siblings there are. A node's generation
 * changes with its value, its permissions and its birth, children_generation with the set of its
 * children; both come from one counter and are never used twice. Values and permissions are
 * immutable and counted. What changes the tree takes over ready-made parts, so that it cannot fail.
 * Each change is told to the owner of the watches by the changed hook, with the node still there.
 */
#ifndef XENSTORED_STORE_H
#define XENSTORED_STORE_H

#include "xenstored/account.h"
#include "xenstored/path.h"
#include "xenstored/permissions.h"

struct value {
	uint32_t nr_references;
	uint32_t len;
	char bytes[];
};

struct node {
	struct table_link link;
	struct node *parent;
	TAILQ_ENTRY(node) siblings;
	TAILQ_HEAD(, node) children;
	LIST_ENTRY(node) owned;
	struct account *account; /* of the owner, NULL while detached */
	struct permissions *permissions;
	struct value *value; /* NULL for an empty one */
	uint64_t generation;
	uint64_t children_generation;
	uint32_t nr_children;
	uint32_t names_bytes;	/* of the children's names with their NULs */
	uint32_t journal_round; /* of the journal's that it was written to */
	uint16_t name_len;
	uint16_t writer; /* the domain that changed it, or its children, last */
	char name[];
};

enum change_kind {
	CHANGE_NODE,   /* the path itself was asked for */
	CHANGE_PARENT, /* made on the way to another one, which is told, too */
	CHANGE_BELOW   /* went away with an ancestor, which is told, too */
};

struct change {
	enum change_kind kind;
	const char *path;
	/* Who can read one of these may hear of it. */
	const struct permissions *permissions, *old_permissions;
};

enum special { SPECIAL_INTRODUCE, SPECIAL_RELEASE, NR_SPECIALS };

struct store {
	struct table nodes;
	struct node *root;
	struct permission_set permissions;
	struct accounts accounts;
	struct permissions *special[NR_SPECIALS];
	uint64_t generation;
	uint32_t nr_nodes;
	uint16_t writer; /* the domain on whose behalf nodes are changed now */
	void (*changed)(void *context, const struct change *change);
	/* Tells of each node that was set, and before one is removed with all below it. */
	void (*record_set)(void *context, struct node *node);
	void (*record_removal)(void *context, struct node *node);
	void *context;
};

extern const char *const special_paths[NR_SPECIALS];

/* Makes a tree of one node, "/", that domain 0 owns; -ENOMEM. */
int store_init(struct store *store);

/* Frees everything; without telling. */
void store_fini(struct store *store);

/* A copy of the bytes; NULL without memory. An empty value is a struct value, too. */
struct value *value_create(const void *bytes, size_t len);
struct value *value_get(struct value *value);
void value_put(struct value *value);

/* A node that is nowhere yet. Takes a reference each to value (may be NULL) and permissions. */
struct node *node_create(const char *name, size_t len, struct value *value,
			 struct permissions *permissions);

/* Frees a node that is nowhere. */
void node_free(struct node *node);

/* The child with this name, whose path has the hash; NULL if there is none. */
struct node *store_find_child(const struct store *store, const struct node *parent,
			      const struct path_step *step);

/* The node at a path, NULL if there is none. */
struct node *store_find(const struct store *store, const char *path);

/* Writes a node's path, without a NUL beyond size; its length. */
size_t store_print_path(const struct node *node, char *text, size_t size);

/* Puts a detached node below a parent; account is its owner's. Not told. */
void store_link(struct store *store, struct node *parent, struct node *node, uint64_t hash,
		struct account *account);

/* Replaces the value, takes over the reference. Not told. */
void store_set_value(struct store *store, struct node *node, struct value *value);

/* Replaces the permissions, takes over the reference; account is the owner's by the new ones.
 * Not told. */
void store_set_permissions(struct store *store, struct node *node, struct permissions *permissions,
			   struct account *account);

/* Removes a node with all below it, told for each. Not for the root. */
void store_remove(struct store *store, struct node *node);

/* Tells of a change of a node. */
void store_tell(struct store *store, enum change_kind kind, const char *path,
		const struct permissions *permissions, const struct permissions *old_permissions);

/* A node of the account's that can be removed; NULL if there is none. */
struct node *store_find_owned(const struct account *account);

/* Removes what a dead domain owned, and the meaning of its number in permissions. */
void store_forget_domain(struct store *store, uint16_t domid);

/* Which special path, -1 if none: "@introduceDomain", "@releaseDomain", also with "/<domid>". */
int special_find(const char *path);

/* Does the tree hold together? NULL, or what is wrong. */
const char *store_check(const struct store *store);

/* Bytes that a node costs its owner. */
size_t node_bytes(const struct node *node);

/* The next node of the subtree below top in pre-order, NULL at the end. */
struct node *store_next(const struct node *top, struct node *node);

#endif
