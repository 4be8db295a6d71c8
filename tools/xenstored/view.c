/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking up and changing nodes, committed or in a transaction. */
#include <errno.h>
#include <string.h>

#include "xenstored/view.h"

static void view_find_committed(const struct store *store, struct seen *seen)
{
	struct node *node = store->root;
	struct path_step step;

	path_begin(&step, seen->path->text);
	seen->node = node;
	while (path_next(&step)) {
		if (node)
			node = store_find_child(store, node, &step);
		if (node)
			seen->node = node;
		else
			seen->nr_missing++;
	}
	seen->exists = node != NULL;
	seen->value = seen->exists ? node->value : NULL;
	seen->permissions = seen->node->permissions;
}

struct descent {
	struct overlay *overlay;
	struct node *node; /* NULL: absent or hidden */
	bool hidden;
	bool exists;
};

/* A node that the transaction has seen stays, even if its ancestors went away meanwhile: then they
 * count as being there, and commit says EAGAIN. */
static void descent_settle(struct descent *descent, struct seen *seen)
{
	struct overlay *overlay = descent->overlay;

	descent->exists = overlay->known ? overlay->exists : descent->node != NULL;
	if (!descent->exists) {
		seen->nr_missing++;
		return;
	}
	seen->nr_missing = 0;
	seen->permissions = overlay->known ? overlay->permissions : descent->node->permissions;
}

static int view_find_overlaid(const struct view *view, struct seen *seen)
{
	struct transaction *transaction = view->transaction;
	struct descent at = {.overlay = transaction->root, .node = view->store->root};
	struct path_step step;

	descent_settle(&at, seen);
	path_begin(&step, seen->path->text);
	while (path_next(&step)) {
		at.hidden |= at.overlay->hides;
		at.overlay = overlay_get_child(transaction, at.overlay, &step);
		if (!at.overlay)
			return -ENOMEM;
		at.node = at.node && !at.hidden ? store_find_child(view->store, at.node, &step)
						: NULL;
		descent_settle(&at, seen);
	}
	overlay_observe(transaction, at.overlay, at.node, at.hidden);
	seen->overlay = at.overlay;
	seen->node = at.node;
	seen->exists = at.overlay->exists;
	seen->value = at.overlay->value;
	return 0;
}

int view_find(const struct view *view, const struct path *path, struct seen *seen)
{
	memset(seen, 0, sizeof(*seen));
	seen->path = path;
	if (view->transaction)
		return view_find_overlaid(view, seen);
	view_find_committed(view->store, seen);
	return 0;
}

static void view_free_chain(struct node *node)
{
	while (node) {
		struct node *next = node->parent;

		node_free(node);
		node = next;
	}
}

/* The nodes to make, topmost first, chained by their parent pointers. */
static struct node *view_build_chain(const struct seen *seen, struct value *value,
				     struct permissions *permissions)
{
	struct node *first = NULL, *last = NULL, *node;
	struct path_step step;
	uint32_t nr_steps = 0, n = 0;

	path_begin(&step, seen->path->text);
	while (path_next(&step))
		nr_steps++;
	path_begin(&step, seen->path->text);
	while (path_next(&step)) {
		if (n++ < nr_steps - seen->nr_missing)
			continue;
		node = node_create(step.name, step.len, n == nr_steps ? value : NULL, permissions);
		if (!node) {
			view_free_chain(first);
			return NULL;
		}
		node->link.hash = step.hash;
		if (first)
			last->parent = node;
		else
			first = node;
		last = node;
	}
	return first;
}

static void view_link_chain(const struct view *view, const struct seen *seen, struct node *node,
			    struct account *account)
{
	struct node *parent = seen->node;

	while (node) {
		struct node *next = node->parent;
		char path[PATH_MAX_ABSOLUTE + 1];

		store_link(view->store, parent, node, node->link.hash, account);
		if (next && view->store->changed &&
		    store_print_path(node, path, sizeof(path)) < sizeof(path))
			store_tell(view->store, CHANGE_PARENT, path, node->permissions, NULL);
		parent = node;
		node = next;
	}
	store_tell(view->store, CHANGE_NODE, seen->path->text, parent->permissions, NULL);
}

static int view_create_committed(const struct view *view, const struct seen *seen,
				 struct node *chain)
{
	struct account *account = account_get(&view->store->accounts,
					      permissions_owner(chain->permissions));

	if (!account)
		return -ENOMEM;
	view_link_chain(view, seen, chain, account);
	account_put(account);
	return 0;
}

/* From the last missing component upwards to the topmost: all were looked at or are now. */
static int view_create_overlaid(const struct view *view, const struct seen *seen,
				struct node *chain)
{
	struct overlay *overlays[PATH_MAX_ABSOLUTE / 2 + 1];
	struct overlay *overlay = seen->overlay;
	struct path parent;
	struct seen above;

	for (uint32_t i = seen->nr_missing; i--; overlay = overlay->parent)
		overlays[i] = overlay;
	parent = *seen->path;
	for (uint32_t i = 0; i < seen->nr_missing; i++) {
		parent.len = (uint16_t)path_parent_len(parent.text, parent.len);
		parent.text[parent.len] = '\0';
		if (view_find(view, &parent, &above))
			return -ENOMEM;
	}
	for (uint32_t i = 0; i < seen->nr_missing; i++) {
		struct node *next = chain->parent;

		chain->parent = NULL;
		overlay_create(view->transaction, overlays[i], chain);
		chain = next;
	}
	seen->overlay->asked = true;
	return 0;
}

int view_create(const struct view *view, const struct seen *seen, uint16_t owner,
		struct value *value)
{
	struct permissions *permissions = owner == DOMAIN_NONE
						  ? permissions_get(seen->permissions)
						  : permissions_inherit(seen->permissions, owner);
	struct node *chain;
	int error = -ENOMEM;

	if (!permissions)
		return -ENOMEM;
	chain = view_build_chain(seen, value, permissions);
	permissions_put(permissions);
	if (!chain)
		return -ENOMEM;
	error = view->transaction ? view_create_overlaid(view, seen, chain)
				  : view_create_committed(view, seen, chain);
	if (error)
		view_free_chain(chain);
	return error;
}

void view_write(const struct view *view, const struct seen *seen, struct value *value)
{
	if (view->transaction) {
		overlay_set_value(view->transaction, seen->overlay, value);
		return;
	}
	store_set_value(view->store, seen->node, value_get(value));
	store_tell(view->store, CHANGE_NODE, seen->path->text, seen->permissions, NULL);
}

static int view_set_permissions_committed(const struct view *view, const struct seen *seen,
					  struct permissions *permissions)
{
	struct account *account = account_get(&view->store->accounts,
					      permissions_owner(permissions));
	struct permissions *old = permissions_get(seen->permissions);

	if (account) {
		store_set_permissions(view->store, seen->node, permissions_get(permissions),
				      account);
		store_tell(view->store, CHANGE_NODE, seen->path->text, permissions, old);
		account_put(account);
	}
	permissions_put(old);
	return account ? 0 : -ENOMEM;
}

int view_set_permissions(const struct view *view, const struct seen *seen,
			 struct permissions *permissions)
{
	struct overlay *overlay = seen->overlay;

	if (!view->transaction)
		return view_set_permissions_committed(view, seen, permissions);
	permissions_put(overlay->permissions);
	overlay->permissions = permissions_get(permissions);
	overlay->asked = true;
	overlay->changed = !overlay->fresh;
	return 0;
}

void view_remove(const struct view *view, const struct seen *seen)
{
	if (view->transaction)
		overlay_remove(view->transaction, seen->overlay);
	else
		store_remove(view->store, seen->node);
}

struct listing {
	void (*emit)(void *context, const char *name, size_t len);
	void *context;
};

static void view_list_committed(const struct view *view, const struct node *node,
				const struct overlay *overlay, const struct listing *listing)
{
	struct node *child;

	TAILQ_FOREACH(child, &node->children, siblings)
	{
		struct path_step step = {
			.name = child->name, .len = child->name_len, .hash = child->link.hash};
		struct overlay *over =
			overlay ? overlay_find_child(view->transaction, overlay, &step) : NULL;

		if (!over || !over->known || (over->exists && !over->fresh))
			listing->emit(listing->context, child->name, child->name_len);
	}
}

static void view_list_fresh(const struct overlay *overlay, const struct listing *listing)
{
	struct overlay *child;

	TAILQ_FOREACH(child, &overlay->children, siblings)
	if (child->known && child->exists && child->fresh)
		listing->emit(listing->context, child->name, child->name_len);
}

uint64_t view_list(const struct view *view, const struct seen *seen,
		   void (*emit)(void *context, const char *name, size_t len), void *context)
{
	struct listing listing = {.emit = emit, .context = context};
	struct overlay *overlay = seen->overlay;

	if (seen->node && (!overlay || !overlay->hides))
		view_list_committed(view, seen->node, overlay, &listing);
	if (!overlay)
		return seen->node->children_generation;
	view_list_fresh(overlay, &listing);
	if (seen->node && !overlay->hides && !overlay->seen_children)
		overlay->seen_children = seen->node->children_generation;
	if (overlay->children_generation)
		return overlay->children_generation;
	return seen->node ? seen->node->children_generation : 0;
}
