/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XENMEM_exchange: a PV guest swaps frames for others of another order or
 * address width. It goes by chunks of the larger order. A chunk's frames are
 * stolen (only those that nothing maps), its new blocks allocated, and then
 * both change hands, or neither. The guest's struct counts the chunks; what a
 * pre-empted one has got to hangs on the vcpu, and is brought to an end by its
 * next exchange or by the domain's end if the guest doesn't come back.
 */
#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/heap.h"
#include "hv/hypercall.h"
#include "hv/string.h"
#include "memory_op.h"

#define MAX_ORDER 12
/* Between two looks whether to stop for now. */
#define PIECE_PAGES 256

enum exchange_phase { CHUNK_STEAL, CHUNK_ALLOC, CHUNK_FREE, CHUNK_GIVE, CHUNK_UNDO, CHUNK_OVER };

struct exchange {
	struct xen_memory_exchange args;
	struct domain *d; /* referenced */
	uint32_t heap_flags;
	enum exchange_phase phase;
	uint64_t position; /* frames stolen, or blocks allocated, or blocks given */
	int rc;		   /* of the chunk */
	bool is_orphan; /* its domain ends: current is who ends it, and its addresses are another's */
	unsigned int in_order, out_order; /* extents of each list in a chunk, as powers of two */
	struct page_list stolen;	  /* single frames, owner-less, still charged */
	struct page_list blocks; /* heads of new blocks; the guest's number stands in the M2P */
};

static bool list_is_permitted(const struct xen_memory_reservation *r)
{
	uint64_t bytes;

	return !__builtin_mul_overflow(r->nr_extents, sizeof(uint64_t), &bytes) &&
	       guest_range_is_permitted(r->extent_start, bytes);
}

/* In pages; false when it doesn't fit. */
static bool reservation_pages(const struct xen_memory_reservation *r, uint64_t *nr_pages)
{
	*nr_pages = r->nr_extents << r->extent_order;
	return *nr_pages >> r->extent_order == r->nr_extents;
}

static int exchange_check(struct exchange *x)
{
	const struct xen_memory_reservation *in = &x->args.in, *out = &x->args.out;
	unsigned int max_order = MIN(memory_max_order(), MAX_ORDER);
	uint64_t in_pages, out_pages;

	if (in->extent_order > max_order || out->extent_order > max_order)
		return -EPERM;
	if (x->args.nr_exchanged > in->nr_extents || in->domid != out->domid ||
	    !reservation_pages(in, &in_pages) || !reservation_pages(out, &out_pages) ||
	    in_pages != out_pages || !memory_flags_read(out->mem_flags, &x->heap_flags))
		return -EINVAL;
	if (!list_is_permitted(in) || !list_is_permitted(out))
		return -EFAULT;
	x->in_order = out->extent_order > in->extent_order ? out->extent_order - in->extent_order
							   : 0;
	x->out_order = in->extent_order > out->extent_order ? in->extent_order - out->extent_order
							    : 0;
	return 0;
}

static struct page *list_take(struct page_list *list)
{
	struct page *page = page_list_first(list);

	if (page)
		page_list_remove(list, page);
	return page;
}

static uint64_t chunk_pages(const struct exchange *x)
{
	return 1UL << MAX(x->args.in.extent_order, x->args.out.extent_order);
}

static uint64_t chunk_first_out(const struct exchange *x)
{
	return x->args.nr_exchanged >> x->in_order << x->out_order;
}

static void phase_begin(struct exchange *x, enum exchange_phase phase)
{
	x->phase = phase;
	x->position = 0;
}

static void chunk_fail(struct exchange *x, int rc)
{
	x->rc = rc;
	phase_begin(x, CHUNK_UNDO);
}

static void chunk_undo(struct exchange *x)
{
	struct page *page;

	for (unsigned int i = 0; i < PIECE_PAGES && (page = list_take(&x->stolen)); i++)
		heap_return_page(x->d, page);
	if (page_list_first(&x->stolen))
		return;
	page = list_take(&x->blocks);
	if (page) {
		m2p_set(page_to_mfn(page), INVALID_FRAME);
		heap_free_unowned(page, x->args.out.extent_order);
	} else {
		phase_begin(x, CHUNK_OVER);
	}
}

static int frame_steal(struct exchange *x, uint64_t position)
{
	unsigned int order = x->args.in.extent_order;
	uint64_t first;
	int rc = guest_copy_from_index(&first, x->args.in.extent_start,
				       x->args.nr_exchanged + (position >> order), sizeof(first));
	mfn_t mfn = mfn_from(first + (position & ((1UL << order) - 1)));

	if (rc)
		return rc;
	if (!mfn_is_valid(mfn) || !heap_steal_page(x->d, mfn_to_page(mfn)))
		return -EINVAL;
	page_list_add_tail(&x->stolen, mfn_to_page(mfn));
	return 0;
}

static void chunk_steal(struct exchange *x)
{
	uint64_t end = MIN(x->position + PIECE_PAGES, chunk_pages(x));

	while (x->position < end) {
		int rc = frame_steal(x, x->position);

		if (rc) {
			chunk_fail(x, rc);
			return;
		}
		x->position++;
	}
	if (end == chunk_pages(x))
		phase_begin(x, CHUNK_ALLOC);
}

static int block_alloc(struct exchange *x, uint64_t index)
{
	unsigned int order = x->args.out.extent_order;
	struct page *page;
	uint64_t gfn;
	int rc = guest_copy_from_index(&gfn, x->args.out.extent_start, index, sizeof(gfn));

	if (rc)
		return rc;
	page = heap_alloc_unowned(order, x->heap_flags);
	if (!page)
		return order > HEAP_WIPE_ORDER && heap_scrub_step() ? -ERESTART : -ENOMEM;
	/* While the count is 0 nobody else sets it. The type word won't do for this: who tries to lock a page table looks at any frame's. */
	m2p_set(page_to_mfn(page), gfn);
	page_list_add_tail(&x->blocks, page);
	return 0;
}

static void block_give(struct exchange *x, struct page *page)
{
	unsigned int order = x->args.out.extent_order;
	uint64_t gfn = m2p_get(page_to_mfn(page));

	for (uint64_t i = 0; i < 1UL << order; i++)
		m2p_set(page_to_mfn(&page[i]), gfn + i);
	if (heap_assign_pages(x->d, page, order, HEAP_FLAG_CHARGED) == 0)
		return;
	/* It began to die. */
	for (uint64_t i = 0; i < 1UL << order; i++)
		m2p_set(page_to_mfn(&page[i]), INVALID_FRAME);
	heap_free_unowned(page, order);
	heap_uncharge(x->d, 1UL << order);
}

static void chunk_alloc(struct exchange *x)
{
	int rc = block_alloc(x, chunk_first_out(x) + x->position);

	if (rc == -ERESTART)
		return;
	if (rc)
		chunk_fail(x, rc);
	else if (++x->position == 1UL << x->out_order)
		phase_begin(x, CHUNK_FREE);
}

/* From here on it can't fail any more. */
static void chunk_free(struct exchange *x)
{
	struct page *page;

	for (unsigned int i = 0; i < PIECE_PAGES && (page = list_take(&x->stolen)); i++)
		heap_free_stolen_page(page);
	if (!page_list_first(&x->stolen))
		phase_begin(x, CHUNK_GIVE);
}

/* -EFAULT only says that the guest wasn't told all of its frames. */
static void chunk_give(struct exchange *x)
{
	struct page *page = list_take(&x->blocks);
	uint64_t frame = page_to_mfn(page).n;

	block_give(x, page);
	if (!x->is_orphan &&
	    guest_copy_to_index(x->args.out.extent_start, chunk_first_out(x) + x->position, &frame,
				sizeof(frame)))
		x->rc = -EFAULT;
	if (++x->position < 1UL << x->out_order)
		return;
	x->args.nr_exchanged += 1UL << x->in_order;
	phase_begin(x, CHUNK_OVER);
}

/* 0: the chunk is over, x->rc says how. */
static int chunk_run(struct exchange *x)
{
	static void (*const phases[CHUNK_OVER])(struct exchange * x) = {
		[CHUNK_STEAL] = chunk_steal, [CHUNK_ALLOC] = chunk_alloc, [CHUNK_FREE] = chunk_free,
		[CHUNK_GIVE] = chunk_give,   [CHUNK_UNDO] = chunk_undo,
	};

	while (x->phase != CHUNK_OVER) {
		phases[x->phase](x);
		if (x->phase != CHUNK_OVER && hypercall_is_preempt_due())
			return -ERESTART;
	}
	return 0;
}

static int exchange_run(struct exchange *x)
{
	uint64_t end = x->args.in.nr_extents >> x->in_order << x->in_order;

	while (x->args.nr_exchanged < end) {
		if (x->phase == CHUNK_OVER)
			phase_begin(x, CHUNK_STEAL);
		if (chunk_run(x))
			return -ERESTART;
		if (x->rc)
			return x->rc;
		if (x->args.nr_exchanged < end && hypercall_is_preempt_due())
			return -ERESTART;
	}
	return 0;
}

static void exchange_end(struct vcpu *v)
{
	domain_put(v->exchange->d);
	object_free(v->exchange);
	v->exchange = NULL;
}

int memory_settle_exchange(struct vcpu *v)
{
	struct exchange *x = v->exchange;

	if (!x)
		return 0;
	x->is_orphan = v != current_vcpu();
	if (x->phase == CHUNK_STEAL || x->phase == CHUNK_ALLOC)
		phase_begin(x, CHUNK_UNDO);
	if (chunk_run(x))
		return -ERESTART;
	exchange_end(v);
	return 0;
}

static int exchange_begin(struct vcpu *v, const struct exchange *wanted)
{
	struct exchange *x = object_alloc(sizeof(*x));
	int rc;

	if (!x)
		return -ENOMEM;
	*x = *wanted;
	rc = exchange_check(x);
	if (rc == 0)
		rc = memory_get_target(x->args.in.domid, &x->d);
	if (rc) {
		object_free(x);
		return rc;
	}
	/* Counted by whole chunks. */
	x->args.nr_exchanged = x->args.nr_exchanged >> x->in_order << x->in_order;
	page_list_init(&x->stolen);
	page_list_init(&x->blocks);
	v->exchange = x;
	return 0;
}

/* The one under way if that is it, or else a new one. */
static int exchange_open(struct vcpu *v, const struct exchange *wanted)
{
	if (v->exchange && memcmp(&v->exchange->args, &wanted->args, sizeof(wanted->args)) == 0)
		return 0;
	return memory_settle_exchange(v) ? -ERESTART : exchange_begin(v, wanted);
}

int64_t memory_exchange(const struct memory_call *call)
{
	const uint64_t progress = call->argument +
				  offsetof(struct xen_memory_exchange, nr_exchanged);
	struct exchange wanted = {.phase = CHUNK_OVER};
	struct vcpu *v = current_vcpu();
	int rc;

	if (guest_copy_from(&wanted.args, call->argument, sizeof(wanted.args)))
		return -EFAULT;
	rc = exchange_open(v, &wanted);
	if (rc)
		return rc == -ERESTART ? memory_continue(call, 0) : rc;
	rc = exchange_run(v->exchange);
	wanted.args.nr_exchanged = v->exchange->args.nr_exchanged;
	if (rc != -ERESTART)
		exchange_end(v);
	if (guest_copy_to(progress, &wanted.args.nr_exchanged, sizeof(wanted.args.nr_exchanged)))
		return -EFAULT;
	return rc == -ERESTART ? memory_continue(call, 0) : rc;
}
