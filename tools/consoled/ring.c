/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading and writing a page that its other user may change at any moment.
 */
#include "consoled/ring.h"

#include <stdatomic.h>

#define IN_BYTES sizeof(((struct xencons_interface *)0)->in)

static uint32_t ring_index_load(const XENCONS_RING_IDX *index)
{
	return __atomic_load_n(index, __ATOMIC_ACQUIRE);
}

static void ring_index_store(XENCONS_RING_IDX *index, uint32_t value)
{
	__atomic_store_n(index, value, __ATOMIC_RELEASE);
}

void ring_attach(struct ring *ring, struct xencons_interface *page)
{
	ring->page = page;
	ring->out_cons = ring_index_load(&page->out_cons);
	ring->in_prod = ring_index_load(&page->in_prod);
}

ssize_t ring_read(const struct ring *ring, char *to, size_t room)
{
	const volatile char *out = ring->page->out;
	uint32_t there = ring_index_load(&ring->page->out_prod) - ring->out_cons;

	if (there > RING_OUT_BYTES)
		return -1;
	if (there > room)
		there = room;
	for (uint32_t i = 0; i < there; i++)
		to[i] = out[(ring->out_cons + i) % RING_OUT_BYTES];
	return there;
}

void ring_advance(struct ring *ring, size_t bytes)
{
	ring->out_cons += bytes;
	/* The guest's next look at the index comes behind this: it either sees room or notifies. */
	ring_index_store(&ring->page->out_cons, ring->out_cons);
	atomic_thread_fence(memory_order_seq_cst);
}

ssize_t ring_write(struct ring *ring, const char *from, size_t bytes)
{
	volatile char *in = ring->page->in;
	uint32_t waiting = ring->in_prod - ring_index_load(&ring->page->in_cons);

	if (waiting > IN_BYTES)
		return -1;
	if (bytes > IN_BYTES - waiting)
		bytes = IN_BYTES - waiting;
	for (size_t i = 0; i < bytes; i++)
		in[(ring->in_prod + i) % IN_BYTES] = from[i];
	ring->in_prod += bytes;
	ring_index_store(&ring->page->in_prod, ring->in_prod);
	atomic_thread_fence(memory_order_seq_cst);
	return bytes;
}
