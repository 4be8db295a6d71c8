/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rings after a crash: what the journal and the slots say of them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "xenstored/domain.h"
#include "xenstored/ring.h"

int domain_keep_reply(struct connection *connection, uint32_t consumer,
		      const struct xsd_sockmsg *header, const void *payload)
{
	struct domain *domain = object_of(connection, struct domain, connection);

	free(domain->done);
	domain->done = message_create(header, payload);
	domain->done_consumer = consumer;
	return domain->done ? 0 : -ENOMEM;
}

/* The message that was begun, from where the ring has it. */
static int resume_output(struct domain *domain, const struct slot_state *state)
{
	uint32_t sent = ring_producer(domain->ring) - state->out_start;
	struct xsd_sockmsg header;
	struct message *message;

	if (sent >= state->out_len)
		return 0;
	memcpy(&header, domain->slot->out, sizeof(header));
	if (header.len != state->out_len - sizeof(header))
		return -EINVAL;
	message = message_create(&header, domain->slot->out + sizeof(header));
	if (!message)
		return -ENOMEM;
	message->is_event = header.type == XS_WATCH_EVENT;
	connection_queue(&domain->connection, message);
	domain->connection.out_sent = sent;
	return 0;
}

/* A request that has changed something is not handled again: its reply is in the journal. */
static int resume_input(struct domain *domain, const struct slot_state *state)
{
	struct connection *connection = &domain->connection;
	bool is_owed = state->answered != state->consumer;

	if (is_owed && domain->done && domain->done_consumer == state->consumer) {
		connection_queue(connection, domain->done);
		domain->done = NULL;
		return 0;
	}
	if (!is_owed || !state->in_len)
		return 0;
	connection->in = malloc(MESSAGE_MAX + 1);
	if (!connection->in)
		return -ENOMEM;
	memcpy(connection->in, domain->slot->in, state->in_len);
	connection->in_len = state->in_len;
	return 0;
}

/* The slot's index is ahead when the process ended before it could move the ring's. */
static int resume_ring(struct domain *domain)
{
	struct slot_state state = slot_state(domain->slot);
	struct watch *watch;
	int error = 0;

	if (state.consumer - ring_consumer(domain->ring) > XENSTORE_RING_SIZE)
		return -EINVAL;
	ring_consume(domain->ring, state.consumer);
	error = resume_output(domain, &state);
	if (!error)
		error = resume_input(domain, &state);
	/* Which events were lost is not known: each watch is told of once. */
	TAILQ_FOREACH(watch, &domain->connection.watches, of_connection)
	watch_tell(watch, watch->text);
	return error;
}

static void domain_resume(struct domain *domain)
{
	uint32_t remote_port = domain->remote_port;
	int error;

	if (domain_reattach(domain, remote_port)) {
		log_error("domain %u is not connected any more: its ring or port %u is gone",
			  domain->domid, remote_port);
		return;
	}
	error = domain->connection.is_cut ? 0 : resume_ring(domain);
	if (error) {
		log_error("domain %u is cut off: what was taken from its ring is not known (%d)",
			  domain->domid, error);
		connection_cut(&domain->connection, XENSTORE_ERROR_COMM);
	}
	free(domain->done);
	domain->done = NULL;
	domain_handle_event(domain->server, domain->port);
	hypervisor_notify(domain->server->hypervisor, domain->port);
}

void domain_resume_all(struct server *server)
{
	struct domain *domain;

	LIST_FOREACH(domain, &server->domains, list)
	if (domain->is_introduced)
		domain_resume(domain);
}
