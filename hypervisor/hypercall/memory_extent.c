/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Extents over 2 MiB of the hardware and control domains: given and taken in
 * pieces, between which the call may be continued. What is under way hangs on
 * the vcpu. A guest that doesn't come back for the rest has begun nothing: its
 * next reservation takes the frames back first, as the domain's end does.
 */
#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/heap.h"
#include "hv/hypercall.h"
#include "hv/printk.h"
#include "memory_op.h"

#define PIECE_ORDER ORDER_2M
#define PIECE_PAGES (1u << PIECE_ORDER)

struct large_extent {
	struct domain *d;  /* referenced */
	struct page *page; /* the block that is given; NULL: frames are taken */
	uint64_t list, index;
	uint64_t first; /* given: the guest's number of the first frame; taken: the first frame */
	uint32_t operation, order;
	uint32_t nr_done; /* frames that were given or taken */
	uint32_t nr_kept; /* undone: frames not back in the heap yet */
	bool is_undone;
};

static bool extent_is_of(const struct large_extent *extent, const struct reservation *call,
			 uint64_t index)
{
	return extent->d == call->d && extent->operation == call->operation &&
	       extent->order == call->r.extent_order && extent->list == call->r.extent_start &&
	       extent->index == index;
}

static void extent_end(struct vcpu *v)
{
	domain_put(v->large_extent->d);
	object_free(v->large_extent);
	v->large_extent = NULL;
}

static int block_alloc(const struct reservation *call, struct page **out)
{
	const struct domain *d = call->d;

	*out = NULL;
	if (domain_is_dying(d) || d->tot_pages + (1UL << call->r.extent_order) > d->max_pages)
		return -ENOMEM;
	*out = heap_alloc_claimed(call->r.extent_order, call->heap_flags,
				  READ_ONCE(d->outstanding_pages));
	if (*out)
		return 0;
	return memory_is_worth_wiping(call) && heap_scrub_step() ? -ERESTART : -ENOMEM;
}

static int extent_begin(struct vcpu *v, const struct reservation *call, uint64_t index)
{
	struct large_extent *extent;
	struct page *page = NULL;
	uint64_t first = 0;
	int rc = 0;

	if (call->r.mem_flags & XENMEMF_populate_on_demand &&
	    call->operation == XENMEM_populate_physmap)
		return -EOPNOTSUPP;
	/* Without a list the caller of increase_reservation only wants the count. */
	if (call->operation != XENMEM_increase_reservation)
		rc = guest_copy_from_index(&first, call->r.extent_start, index, sizeof(first));
	if (rc == 0 && call->operation != XENMEM_decrease_reservation)
		rc = block_alloc(call, &page);
	if (rc)
		return rc;
	extent = object_alloc(sizeof(*extent));
	if (!extent) {
		if (page)
			heap_free_unowned(page, call->r.extent_order);
		return -ENOMEM;
	}
	*extent = (struct large_extent){
		.d = call->d,
		.page = page,
		.list = call->r.extent_start,
		.index = index,
		.first = first,
		.operation = call->operation,
		.order = call->r.extent_order,
		.nr_kept = 1u << call->r.extent_order,
	};
	BUG_ON(!domain_get(call->d));
	v->large_extent = extent;
	return 0;
}

/* Forwards through all frames of the extent, by pieces. */
static int piece_give(struct large_extent *extent)
{
	struct page *page = extent->page + extent->nr_done;
	int rc = heap_assign_pages(extent->d, page, PIECE_ORDER, 0);

	if (rc || extent->operation != XENMEM_populate_physmap)
		return rc;
	for (uint32_t i = 0; i < PIECE_PAGES; i++)
		memory_frame_number(extent->d, &page[i], extent->first + extent->nr_done + i);
	return 0;
}

static int piece_take(struct large_extent *extent)
{
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < PIECE_PAGES; i++)
		rc = memory_frame_release(extent->d, extent->first + extent->nr_done + i);
	return rc;
}

static int extent_run(struct large_extent *extent)
{
	while (extent->nr_done < 1u << extent->order) {
		int rc = extent->page ? piece_give(extent) : piece_take(extent);

		if (rc)
			return rc;
		extent->nr_done += PIECE_PAGES;
		if (hypercall_is_preempt_due())
			return -ERESTART;
	}
	return 0;
}

/* Backwards. What other vcpus of the domain did to its frames meanwhile is theirs. */
static void piece_undo(struct large_extent *extent)
{
	struct page *page;

	extent->nr_kept -= PIECE_PAGES;
	page = extent->page + extent->nr_kept;
	if (extent->nr_kept >= extent->nr_done) {
		heap_free_unowned(page, PIECE_ORDER);
		return;
	}
	for (uint32_t i = 0; i < PIECE_PAGES; i++)
		(void)memory_frame_release(extent->d, page_to_mfn(&page[i]).n);
}

static int extent_undo(struct vcpu *v)
{
	struct large_extent *extent = v->large_extent;

	extent->is_undone = true;
	while (extent->page && extent->nr_kept) {
		piece_undo(extent);
		if (extent->nr_kept && hypercall_is_preempt_due())
			return -ERESTART;
	}
	extent_end(v);
	return 0;
}

int memory_settle_large_extent(const struct reservation *call, uint64_t index)
{
	struct vcpu *v = current_vcpu();
	bool is_this;

	if (likely(!v->large_extent))
		return 0;
	is_this = extent_is_of(v->large_extent, call, index);
	if (is_this && !v->large_extent->is_undone)
		return 0;
	if (extent_undo(v))
		return -ERESTART;
	return is_this ? -ENOMEM : 0;
}

static int extent_report(const struct large_extent *extent)
{
	uint64_t frame = page_to_mfn(extent->page).n;

	return extent->list
		       ? guest_copy_to_index(extent->list, extent->index, &frame, sizeof(frame))
		       : 0;
}

int memory_step_large_extent(const struct reservation *call, uint64_t index)
{
	struct vcpu *v = current_vcpu();
	int rc = v->large_extent ? 0 : extent_begin(v, call, index);

	if (rc)
		return rc;
	rc = extent_run(v->large_extent);
	if (rc == 0 && v->large_extent->page)
		rc = extent_report(v->large_extent);
	if (rc == -ERESTART)
		return rc;
	if (rc)
		return extent_undo(v) ? -ERESTART : rc;
	extent_end(v);
	return 0;
}

static int memory_settle_vcpu(struct vcpu *v)
{
	if (v->large_extent && extent_undo(v))
		return -ERESTART;
	return memory_settle_exchange(v);
}

/* What hangs on its vcpus keeps references to domains, its own among them. */
static int memory_relinquish(struct domain *d)
{
	struct vcpu *v;

	for_each_vcpu(d, v) if (memory_settle_vcpu(v)) return -ERESTART;
	return 0;
}

static const struct domain_module memory_module = {
	.name = "memory",
	.relinquish = memory_relinquish,
};
DOMAIN_MODULE(50, memory_module);
