/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a vcpu's vcpu_info lies. A registered page keeps a writable type
 * reference until the domain is torn down, so hypervisor writes to it stay
 * safe whatever the guest does with the page.
 */
#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/string.h"
#include "lifecycle.h"

static bool registration_is_allowed(const struct vcpu *v)
{
	return !v->info_page && !domain_is_dying(v->domain) &&
	       (v == current_vcpu() || (v->pause_flags & VCPU_PAUSED_DOWN));
}

/* The old place may still get a late event from another CPU: the caller makes all ports pending at the new one. */
static void info_move(struct vcpu *v, struct page *page, uint32_t offset)
{
	struct xen_vcpu_info *to = (void *)((char *)page_to_virt(page) + offset);

	if (v->info == v->info_private) {
		memset(to, 0, sizeof(*to));
		to->evtchn_upcall_mask = 1;
	} else {
		memcpy(to, v->info, sizeof(*to));
	}
	v->info_page = page;
	__atomic_store_n(&v->info, to, __ATOMIC_SEQ_CST);
}

int vcpu_register_info(struct vcpu *v, uint64_t frame, uint32_t offset)
{
	struct domain *d = v->domain;
	struct page *page;
	int rc = -EINVAL;

	if (offset > PAGE_SIZE - sizeof(struct xen_vcpu_info) || offset % sizeof(uint64_t))
		return -ENXIO;
	if (!mfn_is_valid(mfn_from(frame)))
		return -EINVAL;
	page = mfn_to_page(mfn_from(frame));
	if (page_get_and_type(page, d, PAGE_TYPE_WRITABLE))
		return -EINVAL;
	spin_lock(&d->lock);
	if (registration_is_allowed(v)) {
		info_move(v, page, offset);
		rc = 0;
	}
	spin_unlock(&d->lock);
	if (rc)
		page_put_and_type(page);
	return rc;
}

void vcpu_unregister_info(struct vcpu *v)
{
	struct page *page = v->info_page;

	if (!page)
		return;
	__atomic_store_n(&v->info,
			 v->info_private ? v->info_private
					 : arch_vcpu_shared_info_slot(v->domain, v->id),
			 __ATOMIC_SEQ_CST);
	v->info_page = NULL;
	page_put_and_type(page);
}
