/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GNTTABOP_transfer: current's frame becomes another domain's, with what is in
 * it, by an entry that accepts one. Only frames that nothing maps can go. As
 * with XENMEM_exchange current stays charged for the frame until it has gone.
 */
#include "grant_internal.h"

#include "hv/continuation.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/heap.h"

static int16_t frame_give(struct domain *from, struct domain *to, uint32_t ref, struct page *page)
{
	uint64_t gfn = m2p_get(page_to_mfn(page));
	int16_t status;

	/* The giver must not reach it through translations of before. */
	page_flush_before_reuse(page, 0);
	m2p_set(page_to_mfn(page), INVALID_FRAME);
	status = entry_accept(to, ref, from->id, page);
	if (status == GNTST_okay) {
		heap_uncharge(from, 1);
	} else {
		m2p_set(page_to_mfn(page), gfn);
		heap_return_page(from, page);
	}
	return status;
}

/* The page is in nobody's hands. */
static int16_t page_give(struct domain *from, const struct xen_gnttab_transfer *op,
			 struct page *page)
{
	struct domain *to = domain_get_by_id_or_self(op->domid);
	int16_t status = GNTST_bad_domain;

	if (to && to->grant && !domain_is_dying(to))
		status = frame_give(from, to, op->ref, page);
	else
		heap_return_page(from, page);
	if (to)
		domain_put(to);
	return status;
}

static int16_t transfer_one(const struct xen_gnttab_transfer *op)
{
	struct domain *from = current_vcpu()->domain;
	mfn_t mfn = mfn_from(op->mfn);

	if (!mfn_is_valid(mfn) || !heap_steal_page(from, mfn_to_page(mfn)))
		return GNTST_bad_page;
	return page_give(from, op, mfn_to_page(mfn));
}

int64_t grant_transfer(uint64_t argument, uint32_t count, uint32_t *nr_done)
{
	const uint64_t told = offsetof(struct xen_gnttab_transfer, status);

	for (; *nr_done < count; argument += sizeof(struct xen_gnttab_transfer)) {
		struct xen_gnttab_transfer op;

		if (guest_copy_from(&op, argument, sizeof(op)))
			return -EFAULT;
		op.status = transfer_one(&op);
		if (guest_copy_to(argument + told, &op.status, sizeof(op.status)))
			return -EFAULT;
		if (++*nr_done < count && hypercall_is_preempt_due())
			return -ERESTART;
	}
	return 0;
}
