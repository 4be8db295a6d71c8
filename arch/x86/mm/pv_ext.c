/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mmuext_op: pinning, base pointers, flushes, the LDT, clearing and copying of pages. */
#include "asm/tlb.h"
#include "hv/arch.h"
#include "hv/guest_access.h"
#include "hv/hypercall.h"
#include "hv/string.h"
#include "guest_words.h"
#include "pv_flush.h"
#include "pv_tables.h"

#define LDT_MAX_ENTRIES 8192

struct ext_call {
	struct vcpu *v;
	struct domain *from; /* whose frames are meant */
	struct xen_mmuext_op op;
};

static struct page *frame_get(const struct domain *d, uint64_t mfn)
{
	struct page *page = frame_page(mfn_from(mfn));

	return page && page_get(page, d) ? page : NULL;
}

static bool pin_clear(struct page *page)
{
	return __atomic_fetch_and(&page->type_info, ~PAGE_TYPE_PINNED, __ATOMIC_SEQ_CST) &
	       PAGE_TYPE_PINNED;
}

int pv_mmu_pin(struct domain *d, mfn_t mfn, uint64_t type)
{
	struct page *page = domain_is_dying(d) ? NULL : frame_get(d, mfn.n);
	int rc;

	if (!page)
		return -EINVAL;
	rc = page_get_type(page, type);
	if (rc) {
		page_put(page);
		return rc;
	}
	if (__atomic_fetch_or(&page->type_info, PAGE_TYPE_PINNED, __ATOMIC_SEQ_CST) &
	    PAGE_TYPE_PINNED) {
		/* The pin may have gone meanwhile, and this be the last use. */
		pending_put(current_vcpu(), page);
		return -EINVAL;
	}
	/* A domain that died meanwhile looks for pins no more. */
	if (domain_is_dying(d) && pin_clear(page))
		pending_put(current_vcpu(), page);
	return 0;
}

static int ext_pin(struct ext_call *call)
{
	return pv_mmu_pin(call->from, mfn_from(call->op.arg1.mfn),
			  type_of_level(call->op.cmd - MMUEXT_PIN_L1_TABLE + 1));
}

static int ext_unpin(struct ext_call *call)
{
	struct page *page = frame_get(call->from, call->op.arg1.mfn);

	if (!page)
		return -EINVAL;
	if (!pin_clear(page)) {
		page_put(page);
		return -EINVAL;
	}
	page_put(page);
	pending_put(call->v, page);
	return 0;
}

static int ext_new_kernel_root(struct ext_call *call)
{
	return pv_mmu_set_kernel_root(call->v, mfn_from(call->op.arg1.mfn));
}

static int ext_new_user_root(struct ext_call *call)
{
	return pv_mmu_set_user_root(call->v, mfn_from(call->op.arg1.mfn));
}

static int ext_flush_local(struct ext_call *call)
{
	tlb_flush_local(FLUSH_TLB, 0);
	return 0;
}

static int ext_invalidate_local(struct ext_call *call)
{
	if (!address_is_hypervisor(call->op.arg1.linear_addr))
		tlb_flush_local(FLUSH_ONE, call->op.arg1.linear_addr);
	return 0;
}

static int ext_flush_mask(struct ext_call *call, unsigned int kind)
{
	struct cpumask mask;
	int rc = guest_read_vcpu_mask(call->v->domain, call->op.arg2.vcpumask, &mask);

	if (!rc)
		tlb_flush_mask(&mask, kind, call->op.arg1.linear_addr);
	return rc;
}

static int ext_flush_multi(struct ext_call *call)
{
	return ext_flush_mask(call, FLUSH_TLB);
}

static int ext_invalidate_multi(struct ext_call *call)
{
	return ext_flush_mask(call, FLUSH_ONE);
}

static int ext_flush_all(struct ext_call *call)
{
	tlb_flush_domain(call->v->domain, FLUSH_TLB, 0);
	return 0;
}

static int ext_invalidate_all(struct ext_call *call)
{
	tlb_flush_domain(call->v->domain, FLUSH_ONE, call->op.arg1.linear_addr);
	return 0;
}

static int ext_flush_cache(struct ext_call *call)
{
	if (!domain_may_set_cache_flags(call->v->domain))
		return -EACCES;
	tlb_flush_local(FLUSH_CACHE, 0);
	return 0;
}

static int ext_flush_cache_global(struct ext_call *call)
{
	if (!domain_may_set_cache_flags(call->v->domain))
		return -EINVAL;
	tlb_flush_all(FLUSH_CACHE);
	return 0;
}

static int ext_set_ldt(struct ext_call *call)
{
	uint64_t base = call->op.arg1.linear_addr;
	uint32_t nr = call->op.arg2.nr_ents;

	if (nr > LDT_MAX_ENTRIES)
		return -EINVAL;
	if (nr && ((base & ~PAGE_MASK) || !guest_range_is_permitted(base, nr * 8UL)))
		return -EINVAL;
	pv_set_ldt(call->v, base, nr);
	return 0;
}

static int ext_clear_page(struct ext_call *call)
{
	struct page *page = frame_page(mfn_from(call->op.arg1.mfn));

	if (!page || page_get_and_type(page, call->from, PAGE_TYPE_WRITABLE))
		return -EINVAL;
	memset(page_to_virt(page), 0, PAGE_SIZE);
	page_put_and_type(page);
	return 0;
}

static int ext_copy_page(struct ext_call *call)
{
	struct page *to = frame_page(mfn_from(call->op.arg1.mfn));
	struct page *from = frame_get(call->from, call->op.arg2.src_mfn);
	int rc = -EINVAL;

	if (!from)
		return rc;
	if (to && !page_get_and_type(to, call->from, PAGE_TYPE_WRITABLE)) {
		memcpy(page_to_virt(to), page_to_virt(from), PAGE_SIZE);
		page_put_and_type(to);
		rc = 0;
	}
	page_put(from);
	return rc;
}

static int ext_refuse_super(struct ext_call *call)
{
	return -EOPNOTSUPP;
}

/* may_be_foreign: on another domain's frames; the others are about the calling vcpu. */
static const struct {
	int (*execute)(struct ext_call *call);
	bool may_be_foreign;
} ext_rows[] = {
	[MMUEXT_PIN_L1_TABLE] = {ext_pin, true},
	[MMUEXT_PIN_L2_TABLE] = {ext_pin, true},
	[MMUEXT_PIN_L3_TABLE] = {ext_pin, true},
	[MMUEXT_PIN_L4_TABLE] = {ext_pin, true},
	[MMUEXT_UNPIN_TABLE] = {ext_unpin, true},
	[MMUEXT_NEW_BASEPTR] = {ext_new_kernel_root, false},
	[MMUEXT_TLB_FLUSH_LOCAL] = {ext_flush_local, false},
	[MMUEXT_INVLPG_LOCAL] = {ext_invalidate_local, false},
	[MMUEXT_TLB_FLUSH_MULTI] = {ext_flush_multi, false},
	[MMUEXT_INVLPG_MULTI] = {ext_invalidate_multi, false},
	[MMUEXT_TLB_FLUSH_ALL] = {ext_flush_all, false},
	[MMUEXT_INVLPG_ALL] = {ext_invalidate_all, false},
	[MMUEXT_FLUSH_CACHE] = {ext_flush_cache, false},
	[MMUEXT_SET_LDT] = {ext_set_ldt, false},
	[MMUEXT_NEW_USER_BASEPTR] = {ext_new_user_root, false},
	[MMUEXT_CLEAR_PAGE] = {ext_clear_page, true},
	[MMUEXT_COPY_PAGE] = {ext_copy_page, true},
	[MMUEXT_FLUSH_CACHE_GLOBAL] = {ext_flush_cache_global, false},
	[MMUEXT_MARK_SUPER] = {ext_refuse_super, true},
	[MMUEXT_UNMARK_SUPER] = {ext_refuse_super, true},
};

static always_inline int ext_execute(struct ext_call *call)
{
	uint32_t command = call->op.cmd;
	uint64_t row = index_clamp(command, ARRAY_SIZE(ext_rows));

	if (unlikely(command >= ARRAY_SIZE(ext_rows)) || unlikely(!ext_rows[row].execute))
		return -ENOSYS;
	if (unlikely(call->from != call->v->domain) && !ext_rows[row].may_be_foreign)
		return -EPERM;
	return ext_rows[row].execute(call);
}

static always_inline int ext_list_execute(struct ext_call *call, uint64_t list,
					  struct call_progress *progress)
{
	int rc;

	while (progress->executed < progress->nr) {
		if (!guest_words_read((uint64_t *)&call->op,
				      list + progress->executed * sizeof(call->op),
				      sizeof(call->op) / 8))
			return -EFAULT;
		rc = ext_execute(call);
		if (unlikely(rc))
			return rc;
		progress->executed++;
		if (unlikely(call->v->arch.pv.pending_undo[0]))
			return -ERESTART;
		if (progress->executed < progress->nr && hypercall_is_preempt_due())
			return -ERESTART;
	}
	return 0;
}

static never_inline int64_t ext_list_call(uint64_t list, uint64_t count, uint64_t done,
					  uint64_t foreign)
{
	struct call_progress progress;
	struct ext_call call;
	int rc = progress_start(&progress, count, done);

	call.v = current_vcpu();
	if (likely(!rc))
		rc = foreign_get(foreign & 0xffff, &call.from);
	if (likely(!rc)) {
		rc = ext_list_execute(&call, list, &progress);
		foreign_put(call.from);
	}
	list += progress.executed * sizeof(struct xen_mmuext_op);
	return progress_end(&progress, rc, __HYPERVISOR_mmuext_op, list, foreign);
}

int64_t hypercall_mmuext_op(uint64_t list, uint64_t count, uint64_t done, uint64_t foreign)
{
	struct ext_call call = {.v = current_vcpu()};
	int rc;

	/* By far the most calls are one operation, wanting no count. */
	if (unlikely(count != 1) || unlikely(done) || unlikely(foreign != DOMID_SELF) ||
	    unlikely(call.v->arch.pv.pending_undo[0]))
		return ext_list_call(list, count, done, foreign);
	if (!guest_words_read((uint64_t *)&call.op, list, sizeof(call.op) / 8))
		return -EFAULT;
	call.from = call.v->domain;
	rc = ext_execute(&call);
	if (unlikely(rc == -ERESTART))
		return progress_continue(__HYPERVISOR_mmuext_op, list, 1);
	if (unlikely(call.v->arch.pv.pending_undo[0]) && !rc)
		return progress_continue(__HYPERVISOR_mmuext_op, list, 0);
	return rc;
}
