/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mapping granted frames into current's page tables, and unmapping. A mapping
 * holds its handle, a pin of the entry, a reference to the granter, and in the
 * page-table entry the references on the frame. Unmapping goes in three steps
 * over a batch: entries away, one flush, then references and pins.
 */
#include "hv/arch.h"
#include "grant_internal.h"

#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/trace.h"
#include "hv/continuation.h"

#define BATCH 32
#define PTE_GUEST_SHIFT 9 /* lowest of the bits that the processor ignores */

static bool is_writable(uint32_t flags)
{
	return !(flags & GNTMAP_readonly);
}

static uint64_t pins_of(uint32_t flags)
{
	uint64_t pins = 0;

	if (flags & GNTMAP_host_map)
		pins += is_writable(flags) ? PIN_HOST_WRITE : PIN_HOST_READ;
	if (flags & GNTMAP_device_map)
		pins += is_writable(flags) ? PIN_DEVICE_WRITE : PIN_DEVICE_READ;
	return pins;
}

static uint64_t pte_of(mfn_t mfn, uint32_t flags)
{
	uint64_t pte = PTE_PRESENT | PTE_ACCESSED | PTE_DIRTY | PTE_NO_EXECUTE;

	if (is_writable(flags))
		pte |= PTE_WRITABLE;
	return pte_make(mfn, pte | ((uint64_t)(flags >> _GNTMAP_guest_avail0) << PTE_GUEST_SHIFT &
				    PTE_AVAILABLE));
}

/* The entry owns the reference that is taken here. */
static always_inline int16_t host_map(struct domain *granter, mfn_t mfn, uint64_t address,
				      uint32_t flags)
{
	struct vcpu *v = current_vcpu();
	bool writable = is_writable(flags);
	struct page *page;
	int16_t status = frame_take(granter, mfn, writable, &page);
	int result;

	if (unlikely(status != GNTST_okay))
		return status;
	if (unlikely(flags & GNTMAP_contains_pte))
		result = pv_mmu_create_grant_pte(address, pte_of(mfn, flags), v->domain);
	else
		result = pv_mmu_create_grant_linear(address, pte_of(mfn, flags), v);
	if (unlikely(result != GNTST_okay))
		frame_drop(page, writable);
	return (int16_t)result;
}

/* The device's reference first: it needs no undoing in page tables. */
static int16_t frame_map(struct domain *granter, mfn_t mfn, uint64_t address, uint32_t flags)
{
	struct page *page = NULL;
	int16_t status = GNTST_okay;

	if (likely((flags & MAPPING_KINDS) == GNTMAP_host_map))
		return host_map(granter, mfn, address, flags);
	status = frame_take(granter, mfn, is_writable(flags), &page);
	if (status != GNTST_okay || !(flags & GNTMAP_host_map))
		return status;
	status = host_map(granter, mfn, address, flags);
	if (status != GNTST_okay)
		frame_drop(page, is_writable(flags));
	return status;
}

static always_inline int16_t entry_map(struct domain *granter, struct xen_gnttab_map_grant_ref *op,
				       uint32_t flags)
{
	uint64_t pins = pins_of(flags);
	struct grant_extent extent;
	int16_t status = entry_pin(granter, op->ref, current_vcpu()->domain->id, pins, false,
				   &extent);

	if (unlikely(status != GNTST_okay))
		return status;
	status = frame_map(granter, extent.mfn, op->host_addr, flags);
	if (unlikely(status != GNTST_okay))
		entry_unpin(granter, op->ref, pins);
	else
		op->dev_bus_addr = mfn_to_paddr(extent.mfn).a;
	return status;
}

/* Granter's reference passes to the handle. */
static int16_t granter_map(struct domain *granter, struct xen_gnttab_map_grant_ref *op)
{
	struct grant_domain *g = current_vcpu()->domain->grant;
	struct grant_mapping *mapping;
	uint32_t handle;
	int16_t status;

	if (unlikely(!granter->grant || domain_is_dying(granter)))
		return GNTST_general_error;
	handle = mapping_alloc(g, &mapping);
	if (unlikely(handle == HANDLE_NONE))
		return GNTST_no_device_space;
	status = entry_map(granter, op, op->flags);
	if (status != GNTST_okay) {
		mapping_free(g, handle);
		return status;
	}
	mapping->granter = granter;
	mapping->ref = op->ref;
	__atomic_store_n(&mapping->flags,
			 op->flags & (MAPPING_KINDS | GNTMAP_readonly | GNTMAP_contains_pte),
			 __ATOMIC_RELEASE);
	op->handle = handle;
	TRACE(TRC_MEM_PAGE_GRANT_MAP, op->dom);
	return GNTST_okay;
}

static int16_t map_one(struct xen_gnttab_map_grant_ref *op)
{
	struct domain *granter;
	int16_t status;

	if (unlikely(!(op->flags & MAPPING_KINDS)))
		return GNTST_bad_gntref;
	granter = domain_get_by_id(op->dom);
	if (unlikely(!granter))
		return GNTST_bad_domain;
	status = granter_map(granter, op);
	if (status != GNTST_okay)
		domain_put(granter);
	return status;
}

int64_t grant_map(uint64_t argument, uint32_t count, uint32_t *nr_done)
{
	/* All that is told lies in the structure's second half. */
	const size_t told = offsetof(struct xen_gnttab_map_grant_ref, dom);

	for (; *nr_done < count; argument += sizeof(struct xen_gnttab_map_grant_ref)) {
		struct xen_gnttab_map_grant_ref op;

		if (guest_copy_from_inline(&op, argument, sizeof(op)))
			return -EFAULT;
		op.status = map_one(&op);
		if (guest_copy_to_inline(argument + told, &op.dom, sizeof(op) - told))
			return -EFAULT;
		if (++*nr_done < count && hypercall_is_preempt_due())
			return -ERESTART;
	}
	return 0;
}

/* One mapping on its way out: what was taken from it so far. */
struct unmapping {
	struct grant_mapping *mapping;
	uint32_t handle;
	uint32_t flags;	   /* of the mapping */
	uint32_t gone;	   /* kinds of it that end */
	uint64_t host_pte; /* entry that was taken away */
	mfn_t mfn;
};

struct unmap_batch {
	uint32_t nr;
	bool needs_flush;
	struct unmapping list[BATCH];
};

/* Nobody else unmaps it from here on. False: there is no such mapping. */
static bool mapping_claim(struct unmap_batch *batch, uint32_t handle, struct unmapping *u)
{
	u->handle = handle;
	u->mapping = mapping_find(current_vcpu()->domain->grant, handle);
	if (!u->mapping)
		return false;
	for (;;) {
		u->flags = __atomic_load_n(&u->mapping->flags, __ATOMIC_ACQUIRE);
		if (!(u->flags & MAPPING_KINDS))
			return false;
		if (unlikely(u->flags & MAPPING_BUSY)) {
			/* Its other half may be in our own batch. Who waits has claimed nothing, so none waits for ever. */
			if (batch->nr)
				return false;
			cpu_relax();
			continue;
		}
		if (__atomic_compare_exchange_n(&u->mapping->flags, &u->flags,
						u->flags | MAPPING_BUSY, false, __ATOMIC_SEQ_CST,
						__ATOMIC_RELAXED))
			return true;
	}
}

static void mapping_settle(const struct unmapping *u)
{
	uint32_t left = u->flags & ~u->gone;
	struct domain *granter = u->mapping->granter;

	if (left & MAPPING_KINDS) {
		__atomic_store_n(&u->mapping->flags, left, __ATOMIC_RELEASE);
		return;
	}
	mapping_free(current_vcpu()->domain->grant, u->handle);
	domain_put(granter);
}

static void unmapping_finish(const struct unmapping *u)
{
	struct domain *granter = u->mapping->granter;
	struct page *page = mfn_to_page(u->mfn);

	/* References before pins: once the entry shows no use, the granter may use the frame as anything. */
	if (u->gone & GNTMAP_host_map)
		frame_drop(page, u->host_pte & PTE_WRITABLE);
	if (u->gone & GNTMAP_device_map)
		frame_drop(page, is_writable(u->flags));
	if (u->gone)
		entry_unpin(granter, u->mapping->ref,
			    pins_of(u->gone | (u->flags & GNTMAP_readonly)));
	mapping_settle(u);
}

static void batch_finish(struct unmap_batch *batch)
{
	if (batch->needs_flush)
		tlb_flush_domain(current_vcpu()->domain, FLUSH_TLB, 0);
	for (uint32_t i = 0; i < batch->nr; i++)
		unmapping_finish(&batch->list[i]);
	batch->nr = 0;
	batch->needs_flush = false;
}

static int16_t host_unmap(struct unmapping *u, uint64_t host_addr, uint64_t new_addr)
{
	struct vcpu *v = current_vcpu();
	int result;

	if (!(u->flags & GNTMAP_contains_pte))
		result = pv_mmu_destroy_grant_linear(host_addr, u->mfn, new_addr, v, &u->host_pte);
	else if (!new_addr)
		result = pv_mmu_destroy_grant_pte(host_addr, u->mfn, v->domain, &u->host_pte);
	else
		result = GNTST_general_error;
	if (result == GNTST_okay)
		u->gone |= GNTMAP_host_map;
	return (int16_t)result;
}

static int16_t unmap_claimed(struct unmapping *u, const struct xen_gnttab_unmap_grant_ref *op,
			     uint64_t new_addr)
{
	int16_t status = GNTST_okay;

	u->gone = 0;
	u->mfn = entry_pinned_mfn(u->mapping->granter, u->mapping->ref);
	if (u->flags & GNTMAP_device_map && op->dev_bus_addr &&
	    op->dev_bus_addr != mfn_to_paddr(u->mfn).a)
		return GNTST_general_error;
	if (op->host_addr && u->flags & GNTMAP_host_map)
		status = host_unmap(u, op->host_addr, new_addr);
	if (status == GNTST_okay && op->dev_bus_addr)
		u->gone |= u->flags & GNTMAP_device_map;
	return status;
}

/* Takes the mapping away as far as that can be done without a flush; the rest waits in the batch. */
static int16_t unmap_one(struct unmap_batch *batch, const struct xen_gnttab_unmap_grant_ref *op,
			 uint64_t new_addr)
{
	struct unmapping *u = &batch->list[batch->nr];
	int16_t status;

	if (!mapping_claim(batch, op->handle, u)) {
		batch_finish(batch);
		u = &batch->list[0];
		if (!mapping_claim(batch, op->handle, u))
			return GNTST_bad_handle;
	}
	TRACE(TRC_MEM_PAGE_GRANT_UNMAP, u->mapping->granter->id);
	status = unmap_claimed(u, op, new_addr);
	batch->nr++;
	batch->needs_flush |= u->gone & GNTMAP_host_map;
	if (batch->nr == BATCH)
		batch_finish(batch);
	return status;
}

static int64_t unmap_elements(struct unmap_batch *batch, uint64_t argument, uint32_t count,
			      uint32_t *nr_done)
{
	const size_t told = offsetof(struct xen_gnttab_unmap_grant_ref, status);

	for (; *nr_done < count; argument += sizeof(struct xen_gnttab_unmap_grant_ref)) {
		struct xen_gnttab_unmap_grant_ref op;

		if (guest_copy_from_inline(&op, argument, sizeof(op)))
			return -EFAULT;
		op.status = unmap_one(batch, &op, 0);
		if (guest_copy_to_inline(argument + told, &op.status, sizeof(op) - told))
			return -EFAULT;
		if (++*nr_done < count && hypercall_is_preempt_due())
			return -ERESTART;
	}
	return 0;
}

int64_t grant_unmap(uint64_t argument, uint32_t count, uint32_t *nr_done)
{
	struct unmap_batch batch;
	int64_t result;

	batch.nr = 0;
	batch.needs_flush = false;
	result = unmap_elements(&batch, argument, count, nr_done);
	batch_finish(&batch);
	return result;
}

static int64_t replace_elements(struct unmap_batch *batch, uint64_t argument, uint32_t count,
				uint32_t *nr_done)
{
	while (*nr_done < count) {
		struct xen_gnttab_unmap_and_replace op;
		struct xen_gnttab_unmap_grant_ref unmap = {0};

		if (guest_copy_from_index(&op, argument, *nr_done, sizeof(op)))
			return -EFAULT;
		unmap.host_addr = op.host_addr;
		unmap.handle = op.handle;
		op.status = unmap_one(batch, &unmap, op.new_addr);
		if (guest_copy_to_index(argument, *nr_done, &op, sizeof(op)))
			return -EFAULT;
		if (++*nr_done < count && hypercall_is_preempt_due())
			return -ERESTART;
	}
	return 0;
}

int64_t grant_unmap_and_replace(uint64_t argument, uint32_t count, uint32_t *nr_done)
{
	struct unmap_batch batch;
	int64_t result;

	batch.nr = 0;
	batch.needs_flush = false;
	result = replace_elements(&batch, argument, count, nr_done);
	batch_finish(&batch);
	return result;
}
