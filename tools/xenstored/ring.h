/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page that a guest's kernel shares with us: bytes in, bytes out.
 *
 * The guest may write anything into it at any time. Each index is read once into a local copy and
 * checked; nothing in the page is trusted twice.
 */
#ifndef XENSTORED_RING_H
#define XENSTORED_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <xen/io/xs_wire.h>

/* Reconnection, the error field, and depths of watches (bit 2, xenstore-ring.txt). */
#define RING_FEATURES (XENSTORE_SERVER_FEATURE_RECONNECTION | XENSTORE_SERVER_FEATURE_ERROR | 4U)

/* Copies up to len bytes of the guest's, which stay in the ring, and tells the index behind them; 0
 * if there is none, -EIO for impossible indices. */
ssize_t ring_peek(struct xenstore_domain_interface *ring, void *bytes, size_t len,
		  uint32_t *behind);

/* The bytes before this index are taken. */
void ring_consume(struct xenstore_domain_interface *ring, uint32_t consumer);

/* The index of the next byte to take, and of the next one to give. */
uint32_t ring_consumer(struct xenstore_domain_interface *ring);
uint32_t ring_producer(struct xenstore_domain_interface *ring);

/* How many bytes can be given now; -EIO for impossible indices. */
ssize_t ring_room(struct xenstore_domain_interface *ring);

/* Gives the guest up to len bytes; 0 if there is no room, -EIO for impossible indices. */
ssize_t ring_send(struct xenstore_domain_interface *ring, const void *bytes, size_t len);

/* Does the guest ask for a new start? */
bool ring_wants_reconnect(struct xenstore_domain_interface *ring);

/* Empties both queues and says that the ring is connected. */
void ring_reconnect(struct xenstore_domain_interface *ring);

/* Says what we can. */
void ring_set_features(struct xenstore_domain_interface *ring, uint32_t features);

/* Says why we stopped; XENSTORE_ERROR_NONE that we did not. */
void ring_set_error(struct xenstore_domain_interface *ring, uint32_t error);

#endif
