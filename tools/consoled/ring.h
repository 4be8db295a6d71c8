/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest's console ring: the page of xen/io/console.h, of which the guest can write every byte at
 * any time. Our two indices are kept here and only ever copied into the page; the guest's two are
 * read once a call. A ring whose indices cannot be (more text or more input than fits) is broken
 * for good.
 */
#ifndef CONSOLED_RING_H
#define CONSOLED_RING_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <xen/io/console.h>

#define RING_OUT_BYTES sizeof(((struct xencons_interface *)0)->out)

struct ring {
	struct xencons_interface *page;
	uint32_t out_cons, in_prod; /* ours */
};

/* Takes up where the page says that its last reader stopped. */
void ring_attach(struct ring *ring, struct xencons_interface *page);
/* Copies up to room bytes of text that were not advanced over; how many, -1 when the ring is broken. */
ssize_t ring_read(const struct ring *ring, char *to, size_t room);
/* Gives back the room of so many bytes, which ring_read() has given. */
void ring_advance(struct ring *ring, size_t bytes);
/* Puts input in; how many bytes found room, -1 when the ring is broken. */
ssize_t ring_write(struct ring *ring, const char *from, size_t bytes);

#endif
