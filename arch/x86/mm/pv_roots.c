/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page tables that a vcpu runs on, and the end of a domain's. A root is an
 * L4 with a reference and a use of its type held by the vcpu.
 */
#include "asm/tlb.h"
#include "hv/arch.h"
#include "hv/hypercall.h"
#include "pv_tables.h"

/* Pages, in a hold of a domain's page_lock. */
#define SKIPPED_AT_ONCE 128

static always_inline int root_get(const struct domain *d, mfn_t root)
{
	struct page *page = frame_page(root);
	int rc;

	if (unlikely(!page) || unlikely(!page_get_inline(page, page_owner_frame(d))))
		return -EINVAL;
	rc = page_get_table_inline(page, PAGE_TYPE_L4);
	if (unlikely(rc))
		page_put(page);
	return rc;
}

/* A guest's user mode doesn't see the machine-to-physical table; all else in that slot is supervisor's anyway. */
static void root_show_m2p(mfn_t root, bool visible)
{
	uint64_t *slot = (uint64_t *)mfn_to_virt(root) + HV_FIRST_SLOT;
	uint64_t entry = hv_root_table[HV_FIRST_SLOT];

	if (!visible)
		entry &= ~(uint64_t)PTE_USER;
	if (READ_ONCE(*slot) != entry)
		WRITE_ONCE(*slot, entry);
}

/* Loads the table of the vcpu's mode, when it is the running one. */
static void root_load(struct vcpu *v)
{
	struct pv_vcpu *pv = &v->arch.pv;
	uint64_t flags;

	pv->cr3 = mfn_to_paddr(pv->in_kernel ? pv->kernel_root : pv->user_root).a;
	if (v != current_vcpu())
		return;
	flags = interrupts_save_off();
	tlb_switch_root(v, pv->cr3);
	interrupts_restore(flags);
}

static always_inline void root_put(mfn_t root)
{
	struct page *page = mfn_to_page(root);

	if (!root.n)
		return;
	if (likely(page_put_table_inline(page, PAGE_TYPE_L4)))
		page_put_inline(page);
	else
		pending_put(current_vcpu(), page);
}

int pv_mmu_set_kernel_root(struct vcpu *v, mfn_t root)
{
	mfn_t old = v->arch.pv.kernel_root;
	int rc;

	if (!mfn_is_equal(old, root)) {
		rc = root_get(v->domain, root);
		if (rc)
			return rc;
	} else if (!root.n) {
		return -EINVAL;
	}
	root_show_m2p(root, true);
	v->arch.pv.kernel_root = root;
	if (v->arch.pv.ldt_mapped_pages)
		pv_drop_ldt(v);
	root_load(v);
	if (!mfn_is_equal(old, root))
		root_put(old);
	return 0;
}

int pv_mmu_switch_kernel_root(struct vcpu *v, mfn_t root)
{
	int rc = pending_finish(v);

	return rc ? rc : pv_mmu_set_kernel_root(v, root);
}

int pv_mmu_set_user_root(struct vcpu *v, mfn_t root)
{
	mfn_t old = v->arch.pv.user_root;
	int rc;

	if (mfn_is_equal(old, root))
		return 0;
	if (root.n) {
		rc = root_get(v->domain, root);
		if (rc)
			return rc;
		root_show_m2p(root, mfn_is_equal(root, v->arch.pv.kernel_root));
	}
	v->arch.pv.user_root = root;
	if (!v->arch.pv.in_kernel)
		root_load(v);
	root_put(old);
	return 0;
}

/* The vcpu runs no more and its tables are loaded nowhere. */
static int root_drop(struct vcpu *v, mfn_t *root)
{
	struct page *page;

	if (!root->n)
		return 0;
	page = mfn_to_page(*root);
	*root = mfn_from(0);
	pending_put(v, page);
	return pending_finish(v);
}

int pv_mmu_drop_roots(struct vcpu *v)
{
	int rc = pending_finish(v);

	if (!rc)
		rc = root_drop(v, &v->arch.pv.kernel_root);
	if (!rc)
		rc = root_drop(v, &v->arch.pv.user_root);
	if (rc)
		return rc;
	v->arch.pv.cr3 = 0;
	pv_drop_gdt(v);
	pv_drop_ldt(v);
	return 0;
}

/* The page that the pass has come to, the first of the domain's list; NULL: the list is empty. *referenced: it isn't being freed. */
static struct page *relinquish_first(struct domain *d, bool *referenced)
{
	struct page *page;

	spin_lock(&d->page_lock);
	page = page_list_first(&d->page_list);
	*referenced = page && page_get(page, d);
	spin_unlock(&d->page_lock);
	return page;
}

static void relinquish_advance(struct domain *d, struct page *page)
{
	spin_lock(&d->page_lock);
	if (page_list_first(&d->page_list) == page) {
		page_list_remove(&d->page_list, page);
		page_list_add_tail(&d->page_list, page);
	}
	d->arch.relinquish_left--;
	spin_unlock(&d->page_lock);
}

static int relinquish_page(struct page *page)
{
	int rc = page_finish_undo(page);

	if (rc)
		return rc;
	if (!(__atomic_fetch_and(&page->type_info, ~PAGE_TYPE_PINNED, __ATOMIC_SEQ_CST) &
	      PAGE_TYPE_PINNED))
		return 0;
	rc = page_put_type_preemptible(page);
	/* The pin's own; the caller still has one. What is PARTIAL now keeps itself. */
	page_put(page);
	return rc;
}

/* Most pages have no pin and nothing left half done: the pass goes over a few without a reference. Whether it went anywhere. */
static bool relinquish_skip(struct domain *d)
{
	struct page *page, *last = NULL;
	unsigned int skipped = 0;

	spin_lock(&d->page_lock);
	page = page_list_first(&d->page_list);
	while (page && skipped < MIN(SKIPPED_AT_ONCE, d->arch.relinquish_left) &&
	       !(READ_ONCE(page->type_info) & (PAGE_TYPE_PINNED | PAGE_TYPE_PARTIAL))) {
		last = page;
		page = page_list_next(&d->page_list, page);
		skipped++;
	}
	if (last)
		page_list_rotate(&d->page_list, last);
	d->arch.relinquish_left -= skipped;
	spin_unlock(&d->page_lock);
	return skipped > 0;
}

static int relinquish_step(struct domain *d)
{
	bool referenced;
	struct page *page;
	int rc;

	if (relinquish_skip(d))
		return 0;
	page = relinquish_first(d, &referenced);
	if (!page) {
		d->arch.relinquish_left = 0;
		return 0;
	}
	rc = referenced ? relinquish_page(page) : 0;
	if (!rc)
		relinquish_advance(d, page);
	if (referenced)
		page_put(page);
	return rc;
}

static int relinquish_start(struct domain *d)
{
	struct vcpu *v;

	for_each_vcpu(d, v)
	{
		int rc = pv_mmu_drop_roots(v);

		if (rc)
			return rc;
	}
	d->arch.relinquish_left = d->page_list.nr_pages;
	return 0;
}

int pv_mmu_relinquish(struct domain *d)
{
	int rc = d->arch.relinquish_left ? 0 : relinquish_start(d);

	if (rc)
		return rc;
	while (d->arch.relinquish_left) {
		rc = relinquish_step(d);
		if (rc)
			return rc;
		/* After the last page it is done, pre-empted or not: a new call would begin anew. */
		if (d->arch.relinquish_left && hypercall_is_preempt_due())
			return -ERESTART;
	}
	return 0;
}
