/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copies between frames, each current's own or granted to it. Both sides are
 * pinned and referenced only while their bytes are copied. Transitive entries
 * (version 2) are refused like entries that grant nothing.
 */
#include "grant_internal.h"

#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/continuation.h"
#include "hv/string.h"

struct copy_side {
	struct domain *
		owner; /* of the frame; NULL: nothing was taken; referenced unless it's current's own */
	struct page *page;
	uint64_t pins; /* of the entry, 0: no entry */
	uint32_t ref;
	uint16_t start, length; /* what of the frame may be copied */
	bool is_writable;
};

static void side_release(struct copy_side *side)
{
	if (!side->owner)
		return;
	if (side->page)
		frame_drop(side->page, side->is_writable);
	if (side->pins)
		entry_unpin(side->owner, side->ref, side->pins);
	if (side->owner != current_vcpu()->domain)
		domain_put(side->owner);
}

static int16_t side_pin(struct copy_side *side, const struct xen_gnttab_copy_ptr *pointer,
			mfn_t *mfn)
{
	uint64_t pins = side->is_writable ? PIN_HOST_WRITE : PIN_HOST_READ;
	domid_t self = current_vcpu()->domain->id;
	struct grant_extent extent;
	int16_t status;

	if (!side->owner->grant || domain_is_dying(side->owner))
		return GNTST_general_error;
	status = entry_pin(side->owner, pointer->u.ref, self, pins, true, &extent);
	if (status != GNTST_okay)
		return status;
	side->pins = pins;
	side->ref = pointer->u.ref;
	side->start = extent.start;
	side->length = extent.length;
	*mfn = extent.mfn;
	return GNTST_okay;
}

/* Current's own domain needs no reference. */
static struct domain *owner_get(domid_t id)
{
	struct domain *self = current_vcpu()->domain;

	return id == DOMID_SELF || id == self->id ? self : domain_get_by_id(id);
}

/* What was taken stays in the side also on failure. */
static int16_t side_take(struct copy_side *side, const struct xen_gnttab_copy_ptr *pointer,
			 bool is_ref)
{
	mfn_t mfn = mfn_from(pointer->u.gmfn);
	int16_t status = GNTST_okay;

	if (!is_ref && pointer->domid != DOMID_SELF)
		return GNTST_permission_denied;
	side->owner = owner_get(pointer->domid);
	if (unlikely(!side->owner))
		return GNTST_bad_domain;
	if (is_ref)
		status = side_pin(side, pointer, &mfn);
	if (status != GNTST_okay)
		return status;
	return frame_take(side->owner, mfn, side->is_writable, &side->page);
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

static int16_t copy_one(const struct xen_gnttab_copy *op)
{
	struct copy_side source = {.length = PAGE_SIZE};
	struct copy_side dest = {.length = PAGE_SIZE, .is_writable = true};
	int16_t status = side_take(&source, &op->source, op->flags & GNTCOPY_source_gref);

	if (status == GNTST_okay)
		status = side_take(&dest, &op->dest, op->flags & GNTCOPY_dest_gref);
	if (status == GNTST_okay)
		status = ranges_check(&source, &dest, op);
	if (status == GNTST_okay)
		bytes_copy(&source, &dest, op);
	side_release(&dest);
	side_release(&source);
	return status;
}

int64_t grant_copy(uint64_t argument, uint32_t count, uint32_t *nr_done)
{
	const size_t told = offsetof(struct xen_gnttab_copy, status);

	for (; *nr_done < count; argument += sizeof(struct xen_gnttab_copy)) {
		struct xen_gnttab_copy op;

		if (guest_copy_from_inline(&op, argument, sizeof(op)))
			return -EFAULT;
		op.status = copy_one(&op);
		if (guest_copy_to_inline(argument + told, &op.status, sizeof(op) - told))
			return -EFAULT;
		if (++*nr_done < count && hypercall_is_preempt_due())
			return -ERESTART;
	}
	return 0;
}
