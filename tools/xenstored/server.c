/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns: who is served next, and when output is sent. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "xenstored/journal.h"
#include "xenstored/request.h"

static void server_store_changed(void *context, const struct change *change)
{
	struct server *server = context;

	watch_fire(&server->watches, change);
}

static void server_record_set(void *context, struct node *node)
{
	const struct server *server = context;

	journal_note_node(server->journal, node);
}

static void server_record_removal(void *context, struct node *node)
{
	const struct server *server = context;

	journal_note_removal(server->journal, node);
}

static void server_soft_limit(const struct account *account)
{
	log_error("domain %u is above its soft memory quota with %llu bytes", account->domid,
		  (unsigned long long)account->memory_bytes);
}

int server_init(struct server *server)
{
	memset(server, 0, sizeof(*server));
	server->epoll_fd = -1;
	server->listen_fd = -1;
	server->exception_port = -1;
	table_init(&server->watches.table);
	TAILQ_INIT(&server->connections);
	TAILQ_INIT(&server->ready);
	TAILQ_INIT(&server->unsent);
	TAILQ_INIT(&server->paused);
	LIST_INIT(&server->domains);
	table_init(&server->domains_by_id);
	table_init(&server->domains_by_port);
	server->store.changed = NULL;
	if (store_init(&server->store))
		return -ENOMEM;
	server->store.changed = server_store_changed;
	server->store.record_set = server_record_set;
	server->store.record_removal = server_record_removal;
	server->store.context = server;
	server->store.accounts.soft_limit = server_soft_limit;
	return 0;
}

void server_fini(struct server *server)
{
	store_fini(&server->store);
	table_fini(&server->watches.table);
	table_fini(&server->domains_by_id);
	table_fini(&server->domains_by_port);
	free(server->update.binary);
	free(server->update.command_line);
}

void server_mark_ready(struct connection *connection)
{
	if (connection->is_ready || connection->is_cut || connection->is_paused)
		return;
	connection->is_ready = true;
	connection->server->nr_ready++;
	TAILQ_INSERT_TAIL(&connection->server->ready, connection, ready);
}

void server_unmark_ready(struct connection *connection)
{
	if (!connection->is_ready)
		return;
	connection->is_ready = false;
	connection->server->nr_ready--;
	TAILQ_REMOVE(&connection->server->ready, connection, ready);
}

static void server_serve(struct connection *connection)
{
	for (unsigned int n = 0; n < SERVER_BUDGET; n++) {
		if (!connection_has_room(connection) || connection_fetch(connection) <= 0)
			return;
		request_handle(connection);
		connection_consume(connection);
		if (connection->has_failed) {
			connection_cut(connection, XENSTORE_ERROR_COMM);
			return;
		}
		if (connection->transport->tells_again && !connection->in)
			return;
	}
	server_mark_ready(connection);
}

static void server_flush(struct server *server)
{
	struct connection *connection;

	while ((connection = TAILQ_FIRST(&server->unsent))) {
		TAILQ_REMOVE(&server->unsent, connection, unsent);
		connection->is_unsent = false;
		connection_flush(connection);
	}
}

static uint64_t server_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void server_refill(struct connection *connection, uint64_t now_ms)
{
	uint64_t more = (now_ms - connection->credit_ms) / SERVER_CREDIT_MS;

	connection->credit_ms += more * SERVER_CREDIT_MS;
	connection->credit = more + connection->credit < SERVER_CREDIT
				     ? connection->credit + (uint32_t)more
				     : SERVER_CREDIT;
}

void server_blame(struct server *server, struct connection *connection)
{
	server_refill(connection, server_now_ms());
	if (connection->credit)
		connection->credit--;
	if (connection->credit || connection->is_paused)
		return;
	log_event(connection, "paused", "it makes others' transactions fail");
	server_unmark_ready(connection);
	connection->is_paused = true;
	TAILQ_INSERT_TAIL(&server->paused, connection, paused);
}

static void server_end_pauses(struct server *server)
{
	struct connection *connection, *next;
	uint64_t now_ms = TAILQ_EMPTY(&server->paused) ? 0 : server_now_ms();

	for (connection = TAILQ_FIRST(&server->paused); connection; connection = next) {
		next = TAILQ_NEXT(connection, paused);
		server_refill(connection, now_ms);
		if (!connection->credit)
			continue;
		TAILQ_REMOVE(&server->paused, connection, paused);
		connection->is_paused = false;
		server_mark_ready(connection);
	}
}

bool server_turn(struct server *server)
{
	struct connection *connection;

	journal_commit(server->journal);
	journal_step(server->journal);
	server_end_pauses(server);
	server_flush(server);
	for (uint32_t n = server->nr_ready; n && (connection = TAILQ_FIRST(&server->ready)); n--) {
		server_unmark_ready(connection);
		server_serve(connection);
		connection_settle(connection);
	}
	journal_commit(server->journal);
	server_flush(server);
	return !TAILQ_EMPTY(&server->ready);
}

void server_tell_special(struct server *server, enum special special, uint16_t domid)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%u", special_paths[special], domid);
	store_tell(&server->store, CHANGE_NODE, path, server->store.special[special], NULL);
}
