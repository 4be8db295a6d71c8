/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Balanced (AVL) search trees whose nodes live inside their objects.
 *
 * The order is the caller's: the same comparison must be given to every operation on one tree, and
 * an object's key must not change while it is in. Insert, remove and find take logarithmic time and
 * no memory. Not atomic: callers hold the lock.
 */
#ifndef HV_TREE_H
#define HV_TREE_H

#include "hv/types.h"

struct tree_node {
	struct tree_node *parent;
	struct tree_node *child[2]; /* 0: smaller, 1: larger */
	int balance;		    /* height of child[1] less that of child[0]: -1, 0, 1 */
};

struct tree {
	struct tree_node *root;
};

/* The object of the given type whose field member is the node. */
#define tree_entry(node, type, member) container_of(node, type, member)

static inline void tree_init(struct tree *tree)
{
	tree->root = NULL;
}

static inline bool tree_is_empty(const struct tree *tree)
{
	return tree->root == NULL;
}

/* Adds a node. compare is negative, 0 or positive as a sorts before, with or after b. -EEXIST: an
 * equal node is in already. */
must_check int tree_insert(struct tree *tree, struct tree_node *node,
			   int (*compare)(const struct tree_node *a, const struct tree_node *b));

/* Takes out a node that is in the tree. */
void tree_remove(struct tree *tree, struct tree_node *node);

/* The node that matches key, borrowed, or NULL. compare: key against node, signs as above. */
struct tree_node *tree_find(const struct tree *tree, const void *key,
			    int (*compare)(const void *key, const struct tree_node *node));

/* The largest node not after key, or the smallest not before it; borrowed, or NULL. */
struct tree_node *tree_find_floor(const struct tree *tree, const void *key,
				  int (*compare)(const void *key, const struct tree_node *node));
struct tree_node *tree_find_ceiling(const struct tree *tree, const void *key,
				    int (*compare)(const void *key, const struct tree_node *node));

/* In-order walk, NULL at the end. To remove while walking, fetch the next node first. */
struct tree_node *tree_first(const struct tree *tree);
struct tree_node *tree_last(const struct tree *tree);
struct tree_node *tree_next(const struct tree_node *node);
struct tree_node *tree_prev(const struct tree_node *node);

#endif /* HV_TREE_H */
