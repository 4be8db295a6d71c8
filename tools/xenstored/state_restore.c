/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the state: every record within its bounds, everything it refers to already there. A
 * journal's records change what earlier ones have made. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "xenstored/domain.h"
#include "xenstored/request.h"
#include "xenstored/state.h"

/* No store counts so far; one that began beyond would wrap round under its guests. */
#define GENERATION_MAX (UINT64_MAX / 2)

struct restorer {
	struct server *server;
	const struct state_hooks *hooks;
	const char *at, *end; /* of the record at hand */
	struct connection *connection;
	struct transaction *transaction;
	uint32_t last_connection_id;
	uint64_t generation;
	bool is_replay; /* of a journal */
};

/* The next part of the record, NULL when it is shorter. */
static const void *restore_part(struct restorer *restorer, size_t len)
{
	size_t whole = (len + 7) & ~(size_t)7;
	const char *part = restorer->at;

	if (whole > (size_t)(restorer->end - part))
		return NULL;
	restorer->at += whole;
	return part;
}

#define restore_struct(restorer, type) ((const type *)restore_part(restorer, sizeof(type)))

/* A path with its NUL, canonical; false for anything else. */
static bool restore_path(struct restorer *restorer, uint32_t len, struct path *path)
{
	const char *text = len <= PATH_MAX_ABSOLUTE ? restore_part(restorer, len + 1U) : NULL;

	if (!text || strnlen(text, len + 1U) != len || path_parse(path, text, 0, true))
		return false;
	return !path->base_len;
}

static struct permissions *restore_permissions(struct restorer *restorer, uint32_t nr)
{
	const struct permission *entries;

	if (!nr || nr > PERMISSIONS_MAX)
		return NULL;
	entries = restore_part(restorer, nr * sizeof(*entries));
	if (!entries)
		return NULL;
	for (uint32_t i = 0; i < nr; i++)
		if (entries[i].access > ACCESS_BOTH || entries[i].stale > 1)
			return NULL;
	return permissions_intern(&restorer->server->store.permissions, entries, nr);
}

/* false when there should be one and is not. */
static bool restore_value(struct restorer *restorer, bool has_value, uint32_t len,
			  struct value **value)
{
	const void *bytes;

	*value = NULL;
	if (!has_value)
		return true;
	bytes = len <= XENSTORE_PAYLOAD_MAX ? restore_part(restorer, len) : NULL;
	if (bytes)
		*value = value_create(bytes, len);
	return *value != NULL;
}

static int restore_global(struct restorer *restorer)
{
	const struct state_global *saved = restore_struct(restorer, struct state_global);

	if (!saved || saved->generation > GENERATION_MAX)
		return -EINVAL;
	restorer->generation = saved->generation;
	restorer->last_connection_id = saved->last_connection_id;
	restorer->server->nr_commits = saved->nr_commits;
	restorer->server->nr_conflicts = saved->nr_conflicts;
	return restorer->hooks->adopt_global(restorer->server, saved);
}

static int restore_old_node(struct restorer *restorer, struct node *node, struct value *value,
			    struct permissions *permissions)
{
	struct store *store = &restorer->server->store;
	struct account *account = account_get(&store->accounts, permissions_owner(permissions));

	if (!account)
		return -ENOMEM;
	store_set_value(store, node, value_get(value));
	store_set_permissions(store, node, permissions_get(permissions), account);
	account_put(account);
	return 0;
}

/* Parents come first; making a child must not touch the parent's restored generation. */
static int restore_new_node(struct restorer *restorer, const struct path *path, struct value *value,
			    struct permissions *permissions)
{
	struct store *store = &restorer->server->store;
	struct account *account = account_get(&store->accounts, permissions_owner(permissions));
	struct node *parent = store->root, *node = parent, *created;
	struct path_step step;
	uint64_t children;

	path_begin(&step, path->text);
	while (node && path_next(&step)) {
		parent = node;
		node = store_find_child(store, parent, &step);
	}
	if (node || step.end != path->len || !account) {
		if (account)
			account_put(account);
		return -EINVAL;
	}
	children = parent->children_generation;
	created = node_create(step.name, step.len, value, permissions);
	if (created) {
		store_link(store, parent, created, step.hash, account);
		parent->children_generation = children;
	}
	account_put(account);
	return created ? 0 : -ENOMEM;
}

static int restore_put_node(struct restorer *restorer, const struct path *path, struct value *value,
			    struct permissions *permissions)
{
	struct store *store = &restorer->server->store;
	struct node *node = store->root;

	if (path->len > 1)
		node = restorer->is_replay ? store_find(store, path->text) : NULL;
	return node ? restore_old_node(restorer, node, value, permissions)
		    : restore_new_node(restorer, path, value, permissions);
}

/* A journal is replayed with the numbers that it was written with, as far as it has them. */
static void restore_generation(struct restorer *restorer, struct node *node,
			       const struct state_node *saved)
{
	uint64_t *generation = &restorer->server->store.generation;

	node->generation = saved->generation;
	node->children_generation = saved->children_generation;
	if (restorer->is_replay && *generation < saved->generation)
		*generation = saved->generation;
	if (restorer->is_replay && *generation < saved->children_generation)
		*generation = saved->children_generation;
}

static int restore_node(struct restorer *restorer)
{
	const struct state_node *saved = restore_struct(restorer, struct state_node);
	struct permissions *permissions;
	struct value *value;
	struct path path;
	int error = -EINVAL;

	if (!saved || saved->generation > GENERATION_MAX ||
	    saved->children_generation > GENERATION_MAX ||
	    !restore_path(restorer, saved->path_len, &path) || path_is_special(&path))
		return -EINVAL;
	permissions = restore_permissions(restorer, saved->nr_permissions);
	if (!permissions)
		return -EINVAL;
	if (restore_value(restorer, saved->has_value, saved->value_len, &value))
		error = restore_put_node(restorer, &path, value, permissions);
	permissions_put(permissions);
	value_put(value);
	if (!error)
		restore_generation(restorer, store_find(&restorer->server->store, path.text),
				   saved);
	return error;
}

static int restore_special(struct restorer *restorer)
{
	const struct state_special *saved = restore_struct(restorer, struct state_special);
	struct permissions **special = restorer->server->store.special;
	struct permissions *permissions;

	if (!saved || saved->special >= NR_SPECIALS)
		return -EINVAL;
	permissions = restore_permissions(restorer, saved->nr_permissions);
	if (!permissions)
		return -EINVAL;
	permissions_put(special[saved->special]);
	special[saved->special] = permissions;
	return 0;
}

static int restore_domain(struct restorer *restorer)
{
	const struct state_domain *saved = restore_struct(restorer, struct state_domain);
	struct domain *domain;

	if (!saved || saved->domid >= DOMAIN_FIRST_RESERVED ||
	    (!restorer->is_replay && domain_find(restorer->server, saved->domid)))
		return -EINVAL;
	domain = domain_get(restorer->server, saved->domid);
	if (!domain)
		return -ENOMEM;
	domain->target = saved->target;
	domain->features = saved->features;
	domain->is_shut_down = saved->is_shut_down;
	domain->is_dying = saved->is_dying;
	if (restorer->is_replay)
		return domain_expect(domain, saved->is_introduced, saved->is_cut,
				     saved->remote_port);
	if (saved->is_introduced && !restorer->hooks->adopt_domain(restorer->server, saved))
		log_error("domain %u lost its connection in the update: its ring is gone",
			  saved->domid);
	return 0;
}

static struct connection *restore_find_connection(struct restorer *restorer,
						  const struct state_connection *saved)
{
	const struct domain *domain;

	if (!saved->is_ring && !restorer->is_replay)
		return restorer->hooks->adopt_socket(restorer->server, saved->fd);
	domain = domain_find(restorer->server, (uint16_t)saved->domid);
	return domain && domain->is_introduced ? (struct connection *)&domain->connection : NULL;
}

/* What belongs to a connection that could not be kept is read and dropped: connection is NULL. */
static int restore_connection(struct restorer *restorer)
{
	const struct state_connection *saved = restore_struct(restorer, struct state_connection);
	struct connection *connection;
	const void *in;

	if (!saved || saved->in_len > MESSAGE_MAX)
		return -EINVAL;
	in = restore_part(restorer, saved->in_len);
	connection = in ? restore_find_connection(restorer, saved) : NULL;
	restorer->connection = connection;
	restorer->transaction = NULL;
	if (!connection)
		return in ? 0 : -EINVAL;
	connection->id = saved->id;
	connection->nr_requests = saved->nr_requests;
	connection->last_transaction_id = saved->last_transaction_id;
	if (restorer->is_replay)
		return 0;
	connection->out_sent = saved->out_sent;
	if (saved->in_len) {
		connection->in = malloc(MESSAGE_MAX + 1);
		if (!connection->in)
			return -ENOMEM;
		memcpy(connection->in, in, saved->in_len);
		connection->in_len = saved->in_len;
	}
	server_mark_ready(connection);
	return 0;
}

/* The path and token of a watch record; -EINVAL. */
static int restore_watch_target(struct restorer *restorer, const struct state_watch *saved,
				struct path *path, const char **token)
{
	const char *text;

	if (!saved || saved->path_len > PATH_MAX_ABSOLUTE ||
	    saved->token_len > XENSTORE_PAYLOAD_MAX || saved->base_len >= saved->path_len)
		return -EINVAL;
	text = restore_part(restorer, saved->path_len + saved->token_len + 2);
	if (!text || strnlen(text, saved->path_len + 1U) != saved->path_len ||
	    strnlen(text + saved->path_len + 1, saved->token_len + 1U) != saved->token_len ||
	    path_parse(path, text, 0, true) || path->base_len)
		return -EINVAL;
	path->base_len = (uint16_t)saved->base_len;
	*token = text + saved->path_len + 1;
	return 0;
}

static int restore_watch(struct restorer *restorer)
{
	const struct state_watch *saved = restore_struct(restorer, struct state_watch);
	const char *token;
	struct path path;
	int error = restore_watch_target(restorer, saved, &path, &token);

	if (error || !restorer->connection)
		return error;
	error = watch_add(&restorer->server->watches, restorer->connection, &path, token,
			  saved->depth);
	if (restorer->is_replay && error == -EEXIST)
		return 0;
	if (!error && saved->overflown && !restorer->is_replay) {
		TAILQ_LAST(&restorer->connection->watches, watch_list)->overflown = true;
		restorer->connection->nr_overflown++;
	}
	return error;
}

static int replay_unwatch(struct restorer *restorer)
{
	const struct state_watch *saved = restore_struct(restorer, struct state_watch);
	struct watch *watch = NULL;
	const char *token;
	struct path path;
	int error = restore_watch_target(restorer, saved, &path, &token);

	if (!error && restorer->connection)
		watch = watch_find(&restorer->server->watches, restorer->connection, &path, token);
	if (watch)
		watch_remove(&restorer->server->watches, watch);
	return error;
}

static struct watch *restore_find_watch(const struct connection *connection, uint32_t number)
{
	struct watch *watch;

	TAILQ_FOREACH(watch, &connection->watches, of_connection)
	if (!number--)
		return watch;
	return NULL;
}

static int restore_message(struct restorer *restorer)
{
	const struct state_message *saved = restore_struct(restorer, struct state_message);
	struct connection *connection = restorer->connection;
	struct xsd_sockmsg header;
	struct message *message;
	const char *bytes;

	if (!saved || saved->len < sizeof(header) || saved->len > MESSAGE_MAX)
		return -EINVAL;
	bytes = restore_part(restorer, saved->len);
	if (!bytes)
		return -EINVAL;
	memcpy(&header, bytes, sizeof(header));
	if (header.len != saved->len - sizeof(header) ||
	    (connection && TAILQ_EMPTY(&connection->out) && connection->out_sent >= saved->len))
		return -EINVAL;
	if (!connection)
		return 0;
	message = message_create(&header, bytes + sizeof(header));
	if (!message)
		return -ENOMEM;
	message->is_event = saved->is_event;
	message->watch = saved->is_event ? restore_find_watch(connection, saved->watch) : NULL;
	if (message->watch)
		TAILQ_INSERT_TAIL(&message->watch->pending, message, of_watch);
	connection_queue(connection, message);
	return 0;
}

static int restore_transaction(struct restorer *restorer)
{
	const struct state_transaction *saved = restore_struct(restorer, struct state_transaction);
	struct connection *connection = restorer->connection;

	if (!saved)
		return -EINVAL;
	if (!connection || request_find_transaction(connection, saved->id))
		return connection && !restorer->is_replay ? -EINVAL : 0;
	restorer->transaction = transaction_start(&restorer->server->store, connection->account,
						  saved->id);
	if (!restorer->transaction)
		return -ENOMEM;
	restorer->transaction->nr_known = saved->nr_known;
	restorer->transaction->nr_created = saved->nr_created;
	restorer->transaction->is_lost = restorer->is_replay;
	LIST_INSERT_HEAD(&connection->transactions, restorer->transaction, list);
	return 0;
}

static int restore_overlay_parts(struct restorer *restorer, const struct state_overlay *saved,
				 struct overlay *overlay)
{
	if (saved->exists) {
		overlay->permissions = restore_permissions(restorer, saved->nr_permissions);
		if (!overlay->permissions)
			return -EINVAL;
	}
	if (!restore_value(restorer, saved->has_value, saved->value_len, &overlay->value))
		return -EINVAL;
	if (!saved->has_fresh)
		return 0;
	if (!saved->exists || !overlay->parent)
		return -EINVAL;
	overlay->fresh = node_create(overlay->name, overlay->name_len, NULL, overlay->permissions);
	if (!overlay->fresh)
		return -ENOMEM;
	transaction_charge(restorer->transaction, (int64_t)node_bytes(overlay->fresh));
	return 0;
}

static int restore_overlay(struct restorer *restorer)
{
	const struct state_overlay *saved = restore_struct(restorer, struct state_overlay);
	struct overlay *overlay;
	struct path path;

	if (!saved || !restore_path(restorer, saved->path_len, &path) || path_is_special(&path))
		return -EINVAL;
	if (!restorer->transaction)
		return restorer->connection ? -EINVAL : 0;
	overlay = transaction_overlay(restorer->transaction, path.text);
	if (!overlay)
		return -ENOMEM;
	if (overlay->known || (saved->changed && !saved->exists))
		return -EINVAL;
	overlay->seen_generation = saved->seen_generation;
	overlay->seen_children = saved->seen_children;
	overlay->children_generation = saved->children_generation;
	overlay->paid_bytes = saved->paid_bytes;
	overlay->known = saved->known;
	overlay->observed = saved->observed;
	overlay->exists = saved->exists;
	overlay->hides = saved->hides;
	overlay->asked = saved->asked;
	overlay->changed = saved->changed;
	transaction_charge(restorer->transaction, saved->paid_bytes);
	return restore_overlay_parts(restorer, saved, overlay);
}

static int replay_transaction_end(struct restorer *restorer)
{
	const struct state_transaction *saved = restore_struct(restorer, struct state_transaction);
	struct transaction *transaction = NULL;

	if (!saved)
		return -EINVAL;
	if (restorer->connection)
		transaction = request_find_transaction(restorer->connection, saved->id);
	restorer->transaction = NULL;
	if (!transaction)
		return 0;
	LIST_REMOVE(transaction, list);
	transaction_abort(transaction);
	return 0;
}

static int replay_removal(struct restorer *restorer)
{
	const struct state_removal *saved = restore_struct(restorer, struct state_removal);
	struct store *store = &restorer->server->store;
	struct node *node;
	struct path path;

	if (!saved || !restore_path(restorer, saved->path_len, &path) || path.len == 1)
		return -EINVAL;
	node = store_find(store, path.text);
	if (node)
		store_remove(store, node);
	return 0;
}

static int replay_forget(struct restorer *restorer)
{
	const struct state_number *saved = restore_struct(restorer, struct state_number);

	if (!saved)
		return -EINVAL;
	permissions_forget(&restorer->server->store.permissions, (uint16_t)saved->domid);
	return 0;
}

static int replay_gone(struct restorer *restorer)
{
	const struct state_number *saved = restore_struct(restorer, struct state_number);
	struct domain *domain;

	if (!saved)
		return -EINVAL;
	domain = domain_find(restorer->server, (uint16_t)saved->domid);
	if (domain)
		domain_forget(domain);
	restorer->connection = NULL;
	return 0;
}

static int replay_done(struct restorer *restorer)
{
	const struct state_done *saved = restore_struct(restorer, struct state_done);
	struct connection *connection = restorer->connection;
	struct xsd_sockmsg header;
	const char *bytes;

	if (!saved || saved->len < sizeof(header) || saved->len > MESSAGE_MAX)
		return -EINVAL;
	bytes = restore_part(restorer, saved->len);
	if (!bytes)
		return -EINVAL;
	memcpy(&header, bytes, sizeof(header));
	if (header.len != saved->len - sizeof(header))
		return -EINVAL;
	return connection ? domain_keep_reply(connection, saved->consumer, &header,
					      bytes + sizeof(header))
			  : 0;
}

static int restore_quota(struct restorer *restorer)
{
	const struct state_quota *saved = restore_struct(restorer, struct state_quota);
	struct accounts *accounts = &restorer->server->store.accounts;
	struct account *account;
	const char *name;
	int quota;

	if (!saved || saved->name_len > 64 || saved->limit < 0 || saved->limit > UINT32_MAX)
		return -EINVAL;
	name = restore_part(restorer, saved->name_len + 1U);
	if (!name || strnlen(name, saved->name_len + 1U) != saved->name_len)
		return -EINVAL;
	quota = quota_find(name);
	if (quota < 0)
		return 0; /* this version has no such limit */
	if (saved->domid < 0) {
		accounts->limit[quota] = (uint32_t)saved->limit;
		return 0;
	}
	account = account_find(accounts, (uint32_t)saved->domid);
	if (account)
		account->limit[quota] = saved->limit;
	return 0;
}

static int (*const restorers[NR_STATE_TYPES])(struct restorer *restorer) = {
	[STATE_GLOBAL] = restore_global,	 [STATE_NODE] = restore_node,
	[STATE_SPECIAL] = restore_special,	 [STATE_DOMAIN] = restore_domain,
	[STATE_CONNECTION] = restore_connection, [STATE_WATCH] = restore_watch,
	[STATE_MESSAGE] = restore_message,	 [STATE_TRANSACTION] = restore_transaction,
	[STATE_OVERLAY] = restore_overlay,	 [STATE_QUOTA] = restore_quota,
};

/* What a journal's records mean; the others have no place in one. */
static int (*const replayers[NR_STATE_TYPES])(struct restorer *restorer) = {
	[STATE_NODE] = restore_node,	  [STATE_SPECIAL] = restore_special,
	[STATE_DOMAIN] = restore_domain,  [STATE_CONNECTION] = restore_connection,
	[STATE_WATCH] = restore_watch,	  [STATE_TRANSACTION] = restore_transaction,
	[STATE_QUOTA] = restore_quota,	  [STATE_REMOVAL] = replay_removal,
	[STATE_FORGET] = replay_forget,	  [STATE_GONE] = replay_gone,
	[STATE_UNWATCH] = replay_unwatch, [STATE_TRANSACTION_END] = replay_transaction_end,
	[STATE_DONE] = replay_done,
};

/* 1 at the end. */
static int restore_record(struct restorer *restorer, const char **at, const char *end)
{
	struct state_record record;
	int (*restore)(struct restorer * restorer);
	int error;

	if ((size_t)(end - *at) < sizeof(record))
		return -EINVAL;
	memcpy(&record, *at, sizeof(record));
	*at += sizeof(record);
	if (record.type == STATE_END)
		return 1;
	if (record.type >= NR_STATE_TYPES || record.len > (size_t)(end - *at) || (record.len & 7))
		return -EINVAL;
	restore = restorer->is_replay ? replayers[record.type] : restorers[record.type];
	if (!restore)
		return -EINVAL;
	restorer->at = *at;
	restorer->end = *at + record.len;
	*at = restorer->end;
	error = restore(restorer);
	return error ? error : restorer->at == restorer->end ? 0 : -EINVAL;
}

int state_restore(struct server *server, const struct state_hooks *hooks, const void *bytes,
		  size_t len)
{
	struct restorer restorer = {.server = server, .hooks = hooks};
	const char *at = bytes, *end = at + len;
	int error = -EINVAL;

	if (len < 8 || memcmp(at, STATE_MAGIC, 8))
		return -EINVAL;
	at += 8;
	do
		error = restore_record(&restorer, &at, end);
	while (!error);
	if (error < 0)
		return error;
	server->last_connection_id = restorer.last_connection_id;
	server->store.generation = restorer.generation;
	return store_check(&server->store) ? -EINVAL : 0;
}

int state_replay(struct server *server, const void *bytes, size_t len)
{
	void (*changed)(void *context, const struct change *change) = server->store.changed;
	struct restorer restorer = {.server = server, .is_replay = true};
	const char *at = bytes, *end = at + len;
	int error = 0;

	/* Who watches is told once when the rings are there again. */
	server->store.changed = NULL;
	while (!error && at < end)
		error = restore_record(&restorer, &at, end);
	server->store.changed = changed;
	return error > 0 ? -EINVAL : error;
}
