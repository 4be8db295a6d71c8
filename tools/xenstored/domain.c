/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Introduced domains: rings as connections, and what their deaths mean to the store. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "xenstored/domain.h"
#include "xenstored/journal.h"
#include "xenstored/ring.h"

static struct domain *domain_of(struct connection *connection)
{
	return object_of(connection, struct domain, connection);
}

static void domain_notify(struct domain *domain)
{
	domain->owes_notice = false;
	hypervisor_notify(domain->server->hypervisor, domain->port);
}

static void domain_settle(struct connection *connection)
{
	struct domain *domain = domain_of(connection);

	if (domain->owes_notice)
		domain_notify(domain);
}

/* Bytes leave the ring when they are kept in the slot. */
static ssize_t domain_receive(struct connection *connection, void *bytes, size_t len)
{
	struct domain *domain = domain_of(connection);
	uint32_t behind;
	ssize_t got = ring_peek(domain->ring, bytes, len, &behind);

	if (got <= 0)
		return got;
	slot_keep_input(domain->slot, connection->in_len, bytes, (uint32_t)got, behind);
	ring_consume(domain->ring, behind);
	domain->owes_notice = true;
	return got;
}

/* A message is kept when it is certain that it begins now. */
static ssize_t domain_send(struct connection *connection, const void *bytes, size_t len)
{
	struct domain *domain = domain_of(connection);
	ssize_t sent = ring_room(domain->ring);
	struct xsd_sockmsg header;

	if (sent <= 0)
		return sent;
	if (!connection->out_sent) {
		memcpy(&header, bytes, sizeof(header));
		slot_keep_output(domain->slot, bytes, (uint32_t)len, ring_producer(domain->ring),
				 header.type != XS_WATCH_EVENT);
	}
	sent = ring_send(domain->ring, bytes, len);

	if (sent > 0)
		domain->owes_notice = true;
	return sent;
}

/* The ring's indices are the likely reason when the ring itself has failed. */
static void domain_cut(struct connection *connection, uint32_t error)
{
	struct domain *domain = domain_of(connection);

	if (error == XENSTORE_ERROR_COMM)
		error = XENSTORE_ERROR_RINGIDX;
	journal_note_domain(domain->server->journal, domain);
	if (domain->features & XENSTORE_SERVER_FEATURE_ERROR)
		ring_set_error(domain->ring, error);
	domain_notify(domain);
}

static const struct transport ring_transport = {.receive = domain_receive,
						.send = domain_send,
						.settle = domain_settle,
						.cut = domain_cut,
						.is_ring = true,
						.name = "domain"};

static uint64_t domain_hash(uint32_t number)
{
	return table_hash(0, &number, sizeof(number));
}

struct domain *domain_find(const struct server *server, uint16_t domid)
{
	struct table_link *link = table_find(&server->domains_by_id, domain_hash(domid));

	while (link && object_of(link, struct domain, by_id)->domid != domid)
		link = table_find_next(link);
	return link ? object_of(link, struct domain, by_id) : NULL;
}

static struct domain *domain_find_by_port(const struct server *server, int port)
{
	struct table_link *link = table_find(&server->domains_by_port, domain_hash((uint32_t)port));

	while (link && object_of(link, struct domain, by_port)->port != port)
		link = table_find_next(link);
	return link ? object_of(link, struct domain, by_port) : NULL;
}

struct domain *domain_get(struct server *server, uint16_t domid)
{
	struct domain *domain = domain_find(server, domid);

	if (domain)
		return domain;
	domain = calloc(1, sizeof(*domain));
	if (!domain)
		return NULL;
	domain->server = server;
	domain->domid = domid;
	domain->target = DOMAIN_NONE;
	domain->features = RING_FEATURES;
	domain->port = -1;
	LIST_INSERT_HEAD(&server->domains, domain, list);
	table_insert(&server->domains_by_id, &domain->by_id, domain_hash(domid));
	return domain;
}

static void domain_set_port(struct domain *domain, int port, uint32_t remote_port)
{
	struct server *server = domain->server;

	if (domain->port >= 0) {
		table_remove(&server->domains_by_port, &domain->by_port);
		hypervisor_unbind(server->hypervisor, domain->port);
	}
	domain->port = port;
	domain->remote_port = remote_port;
	if (port >= 0)
		table_insert(&server->domains_by_port, &domain->by_port,
			     domain_hash((uint32_t)port));
}

static void domain_disconnect(struct domain *domain)
{
	if (!domain->is_introduced)
		return;
	domain->is_introduced = false;
	connection_fini(&domain->connection);
	free(domain->done);
	domain->done = NULL;
	if (!domain->ring)
		return;
	slot_put(domain->server->slots, domain->slot, domain->domid);
	domain_set_port(domain, -1, 0);
	hypervisor_unmap_ring(domain->server->hypervisor, domain->domid, domain->ring);
	domain->ring = NULL;
}

void domain_forget(struct domain *domain)
{
	domain_disconnect(domain);
	journal_note_gone(domain->server->journal, domain->domid);
	LIST_REMOVE(domain, list);
	table_remove(&domain->server->domains_by_id, &domain->by_id);
	free(domain);
}

static void domain_open_connection(struct domain *domain, struct account *account)
{
	memset(&domain->connection, 0, sizeof(domain->connection));
	domain->connection.subject = (struct subject){
		.domid = domain->domid, .target = domain->target, .privileged = !domain->domid};
	connection_init(&domain->connection, domain->server, &ring_transport, account);
	domain->is_introduced = true;
}

/* -errno; nothing is left when it fails. */
static int domain_map(struct domain *domain)
{
	struct server *server = domain->server;

	domain->ring = hypervisor_map_ring(server->hypervisor, domain->domid);
	if (!domain->ring)
		return errno ? -errno : -EIO;
	domain->slot = slot_get(server->slots, domain->domid);
	if (domain->slot)
		return 0;
	hypervisor_unmap_ring(server->hypervisor, domain->domid, domain->ring);
	domain->ring = NULL;
	return -ENOMEM;
}

int domain_adopt(struct domain *domain, int port, uint32_t remote_port)
{
	struct server *server = domain->server;
	struct account *account = account_get(&server->store.accounts, domain->domid);
	int error = 0;

	if (!account)
		return -ENOMEM;
	error = domain_map(domain);
	if (!error) {
		domain_set_port(domain, port, remote_port);
		domain_open_connection(domain, account);
	}
	account_put(account);
	return error;
}

/* What the connection has in memory, as if the slot had been told of it step by step. */
static void domain_keep(struct domain *domain)
{
	const struct connection *connection = &domain->connection;
	const struct message *first = TAILQ_FIRST(&connection->out);
	struct slot_state state = {.consumer = ring_consumer(domain->ring),
				   .in_len = connection->in_len};

	if (connection->in_len)
		memcpy(domain->slot->in, connection->in, connection->in_len);
	state.answered = state.consumer;
	if (connection->in_len ||
	    (connection->nr_replies && (first->is_event || !connection->out_sent)))
		state.answered--;
	if (first && connection->out_sent) {
		state.out_len = first->len;
		state.out_start = ring_producer(domain->ring) - connection->out_sent;
		memcpy(domain->slot->out, first->bytes, first->len);
	}
	slot_set_state(domain->slot, &state);
}

uint32_t domain_consumer(const struct connection *connection)
{
	return slot_state(object_of(connection, struct domain, connection)->slot).consumer;
}

void domain_keep_all(struct server *server)
{
	struct domain *domain;

	LIST_FOREACH(domain, &server->domains, list)
	if (domain->is_introduced)
		domain_keep(domain);
}

static int domain_connect(struct domain *domain, uint32_t remote_port)
{
	struct hypervisor *hypervisor = domain->server->hypervisor;
	int port = hypervisor_bind(hypervisor, domain->domid, remote_port);
	int error;

	if (port < 0)
		return port;
	error = domain_adopt(domain, port, remote_port);
	if (error)
		hypervisor_unbind(hypervisor, port);
	else
		domain_keep(domain);
	return error;
}

int domain_expect(struct domain *domain, bool is_introduced, bool is_cut, uint32_t remote_port)
{
	struct server *server = domain->server;
	struct account *account;

	domain->remote_port = remote_port;
	if (!is_introduced) {
		domain_disconnect(domain);
		return 0;
	}
	if (!domain->is_introduced) {
		account = account_get(&server->store.accounts, domain->domid);
		if (!account)
			return -ENOMEM;
		domain_open_connection(domain, account);
		account_put(account);
	}
	domain->connection.is_cut = is_cut;
	domain->connection.subject.target = domain->target;
	free(domain->done);
	domain->done = NULL;
	return 0;
}

int domain_reattach(struct domain *domain, uint32_t remote_port)
{
	struct hypervisor *hypervisor = domain->server->hypervisor;
	int port = hypervisor ? hypervisor_bind(hypervisor, domain->domid, remote_port) : -ENODEV;
	int error = port < 0 ? port : domain_map(domain);

	if (error && port >= 0)
		hypervisor_unbind(hypervisor, port);
	if (error)
		domain_disconnect(domain);
	else
		domain_set_port(domain, port, remote_port);
	return error;
}

/* Another port is another connection: the guest's kernel begins anew. */
static int domain_rebind(struct domain *domain, uint32_t remote_port)
{
	int port;

	if (domain->remote_port == remote_port && !domain->connection.is_cut)
		return 0;
	if (domain->remote_port != remote_port) {
		port = hypervisor_bind(domain->server->hypervisor, domain->domid, remote_port);
		if (port < 0)
			return port;
		domain_set_port(domain, port, remote_port);
	}
	connection_reset(&domain->connection);
	domain->connection.is_cut = false;
	domain_keep(domain);
	ring_set_error(domain->ring, XENSTORE_ERROR_NONE);
	return 0;
}

/* The other end may have written before we were there, or may wait for a first sign. */
static void domain_begin(struct domain *domain)
{
	journal_note_domain(domain->server->journal, domain);
	ring_set_features(domain->ring, domain->features);
	domain_notify(domain);
	server_mark_ready(&domain->connection);
}

int domain_introduce(struct server *server, uint16_t domid, uint32_t remote_port)
{
	struct hypervisor_domain_state state;
	struct domain *domain;
	int error;

	if (!server->hypervisor)
		return -ENOSYS;
	error = hypervisor_domain_state(server->hypervisor, domid, &state);
	if (error || !state.exists || state.is_dying)
		return error ? error : -ENOENT;
	domain = domain_get(server, domid);
	if (!domain)
		return -ENOMEM;
	error = domain->is_introduced ? domain_rebind(domain, remote_port)
				      : domain_connect(domain, remote_port);
	if (error) {
		log_error("domain %u was not introduced: its ring or port %u cannot be used (%d)",
			  domid, remote_port, error);
		if (!domain->is_introduced)
			domain_forget(domain);
		return error;
	}
	domain->is_shut_down = state.is_shut_down;
	domain_begin(domain);
	server_tell_special(server, SPECIAL_INTRODUCE, domid);
	return 0;
}

int domain_introduce_kernel(struct server *server)
{
	int port = hypervisor_kernel_port(server->hypervisor);
	struct domain *domain;
	int error;

	if (port < 0)
		return port;
	domain = domain_get(server, 0);
	if (!domain)
		return -ENOMEM;
	error = domain_connect(domain, (uint32_t)port);
	if (error)
		domain_forget(domain);
	else
		domain_begin(domain);
	return error;
}

void domain_release(struct domain *domain)
{
	struct server *server = domain->server;
	uint16_t domid = domain->domid;

	domain_forget(domain);
	server_tell_special(server, SPECIAL_RELEASE, domid);
}

void domain_release_all(struct server *server)
{
	struct domain *domain;

	while ((domain = LIST_FIRST(&server->domains)))
		domain_forget(domain);
}

static void domain_restart(struct domain *domain)
{
	connection_reset(&domain->connection);
	domain->connection.is_cut = false;
	ring_reconnect(domain->ring);
	domain_keep(domain);
	journal_note_domain(domain->server->journal, domain);
	domain_notify(domain);
}

void domain_handle_event(struct server *server, int port)
{
	struct domain *domain = domain_find_by_port(server, port);

	if (!domain)
		return;
	if ((domain->features & XENSTORE_SERVER_FEATURE_RECONNECTION) &&
	    ring_wants_reconnect(domain->ring))
		domain_restart(domain);
	connection_flush(&domain->connection);
	server_mark_ready(&domain->connection);
}

/* A domain that is gone but owns nodes, though nobody introduced it or it was released; NULL. */
static struct account *domain_find_dead_owner(const struct server *server)
{
	const struct table *table = &server->store.accounts.by_domid;
	struct hypervisor_domain_state state;

	for (uint32_t i = 0; i < table->nr_buckets; i++)
		for (struct table_link *link = table->buckets[i]; link; link = link->next) {
			struct account *account = object_of(link, struct account, link);
			uint16_t domid = (uint16_t)account->domid;

			if (!store_find_owned(account) || !domid || domain_find(server, domid) ||
			    hypervisor_domain_state(server->hypervisor, domid, &state))
				continue;
			if (!state.exists)
				return account;
		}
	return NULL;
}

static void domain_forget_dead_owners(struct server *server)
{
	struct account *account;

	while ((account = domain_find_dead_owner(server))) {
		uint16_t domid = (uint16_t)account->domid;

		store_forget_domain(&server->store, domid);
		journal_note_forget(server->journal, domid);
		server_tell_special(server, SPECIAL_RELEASE, domid);
	}
}

static void domain_check(struct domain *domain)
{
	struct server *server = domain->server;
	struct hypervisor_domain_state state;

	if (hypervisor_domain_state(server->hypervisor, domain->domid, &state))
		return;
	if (!state.exists || (state.is_dying && !domain->is_dying)) {
		domain->is_dying = true;
		domain_disconnect(domain);
		store_forget_domain(&server->store, domain->domid);
		journal_note_forget(server->journal, domain->domid);
		journal_note_domain(server->journal, domain);
		server_tell_special(server, SPECIAL_RELEASE, domain->domid);
		if (!state.exists)
			domain_forget(domain);
	} else if (state.is_shut_down && !domain->is_shut_down) {
		domain->is_shut_down = true;
		journal_note_domain(server->journal, domain);
		server_tell_special(server, SPECIAL_RELEASE, domain->domid);
	}
}

void domain_check_all(struct server *server)
{
	struct domain *domain, *next;

	server->store.writer = 0;
	hypervisor_begin_states(server->hypervisor);
	for (domain = LIST_FIRST(&server->domains); domain; domain = next) {
		next = LIST_NEXT(domain, list);
		if (domain->domid)
			domain_check(domain);
	}
	domain_forget_dead_owners(server);
	hypervisor_end_states(server->hypervisor);
}
