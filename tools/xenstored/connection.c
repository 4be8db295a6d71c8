/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Input and output of a client as messages, whatever carries them. */
#include <stdlib.h>
#include <string.h>

#include "xenstored/journal.h"

void connection_init(struct connection *connection, struct server *server,
		     const struct transport *transport, struct account *account)
{
	connection->server = server;
	connection->transport = transport;
	connection->account = account;
	account->nr_references++;
	connection->credit = SERVER_CREDIT;
	TAILQ_INIT(&connection->out);
	TAILQ_INIT(&connection->watches);
	LIST_INIT(&connection->transactions);
	connection->id = ++server->last_connection_id;
	TAILQ_INSERT_TAIL(&server->connections, connection, all);
}

static uint32_t message_bytes(const struct message *message)
{
	return (uint32_t)sizeof(*message) + message->len;
}

static void connection_drop_message(struct connection *connection, struct message *message)
{
	if (message->watch)
		TAILQ_REMOVE(&message->watch->pending, message, of_watch);
	TAILQ_REMOVE(&connection->out, message, queue);
	if (message->is_event)
		connection->nr_events--;
	else
		connection->nr_replies--;
	account_charge(connection->account, -(int64_t)message_bytes(message));
	free(message);
}

void connection_reset(struct connection *connection)
{
	struct transaction *transaction;
	struct message *message;

	watch_remove_all(&connection->server->watches, connection);
	while ((transaction = LIST_FIRST(&connection->transactions))) {
		journal_note_transaction(connection->server->journal, connection, transaction->id,
					 false);
		LIST_REMOVE(transaction, list);
		transaction_abort(transaction);
	}
	while ((message = TAILQ_FIRST(&connection->out)))
		connection_drop_message(connection, message);
	connection->out_sent = 0;
	free(connection->in);
	connection->in = NULL;
	connection->in_len = 0;
	connection->has_failed = false;
}

void connection_fini(struct connection *connection)
{
	struct server *server = connection->server;

	connection_reset(connection);
	server_unmark_ready(connection);
	if (connection->is_paused)
		TAILQ_REMOVE(&server->paused, connection, paused);
	if (connection->is_unsent)
		TAILQ_REMOVE(&server->unsent, connection, unsent);
	TAILQ_REMOVE(&server->connections, connection, all);
	account_put(connection->account);
}

void connection_cut(struct connection *connection, uint32_t error)
{
	if (connection->is_cut)
		return;
	log_event(connection, "cut", "error %u", error);
	connection->is_cut = true;
	connection_reset(connection);
	connection->transport->cut(connection, error);
}

static uint32_t connection_wanted(const struct connection *connection)
{
	struct xsd_sockmsg header;

	if (connection->in_len < sizeof(header))
		return sizeof(header);
	memcpy(&header, connection->in, sizeof(header));
	if (header.len > XENSTORE_PAYLOAD_MAX)
		return 0;
	return (uint32_t)sizeof(header) + header.len;
}

int connection_fetch(struct connection *connection)
{
	ssize_t got;

	if (connection->is_cut)
		return -EIO;
	if (!connection->in)
		connection->in = malloc(MESSAGE_MAX + 1);
	if (!connection->in)
		return 0;
	for (;;) {
		uint32_t wanted = connection_wanted(connection);

		if (!wanted) {
			connection_cut(connection, XENSTORE_ERROR_PROTO);
			return -EIO;
		}
		if (wanted >= sizeof(struct xsd_sockmsg) && connection->in_len >= wanted)
			return 1;
		got = connection->transport->receive(
			connection, connection->in + connection->in_len,
			(connection->transport->is_ring ? wanted : MESSAGE_MAX) -
				connection->in_len);
		if (got <= 0)
			break;
		connection->in_len += (uint32_t)got;
	}
	if (got < 0)
		connection_cut(connection, XENSTORE_ERROR_COMM);
	else if (!connection->in_len)
		connection_consume(connection);
	return got < 0 ? -EIO : 0;
}

void connection_consume(struct connection *connection)
{
	uint32_t done = 0;

	if (!connection->in)
		return;
	if (connection->in_len)
		done = connection_wanted(connection);
	connection->in_len -= done;
	if (connection->in_len) {
		memmove(connection->in, connection->in + done, connection->in_len);
		return;
	}
	free(connection->in);
	connection->in = NULL;
}

struct message *message_create(const struct xsd_sockmsg *header, const void *payload)
{
	struct message *message = malloc(sizeof(*message) + sizeof(*header) + header->len);

	if (!message)
		return NULL;
	memset(message, 0, sizeof(*message));
	message->len = (uint32_t)sizeof(*header) + header->len;
	memcpy(message->bytes, header, sizeof(*header));
	memcpy(message->bytes + sizeof(*header), payload, header->len);
	return message;
}

void connection_queue(struct connection *connection, struct message *message)
{
	TAILQ_INSERT_TAIL(&connection->out, message, queue);
	if (message->is_event)
		connection->nr_events++;
	else
		connection->nr_replies++;
	account_charge(connection->account, message_bytes(message));
	if (connection->is_unsent)
		return;
	connection->is_unsent = true;
	TAILQ_INSERT_TAIL(&connection->server->unsent, connection, unsent);
}

bool connection_unqueue(struct connection *connection, struct message *message)
{
	if (message == TAILQ_FIRST(&connection->out) && connection->out_sent)
		return false;
	connection_drop_message(connection, message);
	return true;
}

/* Replies mostly find an empty queue: then they are sent from the stack. */
void connection_reply(struct connection *connection, const struct xsd_sockmsg *header,
		      const void *payload)
{
	char bytes[MESSAGE_MAX];
	size_t len = sizeof(*header) + header->len;
	struct message *message;
	ssize_t sent = 0;

	if (connection->is_cut || connection->has_failed)
		return;
	journal_note_reply(connection->server->journal, connection, header, payload);
	if (TAILQ_EMPTY(&connection->out)) {
		memcpy(bytes, header, sizeof(*header));
		memcpy(bytes + sizeof(*header), payload, header->len);
		sent = connection->transport->send(connection, bytes, len);
		if (sent == (ssize_t)len)
			return;
	}
	message = sent < 0 ? NULL : message_create(header, payload);
	if (!message) {
		connection->has_failed = true;
		return;
	}
	connection->out_sent = TAILQ_EMPTY(&connection->out) ? (uint32_t)sent
							     : connection->out_sent;
	connection_queue(connection, message);
}

static void connection_send_all(struct connection *connection)
{
	struct message *message;

	while (!connection->is_cut && (message = TAILQ_FIRST(&connection->out))) {
		ssize_t sent = connection->transport->send(connection,
							   message->bytes + connection->out_sent,
							   message->len - connection->out_sent);

		if (sent < 0) {
			connection_cut(connection, XENSTORE_ERROR_COMM);
			return;
		}
		connection->out_sent += (uint32_t)sent;
		if (connection->out_sent < message->len)
			return;
		connection->out_sent = 0;
		connection_drop_message(connection, message);
		if (connection->nr_overflown)
			watch_catch_up(connection);
		if (connection->in || !connection->transport->tells_again)
			server_mark_ready(connection);
	}
}

void connection_flush(struct connection *connection)
{
	connection_send_all(connection);
	connection_settle(connection);
}

void connection_settle(struct connection *connection)
{
	if (connection->transport->settle)
		connection->transport->settle(connection);
}

bool connection_has_room(const struct connection *connection)
{
	if (connection->transport->is_ring)
		return !connection->nr_replies;
	return connection->nr_replies < account_limit(connection->account, QUOTA_OUTSTANDING);
}
