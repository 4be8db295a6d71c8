/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Circular doubly linked lists whose nodes live inside their objects.
 *
 * A list is a struct list_node that is never an element. A node is on at most one list; a node that
 * is initialised or removed points to itself, so list_is_linked tells. Callers hold whatever lock
 * guards the list: nothing here is atomic.
 */
#ifndef HV_LIST_H
#define HV_LIST_H

#include "hv/types.h"

struct list_node {
	struct list_node *next;
	struct list_node *prev;
};

/* Static initialiser of an empty list or an unlinked node. */
#define LIST_INIT(name)          \
	{                        \
		&(name), &(name) \
	}

/* The object of the given type whose field member is the node. */
#define list_entry(node, type, member) container_of(node, type, member)

/* Makes an empty list, or a node that is on no list. */
static inline void list_init(struct list_node *node)
{
	node->next = node;
	node->prev = node;
}

static inline bool list_is_empty(const struct list_node *list)
{
	return list->next == list;
}

static inline bool list_is_linked(const struct list_node *node)
{
	return node->next != node;
}

/* Puts an unlinked node before place, an element or the list itself. */
static inline void list_add_before(struct list_node *place, struct list_node *node)
{
	node->next = place;
	node->prev = place->prev;
	place->prev->next = node;
	place->prev = node;
}

/* Puts an unlinked node after place, an element or the list itself. */
static inline void list_add_after(struct list_node *place, struct list_node *node)
{
	list_add_before(place->next, node);
}

static inline void list_add_head(struct list_node *list, struct list_node *node)
{
	list_add_before(list->next, node);
}

static inline void list_add_tail(struct list_node *list, struct list_node *node)
{
	list_add_before(list, node);
}

/* Takes a node off its list; no effect on one that is on none. */
static inline void list_remove(struct list_node *node)
{
	node->prev->next = node->next;
	node->next->prev = node->prev;
	list_init(node);
}

static inline void list_move_tail(struct list_node *list, struct list_node *node)
{
	list_remove(node);
	list_add_tail(list, node);
}

static inline void list_move_head(struct list_node *list, struct list_node *node)
{
	list_remove(node);
	list_add_head(list, node);
}

/* Appends all elements of from to list, in order, and leaves from empty. */
static inline void list_splice_tail(struct list_node *list, struct list_node *from)
{
	if (list_is_empty(from))
		return;
	from->next->prev = list->prev;
	list->prev->next = from->next;
	from->prev->next = list;
	list->prev = from->prev;
	list_init(from);
}

/* First or last node, NULL when empty. */
static inline struct list_node *list_first(const struct list_node *list)
{
	return list_is_empty(list) ? NULL : list->next;
}

static inline struct list_node *list_last(const struct list_node *list)
{
	return list_is_empty(list) ? NULL : list->prev;
}

/* Takes the first node off and returns it, NULL when empty. */
static inline struct list_node *list_pop_head(struct list_node *list)
{
	struct list_node *node = list_first(list);

	if (node)
		list_remove(node);
	return node;
}

/* First or last object; the list must not be empty. */
#define list_first_entry(list, type, member) list_entry((list)->next, type, member)
#define list_last_entry(list, type, member) list_entry((list)->prev, type, member)

/* Walks nodes; the body must not remove node. */
#define list_for_each(node, list) \
	for ((node) = (list)->next; (node) != (list); (node) = (node)->next)

/* Walks objects; the body must not remove pos. */
#define list_for_each_entry(pos, list, member)                             \
	for ((pos) = list_entry((list)->next, __typeof__(*(pos)), member); \
	     &(pos)->member != (list);                                     \
	     (pos) = list_entry((pos)->member.next, __typeof__(*(pos)), member))

#define list_for_each_entry_reverse(pos, list, member)                     \
	for ((pos) = list_entry((list)->prev, __typeof__(*(pos)), member); \
	     &(pos)->member != (list);                                     \
	     (pos) = list_entry((pos)->member.prev, __typeof__(*(pos)), member))

/* Walks objects; the body may remove or free pos, and nothing else. */
#define list_for_each_entry_safe(pos, following, list, member)                        \
	for ((pos) = list_entry((list)->next, __typeof__(*(pos)), member),            \
	    (following) = list_entry((pos)->member.next, __typeof__(*(pos)), member); \
	     &(pos)->member != (list); (pos) = (following),                           \
	    (following) = list_entry((pos)->member.next, __typeof__(*(pos)), member))

#endif /* HV_LIST_H */
