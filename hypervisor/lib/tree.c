/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AVL trees. Invariant: every node's two subtrees differ in height by at most one, and its balance
 * says by how much. An insertion or removal changes one subtree's height, and the change is carried
 * up from there until a node absorbs it or a rotation does.
 */
#include "hv/errno.h"
#include "hv/tree.h"

/* The link that points to node: its parent's or the root. */
static struct tree_node **find_link(struct tree *tree, struct tree_node *node)
{
	if (!node->parent)
		return &tree->root;
	return &node->parent->child[node->parent->child[1] == node];
}

static void set_child(struct tree_node *node, int side, struct tree_node *child)
{
	node->child[side] = child;
	if (child)
		child->parent = node;
}

/* Puts node in the place of old, below old's parent. */
static void replace_node(struct tree *tree, struct tree_node *old, struct tree_node *node)
{
	*find_link(tree, old) = node;
	if (node)
		node->parent = old->parent;
}

/* Lifts the child on the given side above node and returns it; balances are the caller's. */
static struct tree_node *rotate(struct tree *tree, struct tree_node *node, int side)
{
	struct tree_node *child = node->child[side];

	replace_node(tree, node, child);
	set_child(node, side, child->child[!side]);
	set_child(child, !side, node);
	return child;
}

/*
 * Restores a node whose subtree on the given side is two higher. Returns the node now on top, whose
 * balance is nonzero only when the whole kept its height.
 */
static struct tree_node *rebalance(struct tree *tree, struct tree_node *node, int side)
{
	struct tree_node *child = node->child[side];
	struct tree_node *middle;
	int lean = side ? 1 : -1;

	if (child->balance == -lean) {
		middle = child->child[!side];
		rotate(tree, child, !side);
		rotate(tree, node, side);
		node->balance = middle->balance == lean ? -lean : 0;
		child->balance = middle->balance == -lean ? lean : 0;
		middle->balance = 0;
		return middle;
	}
	rotate(tree, node, side);
	node->balance = child->balance == 0 ? lean : 0;
	child->balance = child->balance == 0 ? -lean : 0;
	return child;
}

static void carry_growth(struct tree *tree, struct tree_node *node)
{
	struct tree_node *parent;

	for (; (parent = node->parent) != NULL; node = parent) {
		int side = parent->child[1] == node;

		parent->balance += side ? 1 : -1;
		if (parent->balance == 0)
			return;
		if (parent->balance == 2 || parent->balance == -2) {
			rebalance(tree, parent, side);
			return;
		}
	}
}

/* The subtree on the given side of node has become one lower. */
static void carry_shrinking(struct tree *tree, struct tree_node *node, int side)
{
	while (node) {
		node->balance += side ? -1 : 1;
		if (node->balance == 1 || node->balance == -1)
			return;
		if (node->balance != 0) {
			node = rebalance(tree, node, !side);
			if (node->balance != 0)
				return;
		}
		if (!node->parent)
			return;
		side = node->parent->child[1] == node;
		node = node->parent;
	}
}

int tree_insert(struct tree *tree, struct tree_node *node,
		int (*compare)(const struct tree_node *a, const struct tree_node *b))
{
	struct tree_node **link = &tree->root;
	struct tree_node *parent = NULL;
	int order;

	while (*link) {
		parent = *link;
		order = compare(node, parent);
		if (order == 0)
			return -EEXIST;
		link = &parent->child[order > 0];
	}
	*node = (struct tree_node){.parent = parent};
	*link = node;
	carry_growth(tree, node);
	return 0;
}

/* Removes a node with two children: its successor, which has no left child, takes its place. */
static void remove_inner(struct tree *tree, struct tree_node *node)
{
	struct tree_node *next = tree_next(node);
	struct tree_node *parent = next->parent;
	int side = parent->child[1] == next;

	replace_node(tree, next, next->child[1]);
	replace_node(tree, node, next);
	set_child(next, 0, node->child[0]);
	set_child(next, 1, node->child[1]);
	next->balance = node->balance;
	carry_shrinking(tree, parent == node ? next : parent, side);
}

void tree_remove(struct tree *tree, struct tree_node *node)
{
	struct tree_node *parent = node->parent;
	int side = parent && parent->child[1] == node;

	if (node->child[0] && node->child[1]) {
		remove_inner(tree, node);
	} else {
		replace_node(tree, node, node->child[node->child[0] == NULL]);
		carry_shrinking(tree, parent, side);
	}
	*node = (struct tree_node){.parent = NULL};
}

struct tree_node *tree_find(const struct tree *tree, const void *key,
			    int (*compare)(const void *key, const struct tree_node *node))
{
	struct tree_node *node = tree->root;
	int order;

	while (node) {
		order = compare(key, node);
		if (order == 0)
			return node;
		node = node->child[order > 0];
	}
	return NULL;
}

/* The match, else the nearest node that the search passed on the given side of key. */
static struct tree_node *find_near(const struct tree *tree, const void *key, bool below,
				   int (*compare)(const void *key, const struct tree_node *node))
{
	struct tree_node *node = tree->root;
	struct tree_node *near = NULL;
	int order;

	while (node) {
		order = compare(key, node);
		if (order == 0)
			return node;
		if ((order > 0) == below)
			near = node;
		node = node->child[order > 0];
	}
	return near;
}

struct tree_node *tree_find_floor(const struct tree *tree, const void *key,
				  int (*compare)(const void *key, const struct tree_node *node))
{
	return find_near(tree, key, true, compare);
}

struct tree_node *tree_find_ceiling(const struct tree *tree, const void *key,
				    int (*compare)(const void *key, const struct tree_node *node))
{
	return find_near(tree, key, false, compare);
}

static struct tree_node *find_end(struct tree_node *node, int side)
{
	while (node && node->child[side])
		node = node->child[side];
	return node;
}

static struct tree_node *find_neighbour(const struct tree_node *node, int side)
{
	if (node->child[side])
		return find_end(node->child[side], !side);
	while (node->parent && node->parent->child[side] == node)
		node = node->parent;
	return node->parent;
}

struct tree_node *tree_first(const struct tree *tree)
{
	return find_end(tree->root, 0);
}

struct tree_node *tree_last(const struct tree *tree)
{
	return find_end(tree->root, 1);
}

struct tree_node *tree_next(const struct tree_node *node)
{
	return find_neighbour(node, 1);
}

struct tree_node *tree_prev(const struct tree_node *node)
{
	return find_neighbour(node, 0);
}
