/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of watches, matching and queueing of events. */
#include <stdlib.h>
#include <string.h>

#include "xenstored/journal.h"
#include "xenstored/watch.h"

/* How many of a watch's waiting events are looked at for an equal one. */
#define NR_COMPARED 32

static struct watch *watch_match(struct table_link *link, const struct connection *connection,
				 const struct path *path, const char *token)
{
	for (; link; link = table_find_next(link)) {
		struct watch *watch = object_of(link, struct watch, link);

		if (watch->connection == connection && watch->base_len == path->base_len &&
		    !strcmp(watch->text, path->text) &&
		    !strcmp(watch->text + watch->path_len + 1, token))
			return watch;
	}
	return NULL;
}

struct watch *watch_find(const struct watches *watches, const struct connection *connection,
			 const struct path *path, const char *token)
{
	return watch_match(table_find(&watches->table, path_hash(path->text)), connection, path,
			   token);
}

static size_t watch_bytes(const struct watch *watch)
{
	return sizeof(*watch) + watch->path_len + watch->token_len + 2U;
}

int watch_add(struct watches *watches, struct connection *connection, const struct path *path,
	      const char *token, uint16_t depth)
{
	size_t token_len = strlen(token);
	struct watch *watch;

	if (watch_find(watches, connection, path, token))
		return -EEXIST;
	watch = calloc(1, sizeof(*watch) + path->len + token_len + 2);
	if (!watch)
		return -ENOMEM;
	watch->connection = connection;
	watch->base_len = path->base_len;
	watch->path_len = path->len;
	watch->token_len = (uint16_t)token_len;
	watch->depth = depth;
	TAILQ_INIT(&watch->pending);
	memcpy(watch->text, path->text, path->len + 1U);
	memcpy(watch->text + path->len + 1, token, token_len + 1);
	TAILQ_INSERT_TAIL(&connection->watches, watch, of_connection);
	table_insert(&watches->table, &watch->link, path_hash(path->text));
	watches->nr_watches++;
	connection->account->used[QUOTA_WATCHES]++;
	account_charge(connection->account, (int64_t)watch_bytes(watch));
	journal_note_watch(connection->server->journal, watch, true);
	return 0;
}

void watch_remove(struct watches *watches, struct watch *watch)
{
	struct connection *connection = watch->connection;
	struct message *message, *next;

	journal_note_watch(connection->server->journal, watch, false);
	for (message = TAILQ_FIRST(&watch->pending); message; message = next) {
		next = TAILQ_NEXT(message, of_watch);
		if (connection_unqueue(connection, message))
			continue;
		TAILQ_REMOVE(&watch->pending, message, of_watch);
		message->watch = NULL;
	}
	if (watch->overflown)
		connection->nr_overflown--;
	TAILQ_REMOVE(&connection->watches, watch, of_connection);
	table_remove(&watches->table, &watch->link);
	watches->nr_watches--;
	connection->account->used[QUOTA_WATCHES]--;
	account_charge(connection->account, -(int64_t)watch_bytes(watch));
	free(watch);
}

void watch_remove_all(struct watches *watches, struct connection *connection)
{
	struct watch *watch;

	while ((watch = TAILQ_FIRST(&connection->watches)))
		watch_remove(watches, watch);
}

static bool watch_has_pending(const struct watch *watch, const char *path, size_t len)
{
	const struct message *first = TAILQ_FIRST(&watch->connection->out);
	const struct message *message;
	unsigned int n = 0;

	TAILQ_FOREACH_REVERSE(message, &watch->pending, message_list, of_watch)
	{
		if (message == first && watch->connection->out_sent)
			continue;
		if (!strncmp(message->bytes + sizeof(struct xsd_sockmsg), path, len + 1))
			return true;
		if (++n == NR_COMPARED)
			break;
	}
	return false;
}

static struct message *watch_create_event(const struct watch *watch, const char *path, size_t len)
{
	struct xsd_sockmsg header = {.type = XS_WATCH_EVENT,
				     .len = (uint32_t)(len + watch->token_len + 2)};
	char payload[XENSTORE_PAYLOAD_MAX];

	if (header.len > sizeof(payload))
		return NULL;
	memcpy(payload, path, len + 1);
	memcpy(payload + len + 1, watch->text + watch->path_len + 1, watch->token_len + 1U);
	return message_create(&header, payload);
}

static bool watch_may_queue(const struct watch *watch)
{
	const struct connection *connection = watch->connection;

	if (!connection->nr_events)
		return true;
	if (connection->nr_events >= account_limit(connection->account, QUOTA_WATCH_EVENTS))
		return false;
	return connection->subject.privileged ||
	       account_allows_memory(connection->account, MESSAGE_MAX);
}

static bool watch_queue(struct watch *watch, const char *path)
{
	size_t len = strlen(path + watch->base_len);
	struct message *message;

	if (watch_has_pending(watch, path + watch->base_len, len))
		return true;
	message = watch_may_queue(watch) ? watch_create_event(watch, path + watch->base_len, len)
					 : NULL;
	if (!message)
		return false;
	message->is_event = true;
	message->watch = watch;
	TAILQ_INSERT_TAIL(&watch->pending, message, of_watch);
	connection_queue(watch->connection, message);
	return true;
}

void watch_tell(struct watch *watch, const char *path)
{
	if (watch->overflown || watch_queue(watch, path))
		return;
	watch->overflown = true;
	watch->connection->nr_overflown++;
}

void watch_catch_up(struct connection *connection)
{
	struct watch *watch;

	if (connection->nr_events > account_limit(connection->account, QUOTA_WATCH_EVENTS) / 2)
		return;
	TAILQ_FOREACH(watch, &connection->watches, of_connection)
	{
		if (!watch->overflown)
			continue;
		if (!watch_queue(watch, watch->text))
			break;
		watch->overflown = false;
		connection->nr_overflown--;
	}
}

static bool watch_may_hear(const struct watch *watch, const struct change *change)
{
	const struct subject *subject = &watch->connection->subject;

	if (change->permissions && permissions_allow(change->permissions, subject, ACCESS_READ))
		return true;
	return change->old_permissions &&
	       permissions_allow(change->old_permissions, subject, ACCESS_READ);
}

static bool watch_is_concerned(const struct watch *watch, const struct change *change,
			       const struct path_step *step, uint32_t nr_below)
{
	if (watch->path_len != (step->end ? step->end : 1) ||
	    memcmp(watch->text, change->path, watch->path_len))
		return false;
	if (change->kind == CHANGE_PARENT && watch->depth == WATCH_ANY_DEPTH)
		return false;
	if (nr_below > watch->depth && change->path[0] != '@')
		return false;
	return watch_may_hear(watch, change);
}

/* Special events name the domain only to those who asked for it. */
static void watch_tell_change(struct watch *watch, const struct change *change)
{
	bool is_plain_special = change->path[0] == '@' && watch->depth == WATCH_ANY_DEPTH;

	watch_tell(watch, is_plain_special ? watch->text : change->path);
}

static void watch_fire_at(struct watches *watches, const struct change *change,
			  const struct path_step *step, uint32_t nr_below)
{
	struct table_link *link = table_find(&watches->table, step->hash);

	for (; link; link = table_find_next(link)) {
		struct watch *watch = object_of(link, struct watch, link);

		if (watch_is_concerned(watch, change, step, nr_below))
			watch_tell_change(watch, change);
	}
}

void watch_fire(struct watches *watches, const struct change *change)
{
	struct path_step step;
	uint32_t nr_steps = 0;

	if (!watches->nr_watches)
		return;
	path_begin(&step, change->path);
	while (path_next(&step))
		nr_steps++;
	path_begin(&step, change->path);
	do {
		if (change->kind != CHANGE_BELOW || !nr_steps)
			watch_fire_at(watches, change, &step, nr_steps);
		nr_steps--;
	} while (path_next(&step));
}
