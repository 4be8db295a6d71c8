/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Committed nodes: their table, their links, their owners' accounts. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "xenstored/store.h"

const char *const special_paths[NR_SPECIALS] = {
	[SPECIAL_INTRODUCE] = "@introduceDomain", [SPECIAL_RELEASE] = "@releaseDomain"};

struct value *value_create(const void *bytes, size_t len)
{
	struct value *value = malloc(sizeof(*value) + len);

	if (!value)
		return NULL;
	value->nr_references = 1;
	value->len = (uint32_t)len;
	memcpy(value->bytes, bytes, len);
	return value;
}

struct value *value_get(struct value *value)
{
	if (value)
		value->nr_references++;
	return value;
}

void value_put(struct value *value)
{
	if (value && !--value->nr_references)
		free(value);
}

struct node *node_create(const char *name, size_t len, struct value *value,
			 struct permissions *permissions)
{
	struct node *node = calloc(1, sizeof(*node) + len + 1);

	if (!node)
		return NULL;
	memcpy(node->name, name, len);
	node->name_len = (uint16_t)len;
	node->value = value_get(value);
	node->permissions = permissions_get(permissions);
	TAILQ_INIT(&node->children);
	return node;
}

void node_free(struct node *node)
{
	value_put(node->value);
	permissions_put(node->permissions);
	free(node);
}

size_t node_bytes(const struct node *node)
{
	return sizeof(*node) + node->name_len + 1 + (node->value ? node->value->len : 0);
}

static void node_enter_account(struct node *node, struct account *account)
{
	node->account = account;
	account->nr_references++;
	account->used[QUOTA_NODES]++;
	account_charge(account, (int64_t)node_bytes(node));
	LIST_INSERT_HEAD(&account->owned, node, owned);
}

static void node_leave_account(struct node *node)
{
	struct account *account = node->account;

	LIST_REMOVE(node, owned);
	account->used[QUOTA_NODES]--;
	account_charge(account, -(int64_t)node_bytes(node));
	account_put(account);
	node->account = NULL;
}

static int store_create_root(struct store *store)
{
	struct permission nobody = {.domid = 0, .access = ACCESS_NONE};
	struct permissions *permissions = permissions_intern(&store->permissions, &nobody, 1);
	struct account *account = account_get(&store->accounts, 0);

	for (unsigned int i = 0; i < NR_SPECIALS; i++)
		store->special[i] = permissions_intern(&store->permissions, &nobody, 1);
	if (!permissions || !account || !store->special[0])
		return -ENOMEM;
	store->root = node_create("", 0, NULL, permissions);
	permissions_put(permissions);
	if (!store->root)
		return -ENOMEM;
	store->root->generation = ++store->generation;
	node_enter_account(store->root, account);
	account_put(account);
	store->nr_nodes = 1;
	return 0;
}

int store_init(struct store *store)
{
	memset(store, 0, sizeof(*store));
	table_init(&store->nodes);
	permission_set_init(&store->permissions);
	accounts_init(&store->accounts);
	return store_create_root(store);
}

static void store_drop(struct store *store, struct node *node)
{
	node_leave_account(node);
	store->nr_nodes--;
	node_free(node);
}

void store_fini(struct store *store)
{
	struct node *node, *child;

	store->changed = NULL;
	store->record_set = NULL;
	store->record_removal = NULL;
	while ((child = TAILQ_FIRST(&store->root->children)))
		store_remove(store, child);
	node = store->root;
	store->root = NULL;
	store_drop(store, node);
	for (unsigned int i = 0; i < NR_SPECIALS; i++)
		permissions_put(store->special[i]);
	table_fini(&store->nodes);
	permission_set_fini(&store->permissions);
	accounts_fini(&store->accounts);
}

struct node *store_find_child(const struct store *store, const struct node *parent,
			      const struct path_step *step)
{
	struct table_link *link = table_find(&store->nodes, step->hash);

	for (; link; link = table_find_next(link)) {
		struct node *node = object_of(link, struct node, link);

		if (node->parent == parent && node->name_len == step->len &&
		    !memcmp(node->name, step->name, step->len))
			return node;
	}
	return NULL;
}

struct node *store_find(const struct store *store, const char *path)
{
	struct node *node = store->root;
	struct path_step step;

	path_begin(&step, path);
	while (node && path_next(&step))
		node = store_find_child(store, node, &step);
	return node;
}

static size_t store_path_len(const struct node *node)
{
	size_t len = 0;

	for (; node->parent; node = node->parent)
		len += 1U + node->name_len;
	return len ? len : 1;
}

size_t store_print_path(const struct node *node, char *text, size_t size)
{
	size_t len = store_path_len(node);
	size_t at = len;

	if (len >= size)
		return len;
	text[0] = '/';
	text[len] = '\0';
	for (; node->parent; node = node->parent) {
		at -= node->name_len;
		memcpy(text + at, node->name, node->name_len);
		text[--at] = '/';
	}
	return len;
}

static void store_record(struct store *store, struct node *node)
{
	if (store->record_set)
		store->record_set(store->context, node);
}

void store_link(struct store *store, struct node *parent, struct node *node, uint64_t hash,
		struct account *account)
{
	node->parent = parent;
	node->generation = ++store->generation;
	node->children_generation = node->generation;
	parent->children_generation = node->generation;
	node->writer = store->writer;
	parent->writer = store->writer;
	parent->nr_children++;
	parent->names_bytes += node->name_len + 1U;
	TAILQ_INSERT_TAIL(&parent->children, node, siblings);
	table_insert(&store->nodes, &node->link, hash);
	node_enter_account(node, account);
	store->nr_nodes++;
	store_record(store, node);
}

void store_set_value(struct store *store, struct node *node, struct value *value)
{
	int64_t before = (int64_t)node_bytes(node);

	value_put(node->value);
	node->value = value;
	node->writer = store->writer;
	node->generation = ++store->generation;
	account_charge(node->account, (int64_t)node_bytes(node) - before);
	store_record(store, node);
}

void store_set_permissions(struct store *store, struct node *node, struct permissions *permissions,
			   struct account *account)
{
	permissions_put(node->permissions);
	node->permissions = permissions;
	node->writer = store->writer;
	node->generation = ++store->generation;
	if (node->account != account) {
		node_leave_account(node);
		node_enter_account(node, account);
	}
	store_record(store, node);
}

void store_tell(struct store *store, enum change_kind kind, const char *path,
		const struct permissions *permissions, const struct permissions *old_permissions)
{
	struct change change = {.kind = kind,
				.path = path,
				.permissions = permissions,
				.old_permissions = old_permissions};

	if (store->changed)
		store->changed(store->context, &change);
}

struct node *store_next(const struct node *top, struct node *node)
{
	struct node *next = TAILQ_FIRST(&node->children);

	while (!next && node != top) {
		next = TAILQ_NEXT(node, siblings);
		node = node->parent;
	}
	return next;
}

static void store_tell_removal(struct store *store, struct node *top)
{
	enum change_kind kind = CHANGE_NODE;
	char path[PATH_MAX_ABSOLUTE + 1];

	if (!store->changed)
		return;
	for (struct node *node = top; node; node = store_next(top, node)) {
		if (store_print_path(node, path, sizeof(path)) < sizeof(path))
			store_tell(store, kind, path, node->permissions, NULL);
		kind = CHANGE_BELOW;
	}
}

static void store_unlink(struct store *store, struct node *node)
{
	struct node *parent = node->parent;

	TAILQ_REMOVE(&parent->children, node, siblings);
	table_remove(&store->nodes, &node->link);
	parent->nr_children--;
	parent->names_bytes -= node->name_len + 1U;
	parent->children_generation = ++store->generation;
	parent->writer = store->writer;
	store_drop(store, node);
}

void store_remove(struct store *store, struct node *top)
{
	struct node *node = top;

	store_tell_removal(store, top);
	if (store->record_removal)
		store->record_removal(store->context, top);
	while (node) {
		struct node *child = TAILQ_FIRST(&node->children);
		struct node *parent = node->parent;

		if (child) {
			node = child;
			continue;
		}
		store_unlink(store, node);
		node = node == top ? NULL : parent;
	}
}

/* The root stays, whoever owns it. */
struct node *store_find_owned(const struct account *account)
{
	struct node *node = LIST_FIRST(&account->owned);

	return node && !node->parent ? LIST_NEXT(node, owned) : node;
}

void store_forget_domain(struct store *store, uint16_t domid)
{
	struct account *account = account_get(&store->accounts, domid);
	struct node *node;

	if (!account)
		return;
	while ((node = store_find_owned(account)))
		store_remove(store, node);
	permissions_forget(&store->permissions, domid);
	account_put(account);
}

int special_find(const char *path)
{
	for (int i = 0; i < NR_SPECIALS; i++) {
		size_t len = strlen(special_paths[i]);

		if (!strncmp(path, special_paths[i], len) && (!path[len] || path[len] == '/'))
			return i;
	}
	return -1;
}

static const char *node_check(const struct store *store, const struct node *node)
{
	const struct node *child;
	uint32_t nr_children = 0, bytes = 0;

	TAILQ_FOREACH(child, &node->children, siblings)
	{
		nr_children++;
		bytes += child->name_len + 1U;
		if (child->parent != node)
			return "a child has another parent";
	}
	if (nr_children != node->nr_children || bytes != node->names_bytes)
		return "a node miscounts its children";
	if (node->generation > store->generation || node->children_generation > store->generation)
		return "a node comes from the future";
	if (!node->account || node->account->domid != permissions_owner(node->permissions))
		return "a node counts for a domain that does not own it";
	return NULL;
}

const char *store_check(const struct store *store)
{
	uint32_t nr_nodes = 0;

	for (struct node *node = store->root; node; node = store_next(store->root, node)) {
		const char *wrong = node_check(store, node);
		char path[PATH_MAX_ABSOLUTE + 1];

		if (wrong)
			return wrong;
		nr_nodes++;
		if (store_print_path(node, path, sizeof(path)) >= sizeof(path))
			return "a path is too long";
		if (store_find(store, path) != node)
			return "a node is not found by its path";
	}
	return nr_nodes == store->nr_nodes ? NULL : "nodes are miscounted";
}
