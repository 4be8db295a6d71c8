/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest that writes anything into its ring page at any time: bytes, indices, the connection's
 * state. Steps of the input: a byte of what to do, its arguments. Nothing but the guest may suffer:
 * the store stays whole, and its death leaves nothing behind.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fake_hypervisor.h"
#include "xenstored/domain.h"
#include "xenstored/request.h"

#define GUEST 3

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct steps {
	const uint8_t *at, *end;
};

static uint8_t next_byte(struct steps *steps)
{
	return steps->at < steps->end ? *steps->at++ : 0;
}

static uint32_t next_word(struct steps *steps)
{
	uint32_t word = 0;

	for (int i = 0; i < 4; i++)
		word = word << 8 | next_byte(steps);
	return word;
}

/* Bytes behind the producer, which moves along. */
static void step_write(struct steps *steps, struct xenstore_domain_interface *ring)
{
	unsigned int n = next_byte(steps);

	while (n--)
		ring->req[MASK_XENSTORE_IDX(ring->req_prod++)] = (char)next_byte(steps);
}

/* A header that makes sense, so that payloads are reached. */
static void step_header(struct steps *steps, struct xenstore_domain_interface *ring)
{
	struct xsd_sockmsg header = {.type = next_byte(steps) & 31,
				     .tx_id = next_byte(steps) & 3,
				     .len = next_byte(steps)};

	for (size_t i = 0; i < sizeof(header); i++)
		ring->req[MASK_XENSTORE_IDX(ring->req_prod++)] = ((char *)&header)[i];
}

static void step(struct steps *steps, struct server *server, struct xenstore_domain_interface *ring)
{
	uint32_t *const fields[] = {&ring->req_cons, &ring->req_prod,	&ring->rsp_cons,
				    &ring->rsp_prod, &ring->connection, &ring->error};

	switch (next_byte(steps) & 7) {
	case 0:
	case 1:
		step_write(steps, ring);
		break;
	case 2:
	case 3:
		step_header(steps, ring);
		break;
	case 4:
		*fields[next_byte(steps) % 6] = next_word(steps);
		break;
	case 5:
		ring->rsp_cons = ring->rsp_prod;
		break;
	case 6:
		ring->connection = XENSTORE_RECONNECT;
		break;
	default:
		break;
	}
	domain_handle_event(server, 100 + GUEST);
	server_turn(server);
}

static void give_home(struct server *server)
{
	struct permission owner = {.domid = GUEST, .access = ACCESS_NONE};
	struct permissions *permissions = permissions_intern(&server->store.permissions, &owner, 1);
	struct view view = {.store = &server->store};
	struct path path;
	struct seen seen;

	path_parse(&path, "/local/domain/3", 0, false);
	view_find(&view, &path, &seen);
	view_create(&view, &seen, DOMAIN_NONE, NULL);
	view_find(&view, &path, &seen);
	view_set_permissions(&view, &seen, permissions);
	permissions_put(permissions);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct steps steps = {.at = data, .end = data + size};
	struct server server;

	if (server_init(&server))
		abort();
	server.hypervisor = fake_hypervisor();
	fake_domain_create(GUEST);
	give_home(&server);
	if (domain_introduce(&server, GUEST, 5))
		abort();
	while (steps.at < steps.end)
		step(&steps, &server, fake_domains[GUEST].ring);
	if (store_check(&server.store))
		abort();
	fake_domains[GUEST].state.exists = false;
	domain_check_all(&server);
	if (server.store.nr_nodes > 3 || server.watches.nr_watches || store_check(&server.store))
		abort();
	domain_release_all(&server);
	server_fini(&server);
	fake_reset();
	return 0;
}
