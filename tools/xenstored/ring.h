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

/* Takes up to len bytes of the guest's; 0 if there is none, -EIO for impossible indices. */
ssize_t ring_receive(struct xenstore_domain_interface *ring, void *bytes, size_t len);

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
