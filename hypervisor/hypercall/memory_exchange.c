/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XENMEM_exchange: a PV guest swaps frames for others of another order or
 * address width. It goes by chunks of the larger order. A chunk's frames are
 * stolen (only those that nothing maps), its new blocks allocated, and then
 * both change hands, or neither. The guest's struct keeps the progress.
 */
#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/heap.h"
#include "hv/hypercall.h"
#include "memory_op.h"

#define MAX_ORDER 12

struct exchange {
	struct xen_memory_exchange args;
	struct domain *d;
	uint32_t heap_flags;
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

static void chunk_undo(struct exchange *x)
{
	struct page *page;

	while ((page = list_take(&x->stolen)))
		heap_return_page(x->d, page);
	while ((page = list_take(&x->blocks))) {
		m2p_set(page_to_mfn(page), INVALID_FRAME);
		heap_free_unowned(page, x->args.out.extent_order);
	}
}

static int extent_steal(struct exchange *x, uint64_t index)
{
	uint64_t first;
	int rc = guest_copy_from_index(&first, x->args.in.extent_start, index, sizeof(first));

	for (uint64_t i = 0; rc == 0 && i < 1UL << x->args.in.extent_order; i++) {
		mfn_t mfn = mfn_from(first + i);

		if (!mfn_is_valid(mfn) || !heap_steal_page(x->d, mfn_to_page(mfn)))
			rc = -EINVAL;
		else
			page_list_add_tail(&x->stolen, mfn_to_page(mfn));
	}
	return rc;
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

/* Can't fail any more; -EFAULT only says that the guest wasn't told all of its frames. */
static int chunk_commit(struct exchange *x, uint64_t first_out)
{
	struct page *page;
	int rc = 0;

	while ((page = list_take(&x->stolen)))
		heap_free_stolen_page(page);
	for (uint64_t i = first_out; (page = list_take(&x->blocks)); i++) {
		uint64_t frame = page_to_mfn(page).n;

		block_give(x, page);
		if (guest_copy_to_index(x->args.out.extent_start, i, &frame, sizeof(frame)))
			rc = -EFAULT;
	}
	return rc;
}

/* 0 or -EFAULT: done; any other error: nothing was. */
static int exchange_chunk(struct exchange *x, uint64_t chunk, bool *done)
{
	uint64_t first_in = chunk << x->in_order, first_out = chunk << x->out_order;
	int rc = 0;

	page_list_init(&x->stolen);
	page_list_init(&x->blocks);
	for (uint64_t i = 0; rc == 0 && i < 1UL << x->in_order; i++)
		rc = extent_steal(x, first_in + i);
	for (uint64_t i = 0; rc == 0 && i < 1UL << x->out_order; i++)
		rc = block_alloc(x, first_out + i);
	*done = rc == 0;
	if (*done)
		return chunk_commit(x, first_out);
	chunk_undo(x);
	return rc;
}

static int exchange_run(struct exchange *x)
{
	uint64_t nr_chunks = x->args.in.nr_extents >> x->in_order;
	uint64_t chunk = x->args.nr_exchanged >> x->in_order;
	int rc = 0;

	while (rc == 0 && chunk < nr_chunks) {
		bool done;

		rc = exchange_chunk(x, chunk, &done);
		if (done)
			chunk++;
		if (rc == 0 && chunk < nr_chunks && hypercall_is_preempt_due())
			rc = -ERESTART;
	}
	x->args.nr_exchanged = chunk << x->in_order;
	return rc;
}

int64_t memory_exchange(const struct memory_call *call)
{
	const uint64_t progress = call->argument +
				  offsetof(struct xen_memory_exchange, nr_exchanged);
	struct exchange x;
	int rc;

	if (guest_copy_from(&x.args, call->argument, sizeof(x.args)))
		return -EFAULT;
	rc = exchange_check(&x);
	if (rc)
		return rc;
	rc = memory_get_target(x.args.in.domid, &x.d);
	if (rc)
		return rc;
	rc = exchange_run(&x);
	domain_put(x.d);
	if (guest_copy_to(progress, &x.args.nr_exchanged, sizeof(x.args.nr_exchanged)))
		return -EFAULT;
	return rc == -ERESTART ? memory_continue(call, 0) : rc;
}
