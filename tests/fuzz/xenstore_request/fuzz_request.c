/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole requests of three clients, one of them a guest, made of the input with a small choice of
 * paths so that they meet: transactions, watches, permissions, quotas. The store stays whole, and
 * what is charged to accounts is given back.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_hypervisor.h"
#include "xenstored/domain.h"
#include "xenstored/request.h"

#define NR_CLIENTS 3

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct connection clients[NR_CLIENTS];
static const uint8_t *at, *end;
static char request[MESSAGE_MAX];
static size_t request_len, request_at;
static bool is_blocked;

static const char *const paths[] = {"/",   "/a",     "/a/b", "/a/b/c",	       "/a/d",
				    "x/y", "/local", "/e/f", "@releaseDomain", "/a//"};
static const char *const permissions[] = {"n0", "r3", "b3", "w0", "n3", "b0"};
static const uint32_t types[] = {XS_DIRECTORY,
				 XS_READ,
				 XS_GET_PERMS,
				 XS_WATCH,
				 XS_UNWATCH,
				 XS_WRITE,
				 XS_MKDIR,
				 XS_RM,
				 XS_SET_PERMS,
				 XS_WRITE,
				 XS_TRANSACTION_START,
				 XS_TRANSACTION_END,
				 XS_RM,
				 XS_DIRECTORY_PART,
				 XS_RESET_WATCHES,
				 26};

static uint8_t next_byte(void)
{
	return at < end ? *at++ : 0;
}

static ssize_t give(struct connection *connection, void *bytes, size_t len)
{
	(void)connection;
	if (len > request_len - request_at)
		len = request_len - request_at;
	memcpy(bytes, request + request_at, len);
	request_at += len;
	return (ssize_t)len;
}

static ssize_t take(struct connection *connection, const void *bytes, size_t len)
{
	(void)connection;
	(void)bytes;
	return is_blocked ? (ssize_t)(len / 2) : (ssize_t)len;
}

static void cut(struct connection *connection, uint32_t error)
{
	(void)connection;
	(void)error;
}

static const struct transport transport = {
	.receive = give, .send = take, .cut = cut, .name = "fuzz"};

static void put_text(const char *text)
{
	size_t len = strlen(text) + 1;

	memcpy(request + request_len, text, len);
	request_len += len;
}

static void build_payload(uint32_t type)
{
	if (type == XS_TRANSACTION_END) {
		put_text(next_byte() & 1 ? "F" : "T");
		return;
	}
	if (type == 26) {
		put_text(quota_name(next_byte() % NR_QUOTAS));
		put_text("5");
		return;
	}
	put_text(paths[next_byte() % 10]);
	if (type == XS_WATCH || type == XS_UNWATCH || type == XS_DIRECTORY_PART)
		put_text(next_byte() & 1 ? "1" : "2");
	if (type == XS_WRITE)
		request_len += next_byte();
	for (unsigned int n = next_byte() & 3; type == XS_SET_PERMS && n; n--)
		put_text(permissions[next_byte() % 6]);
}

static void step(struct server *server)
{
	uint8_t what = next_byte();
	struct connection *client = &clients[what % NR_CLIENTS];
	struct xsd_sockmsg header = {.type = types[next_byte() & 15], .tx_id = next_byte() & 3};

	request_at = 0;
	request_len = sizeof(header);
	is_blocked = what & 64;
	build_payload(header.type);
	header.len = (uint32_t)(request_len - sizeof(header));
	memcpy(request, &header, sizeof(header));
	server_mark_ready(client);
	server_turn(server);
	if (what & 128)
		connection_flush(client);
}

static void start(struct server *server)
{
	for (unsigned int i = 0; i < NR_CLIENTS; i++) {
		uint16_t domid = i == 2 ? 3 : 0;
		struct account *account = account_get(&server->store.accounts, domid);

		memset(&clients[i], 0, sizeof(clients[i]));
		clients[i].subject = (struct subject){
			.domid = domid, .target = DOMAIN_NONE, .privileged = !domid};
		connection_init(&clients[i], server, &transport, account);
		account_put(account);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct server server;
	struct node *child;

	at = data;
	end = data + size;
	if (server_init(&server))
		abort();
	server.hypervisor = fake_hypervisor();
	start(&server);
	while (at < end)
		step(&server);
	if (store_check(&server.store))
		abort();
	for (unsigned int i = 0; i < NR_CLIENTS; i++)
		connection_fini(&clients[i]);
	while ((child = TAILQ_FIRST(&server.store.root->children)))
		store_remove(&server.store, child);
	if (account_find(&server.store.accounts, permissions_owner(server.store.root->permissions))
		    ->memory_bytes != node_bytes(server.store.root))
		abort();
	server_fini(&server);
	fake_reset();
	return 0;
}
