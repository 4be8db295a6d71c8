/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes to and from a shared ring, with barriers and checked indices. */
#include <errno.h>
#include <string.h>

#include "xenstored/ring.h"

#define SIZE ((uint32_t)XENSTORE_RING_SIZE)

static uint32_t ring_load(const uint32_t *field)
{
	return __atomic_load_n(field, __ATOMIC_SEQ_CST);
}

static void ring_store(uint32_t *field, uint32_t value)
{
	__atomic_store_n(field, value, __ATOMIC_SEQ_CST);
}

ssize_t ring_peek(struct xenstore_domain_interface *ring, void *bytes, size_t len, uint32_t *behind)
{
	uint32_t consumer = ring_load(&ring->req_cons);
	uint32_t there = ring_load(&ring->req_prod) - consumer;
	uint32_t at = consumer & (SIZE - 1);
	size_t first;

	if (there > SIZE)
		return -EIO;
	if (len > there)
		len = there;
	if (!len)
		return 0;
	first = len < SIZE - at ? len : SIZE - at;
	memcpy(bytes, ring->req + at, first);
	memcpy((char *)bytes + first, ring->req, len - first);
	*behind = consumer + (uint32_t)len;
	return (ssize_t)len;
}

void ring_consume(struct xenstore_domain_interface *ring, uint32_t consumer)
{
	ring_store(&ring->req_cons, consumer);
}

uint32_t ring_consumer(struct xenstore_domain_interface *ring)
{
	return ring_load(&ring->req_cons);
}

uint32_t ring_producer(struct xenstore_domain_interface *ring)
{
	return ring_load(&ring->rsp_prod);
}

ssize_t ring_room(struct xenstore_domain_interface *ring)
{
	uint32_t there = ring_load(&ring->rsp_prod) - ring_load(&ring->rsp_cons);

	return there > SIZE ? -EIO : (ssize_t)(SIZE - there);
}

ssize_t ring_send(struct xenstore_domain_interface *ring, const void *bytes, size_t len)
{
	uint32_t producer = ring_load(&ring->rsp_prod);
	uint32_t there = producer - ring_load(&ring->rsp_cons);
	uint32_t at = producer & (SIZE - 1);
	size_t first;

	if (there > SIZE)
		return -EIO;
	if (len > SIZE - there)
		len = SIZE - there;
	if (!len)
		return 0;
	first = len < SIZE - at ? len : SIZE - at;
	memcpy(ring->rsp + at, bytes, first);
	memcpy(ring->rsp, (const char *)bytes + first, len - first);
	ring_store(&ring->rsp_prod, producer + (uint32_t)len);
	return (ssize_t)len;
}

bool ring_wants_reconnect(struct xenstore_domain_interface *ring)
{
	return ring_load(&ring->connection) == XENSTORE_RECONNECT;
}

void ring_reconnect(struct xenstore_domain_interface *ring)
{
	ring_store(&ring->req_cons, 0);
	ring_store(&ring->req_prod, 0);
	ring_store(&ring->rsp_cons, 0);
	ring_store(&ring->rsp_prod, 0);
	ring_store(&ring->error, XENSTORE_ERROR_NONE);
	ring_store(&ring->connection, XENSTORE_CONNECTED);
}

void ring_set_features(struct xenstore_domain_interface *ring, uint32_t features)
{
	ring_store(&ring->server_features, features);
}

void ring_set_error(struct xenstore_domain_interface *ring, uint32_t error)
{
	ring_store(&ring->error, error);
}
