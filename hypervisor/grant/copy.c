/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copies between frames, each current's own or granted to it. Both sides are
 * pinned and referenced while the call lasts at most. A transitive entry
 * (version 2) lends what a third domain granted its owner; that must be a
 * frame, so chains and loops end there.
 */
#include "grant_internal.h"

#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/continuation.h"
#include "hv/string.h"

/* One side of a copy, kept for the next one of the call when that names the same frame or entry. */
struct copy_side {
	struct domain *owner; /* of the frame; referenced unless it's current's own */
	struct page *page;    /* NULL: nothing is taken */
	uint64_t name;	      /* what it was taken by: a frame, or a reference of domid's */
	domid_t domid;
	bool is_ref;
	bool is_writable;
	uint16_t start, length; /* what of the frame may be copied */
	/* By a transitive entry: whose frame it is, referenced, and that domain's own entry; else NULL. */
	struct domain *lender;
	uint32_t lender_ref;
};

static always_inline uint64_t side_pins(const struct copy_side *side)
{
	return side->is_writable ? PIN_HOST_WRITE : PIN_HOST_READ;
}

/* Current's own domain needs no reference. */
static struct domain *owner_get(domid_t id)
{
	struct domain *self = current_vcpu()->domain;

	return id == DOMID_SELF || id == self->id ? self : domain_get_by_id(id);
}

static void owner_put(struct domain *owner)
{
	if (owner != current_vcpu()->domain)
		domain_put(owner);
}

static void lender_release(struct copy_side *side)
{
	entry_unpin(side->lender, side->lender_ref, side_pins(side));
	domain_put(side->lender);
	side->lender = NULL;
}

static void side_release(struct copy_side *side)
{
	if (!side->page)
		return;
	frame_drop(side->page, side->is_writable);
	if (unlikely(side->lender))
		lender_release(side);
	if (side->is_ref)
		entry_unpin(side->owner, (uint32_t)side->name, side_pins(side));
	owner_put(side->owner);
	side->page = NULL;
}

/* Pins the entry behind a transitive one; *extent becomes that one's. */
static never_inline int16_t lender_take(struct copy_side *side, struct grant_extent *extent)
{
	struct domain *lender = domain_get_by_id((domid_t)(extent->mfn.n >> 32));
	int16_t status = GNTST_general_error;

	if (!lender)
		return status;
	side->lender_ref = (uint32_t)extent->mfn.n;
	if (lender->grant && !domain_is_dying(lender))
		status = entry_pin(lender, side->lender_ref, side->owner->id, side_pins(side), true,
				   extent);
	if (status != GNTST_okay) {
		domain_put(lender);
		return status;
	}
	side->lender = lender;
	if (!extent->is_transitive)
		return GNTST_okay;
	lender_release(side);
	return GNTST_general_error;
}

static int16_t ref_take(struct copy_side *side)
{
	struct domain *owner = side->owner;
	struct grant_extent extent;
	int16_t status;

	if (!owner->grant || domain_is_dying(owner))
		return GNTST_general_error;
	status = entry_pin(owner, (uint32_t)side->name, current_vcpu()->domain->id, side_pins(side),
			   true, &extent);
	if (status != GNTST_okay)
		return status;
	if (unlikely(extent.is_transitive)) {
		status = lender_take(side, &extent);
		owner = side->lender;
	}
	side->start = extent.start;
	side->length = extent.length;
	if (status == GNTST_okay)
		status = frame_take(owner, extent.mfn, side->is_writable, &side->page);
	if (unlikely(status != GNTST_okay)) {
		if (side->lender)
			lender_release(side);
		entry_unpin(side->owner, (uint32_t)side->name, side_pins(side));
	}
	return status;
}

static int16_t frame_of_own_take(struct copy_side *side)
{
	side->start = 0;
	side->length = PAGE_SIZE;
	return frame_take(side->owner, mfn_from(side->name), side->is_writable, &side->page);
}

static int16_t side_take(struct copy_side *side, const struct xen_gnttab_copy_ptr *pointer,
			 bool is_ref)
{
	uint64_t name = is_ref ? pointer->u.ref : pointer->u.gmfn;
	int16_t status;

	if (side->page && side->name == name && side->domid == pointer->domid &&
	    side->is_ref == is_ref)
		return GNTST_okay;
	side_release(side);
	side->name = name;
	side->domid = pointer->domid;
	side->is_ref = is_ref;
	if (!is_ref && pointer->domid != DOMID_SELF)
		return GNTST_permission_denied;
	side->owner = owner_get(pointer->domid);
	if (unlikely(!side->owner))
		return GNTST_bad_domain;
	status = is_ref ? ref_take(side) : frame_of_own_take(side);
	if (status != GNTST_okay) {
		side->page = NULL;
		owner_put(side->owner);
	}
	return status;
}

static void bytes_copy(const struct copy_side *source, const struct copy_side *dest,
		       const struct xen_gnttab_copy *op)
{
	const char *from = (const char *)page_to_virt(source->page) + op->source.offset;
	char *to = (char *)page_to_virt(dest->page) + op->dest.offset;

	if (likely(source->page != dest->page))
		memcpy(to, from, op->len);
	else
		memmove(to, from, op->len);
}

static bool side_holds(const struct copy_side *side, uint32_t offset, uint32_t bytes)
{
	return offset >= side->start && offset + bytes <= (uint32_t)side->start + side->length;
}

static int16_t ranges_check(const struct copy_side *source, const struct copy_side *dest,
			    const struct xen_gnttab_copy *op)
{
	if ((uint32_t)op->source.offset + op->len > PAGE_SIZE ||
	    (uint32_t)op->dest.offset + op->len > PAGE_SIZE)
		return GNTST_bad_copy_arg;
	if (!side_holds(source, op->source.offset, op->len) ||
	    !side_holds(dest, op->dest.offset, op->len))
		return GNTST_general_error;
	return GNTST_okay;
}

static int16_t copy_one(struct copy_side *source, struct copy_side *dest,
			const struct xen_gnttab_copy *op)
{
	int16_t status = side_take(source, &op->source, op->flags & GNTCOPY_source_gref);

	if (status == GNTST_okay)
		status = side_take(dest, &op->dest, op->flags & GNTCOPY_dest_gref);
	if (status == GNTST_okay)
		status = ranges_check(source, dest, op);
	if (status == GNTST_okay)
		bytes_copy(source, dest, op);
	return status;
}

static int64_t copy_elements(struct copy_side *source, struct copy_side *dest, uint64_t argument,
			     uint32_t count, uint32_t *nr_done)
{
	const size_t told = offsetof(struct xen_gnttab_copy, status);

	for (; *nr_done < count; argument += sizeof(struct xen_gnttab_copy)) {
		struct xen_gnttab_copy op;

		if (guest_copy_from_inline(&op, argument, sizeof(op)))
			return -EFAULT;
		op.status = copy_one(source, dest, &op);
		if (guest_copy_to_inline(argument + told, &op.status, sizeof(op) - told))
			return -EFAULT;
		if (++*nr_done < count && hypercall_is_preempt_due())
			return -ERESTART;
	}
	return 0;
}

int64_t grant_copy(uint64_t argument, uint32_t count, uint32_t *nr_done)
{
	struct copy_side source = {.is_writable = false}, dest = {.is_writable = true};
	int64_t result = copy_elements(&source, &dest, argument, count, nr_done);

	side_release(&dest);
	side_release(&source);
	return result;
}
