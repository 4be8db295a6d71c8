/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A live update's state with any content: taken over or refused, and the server can be ended. The
 * lengths of records are rounded so that the fuzzer gets into them.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fake_hypervisor.h"
#include "xenstored/domain.h"
#include "xenstored/request.h"
#include "xenstored/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ssize_t give(struct connection *connection, void *bytes, size_t len)
{
	(void)connection;
	(void)bytes;
	(void)len;
	return 0;
}

static ssize_t take(struct connection *connection, const void *bytes, size_t len)
{
	(void)connection;
	(void)bytes;
	return (ssize_t)len;
}

static void cut(struct connection *connection, uint32_t error)
{
	(void)connection;
	(void)error;
}

static const struct transport transport = {
	.receive = give, .send = take, .cut = cut, .name = "fuzz"};

static struct connection *adopt_socket(struct server *server, int fd)
{
	struct connection *connection = calloc(1, sizeof(*connection));
	struct account *account = account_get(&server->store.accounts, 0);

	(void)fd;
	connection->subject =
		(struct subject){.domid = 0, .target = DOMAIN_NONE, .privileged = true};
	connection_init(connection, server, &transport, account);
	account_put(account);
	return connection;
}

static struct connection *adopt_domain(struct server *server, const struct state_domain *saved)
{
	(void)server;
	(void)saved;
	return NULL;
}

static int adopt_global(struct server *server, const struct state_global *saved)
{
	(void)server;
	(void)saved;
	return 0;
}

static int get_fd(const struct connection *connection)
{
	(void)connection;
	return 1;
}

static const struct state_hooks hooks = {.adopt_socket = adopt_socket,
					 .adopt_domain = adopt_domain,
					 .adopt_global = adopt_global,
					 .socket_fd = get_fd};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = malloc(size + 8);
	struct connection *connection;
	struct server server;

	memcpy(bytes, STATE_MAGIC, 8);
	memcpy(bytes + 8, data, size);
	if (server_init(&server))
		abort();
	server.hypervisor = fake_hypervisor();
	if (!state_restore(&server, &hooks, bytes, size + 8))
		server_turn(&server);
	while ((connection = TAILQ_FIRST(&server.connections))) {
		connection_fini(connection);
		free(connection);
	}
	domain_release_all(&server);
	server_fini(&server);
	free(bytes);
	return 0;
}
