/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Overlays of transactions, the comparison at commit, and applying. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "xenstored/transaction.h"

void transaction_charge(struct transaction *transaction, int64_t bytes)
{
	transaction->bytes += (uint64_t)bytes;
	account_charge(transaction->account, bytes);
}

static struct overlay *overlay_new(struct transaction *transaction, struct overlay *parent,
				   const struct path_step *step)
{
	struct overlay *overlay = calloc(1, sizeof(*overlay) + step->len + 1);

	if (!overlay)
		return NULL;
	memcpy(overlay->name, step->name, step->len);
	overlay->name_len = (uint16_t)step->len;
	overlay->parent = parent;
	TAILQ_INIT(&overlay->children);
	if (parent) {
		TAILQ_INSERT_TAIL(&parent->children, overlay, siblings);
		table_insert(&transaction->table, &overlay->link, step->hash);
	}
	transaction->nr_overlays++;
	transaction_charge(transaction, (int64_t)(sizeof(*overlay) + step->len + 1));
	return overlay;
}

struct transaction *transaction_start(struct store *store, struct account *account, uint32_t id)
{
	struct path_step step = {.name = "", .len = 0};
	struct transaction *transaction = calloc(1, sizeof(*transaction));

	if (!transaction)
		return NULL;
	transaction->id = id;
	transaction->account = account;
	transaction->store = store;
	table_init(&transaction->table);
	transaction->root = overlay_new(transaction, NULL, &step);
	if (!transaction->root) {
		free(transaction);
		return NULL;
	}
	account->nr_references++;
	account->used[QUOTA_TRANSACTIONS]++;
	return transaction;
}

struct overlay *overlay_next(const struct overlay *top, struct overlay *overlay)
{
	struct overlay *next = TAILQ_FIRST(&overlay->children);

	while (!next && overlay != top) {
		next = TAILQ_NEXT(overlay, siblings);
		overlay = overlay->parent;
	}
	return next;
}

static void overlay_drop_parts(struct overlay *overlay)
{
	if (overlay->fresh)
		node_free(overlay->fresh);
	if (overlay->permissions)
		permissions_put(overlay->permissions);
	value_put(overlay->value);
	overlay->fresh = NULL;
	overlay->permissions = NULL;
	overlay->value = NULL;
}

static void transaction_free_overlays(struct overlay *overlay)
{
	while (overlay) {
		struct overlay *child = TAILQ_FIRST(&overlay->children);
		struct overlay *parent = overlay->parent;

		if (child) {
			TAILQ_REMOVE(&overlay->children, child, siblings);
			overlay = child;
			continue;
		}
		overlay_drop_parts(overlay);
		free(overlay);
		overlay = parent;
	}
}

void transaction_abort(struct transaction *transaction)
{
	struct account *account = transaction->account;

	transaction_free_overlays(transaction->root);
	table_fini(&transaction->table);
	account_charge(account, -(int64_t)transaction->bytes);
	account->used[QUOTA_TRANSACTIONS]--;
	account_put(account);
	free(transaction);
}

struct overlay *overlay_find_child(const struct transaction *transaction,
				   const struct overlay *parent, const struct path_step *step)
{
	struct table_link *link = table_find(&transaction->table, step->hash);

	for (; link; link = table_find_next(link)) {
		struct overlay *overlay = object_of(link, struct overlay, link);

		if (overlay->parent == parent && overlay->name_len == step->len &&
		    !memcmp(overlay->name, step->name, step->len))
			return overlay;
	}
	return NULL;
}

struct overlay *overlay_get_child(struct transaction *transaction, struct overlay *parent,
				  const struct path_step *step)
{
	struct overlay *overlay = overlay_find_child(transaction, parent, step);

	return overlay ? overlay : overlay_new(transaction, parent, step);
}

struct overlay *transaction_overlay(struct transaction *transaction, const char *path)
{
	struct overlay *overlay = transaction->root;
	struct path_step step;

	path_begin(&step, path);
	while (overlay && path_next(&step))
		overlay = overlay_get_child(transaction, overlay, &step);
	return overlay;
}

void overlay_observe(struct transaction *transaction, struct overlay *overlay,
		     const struct node *node, bool hidden)
{
	if (overlay->known)
		return;
	overlay->known = true;
	overlay->observed = !hidden;
	transaction->nr_known++;
	if (hidden || !node)
		return;
	overlay->exists = true;
	overlay->seen_generation = node->generation;
	overlay->value = value_get(node->value);
	overlay->permissions = permissions_get(node->permissions);
}

static bool overlay_counts(const struct transaction *transaction, const struct overlay *overlay)
{
	return permissions_owner(overlay->permissions) == transaction->account->domid;
}

static void overlay_touch_parent(struct transaction *transaction, struct overlay *overlay)
{
	if (overlay->parent)
		overlay->parent->children_generation = ++transaction->store->generation;
}

void overlay_create(struct transaction *transaction, struct overlay *overlay, struct node *fresh)
{
	overlay->fresh = fresh;
	overlay->permissions = permissions_get(fresh->permissions);
	overlay->value = value_get(fresh->value);
	overlay->exists = true;
	overlay->hides = true;
	transaction_charge(transaction, (int64_t)node_bytes(fresh));
	if (overlay_counts(transaction, overlay))
		transaction->nr_created++;
	overlay_touch_parent(transaction, overlay);
}

void overlay_set_value(struct transaction *transaction, struct overlay *overlay,
		       struct value *value)
{
	uint32_t len = value ? value->len : 0;

	value_get(value);
	value_put(overlay->value);
	overlay->value = value;
	overlay->asked = true;
	overlay->changed = !overlay->fresh;
	transaction_charge(transaction, (int64_t)len - overlay->paid_bytes);
	overlay->paid_bytes = len;
}

void overlay_remove(struct transaction *transaction, struct overlay *top)
{
	for (struct overlay *overlay = top; overlay; overlay = overlay_next(top, overlay)) {
		if (overlay->exists && overlay->fresh && overlay_counts(transaction, overlay))
			transaction->nr_created--;
		if (overlay->fresh)
			transaction_charge(transaction, -(int64_t)node_bytes(overlay->fresh));
		transaction_charge(transaction, -(int64_t)overlay->paid_bytes);
		overlay->paid_bytes = 0;
		overlay_drop_parts(overlay);
		overlay->known = true;
		overlay->exists = false;
		overlay->hides = true;
		overlay->changed = false;
	}
	top->asked = true;
	overlay_touch_parent(transaction, top);
}

/* Commit, first half: finds the committed nodes and compares; changes nothing. */
static bool overlay_find_base(const struct store *store, struct overlay *overlay)
{
	struct path_step step = {
		.name = overlay->name, .len = overlay->name_len, .hash = overlay->link.hash};
	struct node *parent = overlay->parent ? overlay->parent->base : NULL;

	if (!overlay->parent)
		overlay->base = store->root;
	else
		overlay->base = parent ? store_find_child(store, parent, &step) : NULL;
	overlay->replaced = false;
	if (overlay->observed &&
	    overlay->seen_generation != (overlay->base ? overlay->base->generation : 0))
		return false;
	return !overlay->seen_children ||
	       (overlay->base && overlay->base->children_generation == overlay->seen_children);
}

static bool overlay_has_work(const struct overlay *overlay)
{
	return overlay->exists && (overlay->fresh || overlay->changed);
}

/* Who changed the node last, or took it from the nearest ancestor that is still there. */
static uint16_t overlay_find_culprit(const struct overlay *overlay)
{
	while (!overlay->base)
		overlay = overlay->parent;
	return overlay->base->writer;
}

static int transaction_prepare(struct transaction *transaction)
{
	struct overlay *overlay = transaction->root;

	if (transaction->is_lost)
		return -EAGAIN;
	for (; overlay; overlay = overlay_next(transaction->root, overlay))
		if (!overlay_find_base(transaction->store, overlay)) {
			transaction->culprit = overlay_find_culprit(overlay);
			return -EAGAIN;
		}
	overlay = transaction->root;
	for (; overlay; overlay = overlay_next(transaction->root, overlay)) {
		if (!overlay_has_work(overlay))
			continue;
		overlay->account = account_get(&transaction->store->accounts,
					       permissions_owner(overlay->permissions));
		if (!overlay->account)
			return -ENOMEM;
	}
	return 0;
}

/* Commit, second half: cannot fail. */
static void overlay_apply_removal(struct store *store, struct overlay *overlay)
{
	if (overlay->parent && overlay->parent->replaced) {
		overlay->base = NULL;
		overlay->replaced = true;
	}
	if (!overlay->base || !overlay->known || (overlay->exists && !overlay->fresh))
		return;
	store_remove(store, overlay->base);
	overlay->base = NULL;
	overlay->replaced = true;
}

static void overlay_apply_creation(struct store *store, struct overlay *overlay)
{
	struct node *node = overlay->fresh;

	overlay->fresh = NULL;
	value_put(node->value);
	node->value = value_get(overlay->value);
	permissions_put(node->permissions);
	node->permissions = permissions_get(overlay->permissions);
	store_link(store, overlay->parent->base, node, overlay->link.hash, overlay->account);
	overlay->base = node;
}

static void overlay_apply_change(struct store *store, struct overlay *overlay)
{
	store_set_value(store, overlay->base, value_get(overlay->value));
	store_set_permissions(store, overlay->base, permissions_get(overlay->permissions),
			      overlay->account);
}

static void overlay_tell(struct store *store, struct overlay *overlay,
			 const struct permissions *old_permissions)
{
	char path[PATH_MAX_ABSOLUTE + 1];

	if (store->changed && store_print_path(overlay->base, path, sizeof(path)) < sizeof(path))
		store_tell(store, overlay->asked ? CHANGE_NODE : CHANGE_PARENT, path,
			   overlay->base->permissions, old_permissions);
}

static void overlay_apply(struct store *store, struct overlay *overlay)
{
	struct permissions *old = NULL;

	overlay_apply_removal(store, overlay);
	if (!overlay_has_work(overlay))
		return;
	if (overlay->fresh) {
		overlay_apply_creation(store, overlay);
	} else {
		old = permissions_get(overlay->base->permissions);
		overlay_apply_change(store, overlay);
	}
	overlay_tell(store, overlay, old);
	if (old)
		permissions_put(old);
}

static struct overlay *overlay_first_leaf(struct overlay *overlay)
{
	while (!TAILQ_EMPTY(&overlay->children))
		overlay = TAILQ_FIRST(&overlay->children);
	return overlay;
}

/* Children before their parents; NULL behind the root. */
static struct overlay *overlay_next_up(struct overlay *overlay)
{
	struct overlay *sibling = overlay->parent ? TAILQ_NEXT(overlay, siblings) : NULL;

	return sibling ? overlay_first_leaf(sibling) : overlay->parent;
}

/* What was removed by itself is told by its own path, although its parent went, too: a guest's kernel
 * looks for devices, not for the folders of them. */
static void transaction_apply_removals(struct transaction *transaction)
{
	struct overlay *overlay = overlay_first_leaf(transaction->root);

	for (; overlay; overlay = overlay_next_up(overlay)) {
		if (!overlay->asked || !overlay->known || overlay->exists || !overlay->base)
			continue;
		store_remove(transaction->store, overlay->base);
		overlay->base = NULL;
		overlay->replaced = true;
	}
}

static void transaction_put_accounts(struct transaction *transaction)
{
	struct overlay *overlay = transaction->root;

	for (; overlay; overlay = overlay_next(transaction->root, overlay)) {
		if (overlay->account)
			account_put(overlay->account);
		overlay->account = NULL;
	}
}

int transaction_commit(struct transaction *transaction)
{
	struct overlay *overlay = transaction->root;
	int error = transaction_prepare(transaction);

	if (!error) {
		transaction_apply_removals(transaction);
		for (; overlay; overlay = overlay_next(transaction->root, overlay))
			overlay_apply(transaction->store, overlay);
	}
	transaction_put_accounts(transaction);
	return error;
}
