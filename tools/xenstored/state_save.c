/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing the state, whole for a live update or record by record for the journal. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "xenstored/domain.h"
#include "xenstored/state_write.h"

static void state_put(struct state_bytes *state, const void *bytes, size_t len)
{
	if (state->has_failed)
		return;
	if (len > state->room - state->len) {
		size_t room = (state->room + len) * 2;
		char *grown = realloc(state->bytes, room);

		if (!grown) {
			state->has_failed = true;
			return;
		}
		state->bytes = grown;
		state->room = room;
	}
	memcpy(state->bytes + state->len, bytes, len);
	state->len += len;
}

/* A part of a record, filled up to a multiple of 8. */
static void state_put_part(struct state_bytes *state, const void *bytes, size_t len)
{
	static const char nothing[8];

	if (!len)
		return;
	state_put(state, bytes, len);
	state_put(state, nothing, -len & 7);
}

static size_t state_begin(struct state_bytes *state, enum state_type type)
{
	struct state_record record = {.type = type};

	state_put(state, &record, sizeof(record));
	return state->len;
}

static void state_end(struct state_bytes *state, size_t start)
{
	uint32_t len = (uint32_t)(state->len - start);

	if (!state->has_failed)
		memcpy(state->bytes + start - sizeof(len), &len, sizeof(len));
}

#define state_put_struct(state, object) state_put_part(state, object, sizeof(*(object)))

static void state_put_permissions(struct state_bytes *state, const struct permissions *permissions)
{
	if (permissions)
		state_put_part(state, permissions->entries,
			       permissions->nr_entries * sizeof(permissions->entries[0]));
}

static void state_put_value(struct state_bytes *state, const struct value *value)
{
	if (value)
		state_put_part(state, value->bytes, value->len);
}

void state_save_node(struct state_bytes *state, const struct node *node)
{
	char path[PATH_MAX_ABSOLUTE + 1];
	struct state_node saved = {.generation = node->generation,
				   .children_generation = node->children_generation,
				   .path_len = (uint32_t)store_print_path(node, path, sizeof(path)),
				   .nr_permissions = node->permissions->nr_entries,
				   .value_len = node->value ? node->value->len : 0,
				   .has_value = node->value != NULL};
	size_t start = state_begin(state, STATE_NODE);

	state_put_struct(state, &saved);
	state_put_part(state, path, saved.path_len + 1);
	state_put_permissions(state, node->permissions);
	state_put_value(state, node->value);
	state_end(state, start);
}

void state_save_specials(struct state_bytes *state, const struct store *store)
{
	for (uint32_t i = 0; i < NR_SPECIALS; i++) {
		struct state_special saved = {.special = i,
					      .nr_permissions = store->special[i]->nr_entries};
		size_t start = state_begin(state, STATE_SPECIAL);

		state_put_struct(state, &saved);
		state_put_permissions(state, store->special[i]);
		state_end(state, start);
	}
}

static void state_save_store(struct state_bytes *state, const struct store *store)
{
	for (struct node *node = store->root; node; node = store_next(store->root, node))
		state_save_node(state, node);
	state_save_specials(state, store);
}

void state_save_removal(struct state_bytes *state, const struct node *node)
{
	char path[PATH_MAX_ABSOLUTE + 1];
	struct state_removal saved = {
		.path_len = (uint32_t)store_print_path(node, path, sizeof(path))};
	size_t start = state_begin(state, STATE_REMOVAL);

	state_put_struct(state, &saved);
	state_put_part(state, path, saved.path_len + 1);
	state_end(state, start);
}

void state_save_number(struct state_bytes *state, enum state_type type, uint16_t domid)
{
	struct state_number saved = {.domid = domid};
	size_t start = state_begin(state, type);

	state_put_struct(state, &saved);
	state_end(state, start);
}

void state_save_watch(struct state_bytes *state, enum state_type type, const struct watch *watch)
{
	struct state_watch saved = {.base_len = watch->base_len,
				    .path_len = watch->path_len,
				    .token_len = watch->token_len,
				    .depth = watch->depth,
				    .overflown = watch->overflown};
	size_t start = state_begin(state, type);

	state_put_struct(state, &saved);
	state_put_part(state, watch->text, watch->path_len + watch->token_len + 2U);
	state_end(state, start);
}

static uint32_t state_watch_number(const struct connection *connection, const struct watch *wanted)
{
	const struct watch *watch;
	uint32_t n = 0;

	if (!wanted)
		return STATE_NO_WATCH;
	TAILQ_FOREACH(watch, &connection->watches, of_connection)
	{
		if (watch == wanted)
			break;
		n++;
	}
	return n;
}

static void state_save_message(struct state_bytes *state, const struct connection *connection,
			       const struct message *message)
{
	struct state_message saved = {.len = message->len,
				      .watch = state_watch_number(connection, message->watch),
				      .is_event = message->is_event};
	size_t start = state_begin(state, STATE_MESSAGE);

	state_put_struct(state, &saved);
	state_put_part(state, message->bytes, message->len);
	state_end(state, start);
}

/* The path of an overlay, put together from its ancestors. */
static size_t overlay_print_path(const struct overlay *overlay, char *text)
{
	size_t at = PATH_MAX_ABSOLUTE + 1, len;

	text[--at] = '\0';
	for (; overlay->parent; overlay = overlay->parent) {
		at -= overlay->name_len;
		memcpy(text + at, overlay->name, overlay->name_len);
		text[--at] = '/';
	}
	if (!text[at])
		text[--at] = '/';
	len = PATH_MAX_ABSOLUTE - at;
	memmove(text, text + at, len + 1);
	return len;
}

static void state_save_overlay(struct state_bytes *state, const struct overlay *overlay)
{
	char path[PATH_MAX_ABSOLUTE + 1];
	struct state_overlay saved = {
		.seen_generation = overlay->seen_generation,
		.seen_children = overlay->seen_children,
		.children_generation = overlay->children_generation,
		.path_len = (uint32_t)overlay_print_path(overlay, path),
		.nr_permissions = overlay->permissions ? overlay->permissions->nr_entries : 0,
		.value_len = overlay->value ? overlay->value->len : 0,
		.paid_bytes = overlay->paid_bytes,
		.has_value = overlay->value != NULL,
		.known = overlay->known,
		.observed = overlay->observed,
		.exists = overlay->exists,
		.hides = overlay->hides,
		.asked = overlay->asked,
		.changed = overlay->changed,
		.has_fresh = overlay->fresh != NULL};
	size_t start = state_begin(state, STATE_OVERLAY);

	state_put_struct(state, &saved);
	state_put_part(state, path, saved.path_len + 1);
	state_put_permissions(state, overlay->permissions);
	state_put_value(state, overlay->value);
	state_end(state, start);
}

static void state_save_transaction(struct state_bytes *state, const struct transaction *transaction)
{
	struct state_transaction saved = {.id = transaction->id,
					  .nr_known = transaction->nr_known,
					  .nr_created = transaction->nr_created};
	size_t start = state_begin(state, STATE_TRANSACTION);
	struct overlay *overlay = transaction->root;

	state_put_struct(state, &saved);
	state_end(state, start);
	for (; overlay; overlay = overlay_next(transaction->root, overlay))
		state_save_overlay(state, overlay);
}

void state_save_owner(struct state_bytes *state, const struct connection *connection)
{
	struct state_connection saved = {.nr_requests = connection->nr_requests,
					 .id = connection->id,
					 .domid = connection->subject.domid,
					 .is_ring = true,
					 .fd = -1,
					 .last_transaction_id = connection->last_transaction_id};
	size_t start = state_begin(state, STATE_CONNECTION);

	state_put_struct(state, &saved);
	state_end(state, start);
}

void state_save_transaction_id(struct state_bytes *state, enum state_type type, uint32_t id)
{
	struct state_transaction saved = {.id = id};
	size_t start = state_begin(state, type);

	state_put_struct(state, &saved);
	state_end(state, start);
}

void state_save_done(struct state_bytes *state, uint32_t consumer, const struct xsd_sockmsg *header,
		     const void *payload)
{
	struct state_done saved = {.consumer = consumer,
				   .len = (uint32_t)sizeof(*header) + header->len};
	size_t start = state_begin(state, STATE_DONE);

	state_put_struct(state, &saved);
	state_put(state, header, sizeof(*header));
	state_put_part(state, payload, header->len);
	state_end(state, start);
}

static void state_save_connection(struct state_bytes *state, const struct state_hooks *hooks,
				  const struct connection *connection)
{
	int fd = hooks->socket_fd(connection);
	struct state_connection saved = {.nr_requests = connection->nr_requests,
					 .id = connection->id,
					 .domid = connection->subject.domid,
					 .is_ring = fd < 0,
					 .fd = fd,
					 .in_len = connection->in_len,
					 .out_sent = connection->out_sent,
					 .last_transaction_id = connection->last_transaction_id};
	size_t start = state_begin(state, STATE_CONNECTION);
	const struct transaction *transaction;
	const struct message *message;
	const struct watch *watch;

	state_put_struct(state, &saved);
	state_put_part(state, connection->in, connection->in_len);
	state_end(state, start);
	TAILQ_FOREACH(watch, &connection->watches, of_connection)
	state_save_watch(state, STATE_WATCH, watch);
	TAILQ_FOREACH(message, &connection->out, queue)
	state_save_message(state, connection, message);
	LIST_FOREACH(transaction, &connection->transactions, list)
	state_save_transaction(state, transaction);
}

void state_save_domain(struct state_bytes *state, const struct domain *domain)
{
	struct state_domain saved = {.domid = domain->domid,
				     .target = domain->target,
				     .features = domain->features,
				     .remote_port = domain->remote_port,
				     .port = domain->port,
				     .is_introduced = domain->is_introduced,
				     .is_shut_down = domain->is_shut_down,
				     .is_dying = domain->is_dying,
				     .is_cut = domain->connection.is_cut};
	size_t start = state_begin(state, STATE_DOMAIN);

	state_put_struct(state, &saved);
	state_end(state, start);
}

static void state_save_quota(struct state_bytes *state, int32_t domid, enum quota quota,
			     int64_t limit)
{
	struct state_quota saved = {
		.limit = limit, .domid = domid, .name_len = (uint32_t)strlen(quota_name(quota))};
	size_t start = state_begin(state, STATE_QUOTA);

	state_put_struct(state, &saved);
	state_put_part(state, quota_name(quota), saved.name_len + 1);
	state_end(state, start);
}

void state_save_quotas(struct state_bytes *state, const struct accounts *accounts)
{
	const struct table *table = &accounts->by_domid;

	for (unsigned int quota = 0; quota < NR_QUOTAS; quota++) {
		state_save_quota(state, -1, quota, accounts->limit[quota]);
		for (uint32_t i = 0; i < table->nr_buckets; i++)
			for (struct table_link *link = table->buckets[i]; link; link = link->next) {
				struct account *account = object_of(link, struct account, link);

				if (account->limit[quota] >= 0)
					state_save_quota(state, (int32_t)account->domid, quota,
							 account->limit[quota]);
			}
	}
}

static void state_save_global(struct state_bytes *state, const struct server *server,
			      int exception_port)
{
	struct state_global saved = {
		.generation = server->store.generation,
		.nr_commits = server->nr_commits,
		.nr_conflicts = server->nr_conflicts,
		.listen_fd = server->listen_fd,
		.event_fd = server->hypervisor ? hypervisor_event_fd(server->hypervisor) : -1,
		.exception_port = exception_port,
		.last_connection_id = server->last_connection_id};
	size_t start = state_begin(state, STATE_GLOBAL);

	state_put_struct(state, &saved);
	state_end(state, start);
}

int state_save(const struct server *server, const struct state_hooks *hooks, int exception_port,
	       struct state_bytes *state)
{
	const struct connection *connection;
	const struct domain *domain;

	memset(state, 0, sizeof(*state));
	state_put(state, STATE_MAGIC, 8);
	state_save_global(state, server, exception_port);
	state_save_store(state, &server->store);
	LIST_FOREACH(domain, &server->domains, list)
	state_save_domain(state, domain);
	TAILQ_FOREACH(connection, &server->connections, all)
	if (!connection->is_cut)
		state_save_connection(state, hooks, connection);
	state_save_quotas(state, &server->store.accounts);
	state_end(state, state_begin(state, STATE_END));
	if (!state->has_failed)
		return 0;
	free(state->bytes);
	state->bytes = NULL;
	return -ENOMEM;
}
