/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clients of the server under test. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

struct server server;
struct local local, other;

static struct reply last;

static struct local *local_of(struct connection *connection)
{
	return object_of(connection, struct local, connection);
}

static ssize_t local_give(struct connection *connection, void *bytes, size_t len)
{
	struct local *client = local_of(connection);

	if (len > client->to_len - client->to_at)
		len = client->to_len - client->to_at;
	memcpy(bytes, client->to + client->to_at, len);
	client->to_at += len;
	return (ssize_t)len;
}

static ssize_t local_take(struct connection *connection, const void *bytes, size_t len)
{
	struct local *client = local_of(connection);

	if (len > client->from_room - client->from_len)
		len = client->from_room - client->from_len;
	memcpy(client->from + client->from_len, bytes, len);
	client->from_len += len;
	return (ssize_t)len;
}

static void local_cut(struct connection *connection, uint32_t error)
{
	(void)connection;
	(void)error;
}

static const struct transport local_transport = {
	.receive = local_give, .send = local_take, .cut = local_cut, .name = "local"};

void support_start_local(struct local *client)
{
	struct account *account = account_get(&server.store.accounts, 0);

	memset(client, 0, sizeof(*client));
	client->from_room = sizeof(client->from);
	client->connection.subject =
		(struct subject){.domid = 0, .target = DOMAIN_NONE, .privileged = true};
	connection_init(&client->connection, &server, &local_transport, account);
	account_put(account);
}

int support_setup(void **state)
{
	(void)state;
	assert_int_equal(server_init(&server), 0);
	server.hypervisor = fake_hypervisor();
	support_start_local(&local);
	support_start_local(&other);
	return 0;
}

int support_teardown(void **state)
{
	(void)state;
	assert_null(store_check(&server.store));
	domain_release_all(&server);
	connection_fini(&local.connection);
	connection_fini(&other.connection);
	assert_int_equal(server.watches.nr_watches, 0);
	assert_true(TAILQ_EMPTY(&server.connections));
	server_fini(&server);
	fake_reset();
	return 0;
}

void support_run(void)
{
	unsigned int n = 0;

	while (server_turn(&server))
		assert_in_range(++n, 0, 10000);
}

void local_send(struct local *client, uint32_t type, uint32_t transaction, const void *payload,
		size_t len)
{
	struct xsd_sockmsg header = {
		.type = type, .req_id = 77, .tx_id = transaction, .len = (uint32_t)len};

	if (client->to_at == client->to_len)
		client->to_at = client->to_len = 0;
	assert_true(client->to_len + sizeof(header) + len <= sizeof(client->to));
	memcpy(client->to + client->to_len, &header, sizeof(header));
	memcpy(client->to + client->to_len + sizeof(header), payload, len);
	client->to_len += sizeof(header) + len;
	server_mark_ready(&client->connection);
}

bool local_receive(struct local *client, struct reply *reply)
{
	size_t len;

	if (client->from_len < sizeof(reply->header))
		return false;
	memcpy(&reply->header, client->from, sizeof(reply->header));
	len = sizeof(reply->header) + reply->header.len;
	assert_true(reply->header.len <= XENSTORE_PAYLOAD_MAX);
	if (client->from_len < len)
		return false;
	memcpy(reply->payload, client->from + sizeof(reply->header), reply->header.len);
	reply->payload[reply->header.len] = '\0';
	memmove(client->from, client->from + len, client->from_len - len);
	client->from_len -= len;
	return true;
}

static void check_answer(const struct reply *reply, uint32_t type, uint32_t transaction)
{
	if (reply->header.type != XS_ERROR)
		assert_int_equal(reply->header.type, type);
	assert_int_equal(reply->header.req_id, 77);
	assert_int_equal(reply->header.tx_id, transaction);
}

const struct reply *local_ask(struct local *client, uint32_t type, uint32_t transaction,
			      const void *payload, size_t len)
{
	local_send(client, type, transaction, payload, len);
	support_run();
	assert_true(local_receive(client, &last));
	check_answer(&last, type, transaction);
	return &last;
}

void expect_error(const struct reply *reply, const char *name)
{
	assert_int_equal(reply->header.type, XS_ERROR);
	assert_string_equal(reply->payload, name);
	assert_int_equal(reply->header.len, strlen(name) + 1);
}

void expect_text(const struct reply *reply, const char *text)
{
	assert_int_not_equal(reply->header.type, XS_ERROR);
	assert_string_equal(reply->payload, text);
}

void expect_event(struct local *client, const char *path, const char *token)
{
	struct reply reply;

	support_run();
	assert_true(local_receive(client, &reply));
	assert_int_equal(reply.header.type, XS_WATCH_EVENT);
	assert_int_equal(reply.header.req_id, 0);
	assert_int_equal(reply.header.tx_id, 0);
	assert_string_equal(reply.payload, path);
	assert_string_equal(reply.payload + strlen(path) + 1, token);
	assert_int_equal(reply.header.len, strlen(path) + strlen(token) + 2);
}

void expect_nothing(struct local *client)
{
	support_run();
	assert_int_equal(client->from_len, 0);
}

uint32_t start_transaction(struct local *client)
{
	return (uint32_t)strtoul(ask(client, XS_TRANSACTION_START, 0, "\0")->payload, NULL, 10);
}

void guest_start(uint16_t domid)
{
	char text[64];
	int len = snprintf(text, sizeof(text), "%u%c1%c5", domid, 0, 0) + 1;

	fake_domain_create(domid);
	expect_ok(local_ask(&local, XS_INTRODUCE, 0, text, (size_t)len));
}

static void guest_put(struct xenstore_domain_interface *ring, const void *bytes, size_t len)
{
	assert_true(len <= XENSTORE_RING_SIZE - (ring->req_prod - ring->req_cons));
	for (size_t i = 0; i < len; i++)
		ring->req[MASK_XENSTORE_IDX(ring->req_prod++)] = ((const char *)bytes)[i];
}

/* Large messages go piece by piece, with turns in between. */
void guest_send(uint16_t domid, uint32_t type, uint32_t transaction, const void *payload,
		size_t len)
{
	struct xsd_sockmsg header = {
		.type = type, .req_id = 77, .tx_id = transaction, .len = (uint32_t)len};
	const char *bytes = payload;

	guest_put(fake_domains[domid].ring, &header, sizeof(header));
	while (len) {
		size_t piece = len < 700 ? len : 700;

		guest_put(fake_domains[domid].ring, bytes, piece);
		domain_handle_event(&server, 100 + domid);
		support_run();
		bytes += piece;
		len -= piece;
	}
	domain_handle_event(&server, 100 + domid);
}

bool guest_receive(uint16_t domid, struct reply *reply)
{
	struct xenstore_domain_interface *ring = fake_domains[domid].ring;
	char *bytes = (char *)&reply->header;
	size_t wanted = sizeof(reply->header);

	if (ring->rsp_prod == ring->rsp_cons)
		return false;
	for (size_t i = 0; i < wanted; i++) {
		if (ring->rsp_prod == ring->rsp_cons) {
			domain_handle_event(&server, 100 + domid);
			support_run();
		}
		assert_int_not_equal(ring->rsp_prod, ring->rsp_cons);
		bytes[i] = ring->rsp[MASK_XENSTORE_IDX(ring->rsp_cons++)];
		if (i + 1 == sizeof(reply->header))
			wanted += reply->header.len;
	}
	reply->payload[reply->header.len] = '\0';
	domain_handle_event(&server, 100 + domid);
	return true;
}

const struct reply *guest_ask_bytes(uint16_t domid, uint32_t type, uint32_t transaction,
				    const void *payload, size_t len)
{
	guest_send(domid, type, transaction, payload, len);
	support_run();
	assert_true(guest_receive(domid, &last));
	check_answer(&last, type, transaction);
	return &last;
}
