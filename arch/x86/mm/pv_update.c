/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes of entries in validated tables: mmu_update and update_va_mapping.
 * Check and take references first, write, then drop the old entry's. A lower
 * table that is no longer used may take long to take apart: then the vcpu goes
 * on with it before its next MMU call returns.
 */
#include "hv/arch.h"
#include "hv/guest_access.h"
#include "hv/hypercall.h"
#include "guest_words.h"
#include "pv_entries.h"
#include "pv_flush.h"
#include "pv_walk.h"

#define CHUNK_REQUESTS 32
#define COMMAND_MASK 7UL

struct update_batch {
	struct domain *tables; /* owner of the page tables */
	struct domain *frames; /* owner of what they map */
	struct page *locked;   /* L1 kept locked between entries; NULL: none */
	uint64_t locked_mfn;
};

int pending_finish(struct vcpu *v)
{
	struct page **pending = v->arch.pv.pending_undo;

	while (unlikely(pending[0])) {
		struct page *page = pending[0];
		int rc = page_finish_undo(page);

		if (rc)
			return rc;
		pending[0] = pending[1];
		pending[1] = NULL;
		page_put(page);
	}
	return 0;
}

/* An operation leaves two at most, and the next one begins with none. */
static void pending_add(struct vcpu *v, struct page *page)
{
	struct page **pending = v->arch.pv.pending_undo;

	while (unlikely(pending[1]) && pending_finish(v))
		cpu_relax();
	pending[pending[0] != NULL] = page;
}

void pending_put(struct vcpu *v, struct page *page)
{
	if (page_put_type_preemptible(page))
		pending_add(v, page);
	else
		page_put(page);
}

static int l1_replace(const struct domain *d, const struct domain *from, uint64_t *slot,
		      uint64_t old, uint64_t new, enum entry_mode mode)
{
	int rc = l1_entry_get(d, from, &new);

	if (unlikely(rc))
		return rc;
	if (unlikely(!entry_write(slot, old, new, mode))) {
		l1_entry_put(new);
		return -EAGAIN;
	}
	if (entry_is_present(old))
		l1_entry_put(old);
	return 0;
}

static int l1_clear(uint64_t *slot, uint64_t old, uint64_t new, enum entry_mode mode)
{
	if (unlikely(!entry_write(slot, old, new, mode)))
		return -EAGAIN;
	if (entry_is_present(old))
		l1_entry_put(old);
	return 0;
}

/* The same frame, only the right to write differs: the general reference stays. */
static always_inline int l1_change_writable(const struct domain *from, struct page *page,
					    uint64_t *slot, uint64_t old, uint64_t new,
					    enum entry_mode mode)
{
	bool raises = ((new) & PTE_WRITABLE) != 0;
	int rc;

	if (raises &&
	    (unlikely(page_owner(page) != from) || unlikely(page_get_writable_inline(page))))
		return -EBUSY;
	rc = likely(entry_write(slot, old, new, mode)) ? 0 : -EAGAIN;
	/* The use of the right that went, or that didn't come. */
	if (raises == (rc != 0))
		page_put_writable_inline(page);
	return rc;
}

/* Nothing is held or dropped for it, so no clock is looked at afterwards: a plain store will do. */
static always_inline int l1_write_soft(uint64_t *slot, uint64_t old, uint64_t new,
				       enum entry_mode mode)
{
	if (likely(mode == ENTRY_PLAIN)) {
		WRITE_ONCE(*slot, new);
		return 0;
	}
	return entry_write(slot, old, new, mode) ? 0 : -EAGAIN;
}

int l1_write(const struct domain *d, const struct domain *from, uint64_t *slot, uint64_t old,
	     uint64_t new, enum entry_mode mode)
{
	struct page *page;
	uint64_t changed;

	if (!entry_is_present(new))
		return l1_clear(slot, old, new, mode);
	changed = old ^ l1_entry_adjust(new);
	if (likely(!(changed & ~(PTE_SOFT | PTE_WRITABLE)))) {
		new = l1_entry_adjust(new);
		if (!(changed & PTE_WRITABLE))
			return l1_write_soft(slot, old, new, mode);
		page = frame_page_known(pte_to_mfn(old));
		if (likely(page))
			return l1_change_writable(from, page, slot, old, new, mode);
	}
	return l1_replace(d, from, slot, old, new, mode);
}

/* Entries of L2 to L4. */

/* Same lower table: nothing to count, unless a linear entry could become writable. */
static bool table_change_is_soft(uint64_t old, uint64_t new, unsigned int level)
{
	uint64_t soft = PTE_SOFT | (level == 4 ? 0 : PTE_WRITABLE);

	return ((old & new) & PTE_PRESENT) && !((old ^ new) & ~soft);
}

static int table_take_new(const struct update_batch *b, struct page *table, unsigned int level,
			  uint64_t new)
{
	int rc = table_entry_get(b->tables, table, new, level, false);

	/* The lower table stays PARTIAL by itself; the call comes again. */
	if (rc == -ERESTART)
		page_put(frame_page(pte_to_mfn(new)));
	return rc;
}

static void table_drop_old(struct page *table, unsigned int level, uint64_t old)
{
	if (table_entry_put(table, old, level))
		pending_add(current_vcpu(), frame_page(pte_to_mfn(old)));
}

static always_inline bool table_lock_owned(const struct domain *d, struct page *table,
					   unsigned int level)
{
	if (!table_lock(table, type_of_level(level)))
		return false;
	if (likely(table->owner_frame == page_owner_frame(d)))
		return true;
	table_unlock(table);
	return false;
}

/* The caller has a reference and a use of the table, so that it stays what it is meanwhile, and its counts of linear entries with it.
 * The lock is not held for long: to validate a lower table may take a while. */
static int table_replace(const struct update_batch *b, struct page *table, unsigned int level,
			 uint64_t *slot, uint64_t new, enum entry_mode mode)
{
	int rc = entry_is_present(new) ? table_take_new(b, table, level, new) : 0;
	uint64_t old;

	if (rc)
		return rc;
	BUG_ON(!table_lock(table, type_of_level(level)));
	old = READ_ONCE(*slot);
	(void)entry_write(slot, old, new, mode);
	table_unlock(table);
	if (entry_is_present(old))
		table_drop_old(table, level, old);
	return 0;
}

static int table_write(const struct update_batch *b, struct page *table, unsigned int level,
		       unsigned int index, uint64_t new, enum entry_mode mode)
{
	uint64_t *slot = (uint64_t *)page_to_virt(table) + index, old;
	int rc;

	if (b->frames != b->tables)
		return -EPERM;
	if (slot_is_hypervisor(level, index))
		return -EINVAL;
	if (entry_is_present(new))
		new |= PTE_USER;
	if (!table_lock_owned(b->tables, table, level))
		return -EINVAL;
	old = READ_ONCE(*slot);
	if (table_change_is_soft(old, new, level)) {
		(void)entry_write(slot, old, new, mode);
		table_unlock(table);
		return 0;
	}
	page_get_known(table);
	table_unlock_keep_use(table);
	rc = table_replace(b, table, level, slot, new, mode);
	if (likely(page_put_table_inline(table, type_of_level(level))))
		page_put_inline(table);
	else
		pending_put(current_vcpu(), table);
	return rc;
}

/* A frame that is no page table (now): the value goes in as data. */
static int data_write(const struct domain *d, struct page *page, uint64_t offset, uint64_t value)
{
	int rc = page_get_and_type(page, d, PAGE_TYPE_WRITABLE);

	if (rc)
		return rc;
	WRITE_ONCE(*(uint64_t *)((char *)page_to_virt(page) + offset), value);
	page_put_and_type(page);
	return 0;
}

static always_inline void batch_unlock(struct update_batch *b)
{
	if (b->locked)
		table_unlock(b->locked);
	b->locked = NULL;
}

/* Any table but an L1 that can be locked: that one stays locked for the entries that follow. */
static never_inline int entry_update_other(struct update_batch *b, struct page *page,
					   uint64_t offset, uint64_t value, enum entry_mode mode)
{
	uint64_t type = READ_ONCE(page->type_info);

	if (type_is_table(type) && level_of_type(type) > 1 && (type & PAGE_TYPE_COUNT_MASK))
		return table_write(b, page, level_of_type(type), (unsigned int)offset / 8, value,
				   mode);
	return data_write(b->tables, page, offset, value);
}

static always_inline int entry_update(struct update_batch *b, uint64_t address, uint64_t value,
				      enum entry_mode mode)
{
	uint64_t mfn = address >> PAGE_SHIFT, offset = address & ~PAGE_MASK;
	struct page *page;
	uint64_t *slot;

	if (!b->locked || unlikely(b->locked_mfn != mfn)) {
		batch_unlock(b);
		page = frame_page(mfn_from(mfn));
		if (unlikely(!page))
			return -EINVAL;
		if (unlikely((page->type_info & PAGE_TYPE_MASK) != PAGE_TYPE_L1) ||
		    unlikely(!table_lock_owned(b->tables, page, 1)))
			return entry_update_other(b, page, offset, value, mode);
		b->locked = page;
		b->locked_mfn = mfn;
	}
	slot = (uint64_t *)((char *)mfn_to_virt(mfn_from(mfn)) + offset);
	return l1_write(b->tables, b->frames, slot, READ_ONCE(*slot), value, mode);
}

static int m2p_update(const struct domain *d, uint64_t mfn, uint64_t gfn)
{
	struct page *page = frame_page(mfn_from(mfn));

	if (!page || !page_get(page, d))
		return -EINVAL;
	m2p_set(page_to_mfn(page), gfn);
	page_put(page);
	return 0;
}

static always_inline int request_execute(struct update_batch *b,
					 const struct xen_mmu_update *request)
{
	unsigned int command = request->ptr & COMMAND_MASK;
	uint64_t address = request->ptr & ~COMMAND_MASK;

	switch (command) {
	case MMU_NORMAL_PT_UPDATE:
	case MMU_PT_UPDATE_NO_TRANSLATE:
		return entry_update(b, address, request->val, ENTRY_PLAIN);
	case MMU_PT_UPDATE_PRESERVE_AD:
		return entry_update(b, address, request->val, ENTRY_KEEP_AD);
	case MMU_MACHPHYS_UPDATE:
		return m2p_update(b->frames, address >> PAGE_SHIFT, request->val);
	default:
		return -ENOSYS;
	}
}

/* Up to nr requests; *executed counts those that succeeded. No guest memory is touched while an L1 is locked. */
static int chunk_execute(struct update_batch *b, const struct xen_mmu_update *requests,
			 unsigned int nr, unsigned int *executed)
{
	const struct vcpu *v = current_vcpu();
	int rc = 0;

	while (*executed < nr && !rc) {
		rc = request_execute(b, &requests[*executed]);
		if (!rc)
			++*executed;
		if (unlikely(v->arch.pv.pending_undo[0]))
			rc = rc ? rc : -ERESTART;
	}
	batch_unlock(b);
	return rc;
}

static int list_execute(struct update_batch *b, uint64_t list, uint32_t nr, uint32_t *executed)
{
	struct xen_mmu_update requests[CHUNK_REQUESTS];
	int rc = 0;

	while (*executed < nr && !rc) {
		unsigned int n = MIN(nr - *executed, CHUNK_REQUESTS), good = 0;
		uint64_t address = list + *executed * sizeof(requests[0]);

		if (*executed && hypercall_is_preempt_due())
			return -ERESTART;
		/* Those before a page that can't be read still count. */
		if (guest_copy_from(requests, address, n * sizeof(requests[0]))) {
			n = 1;
			if (guest_copy_from(requests, address, sizeof(requests[0])))
				return -EFAULT;
		}
		rc = chunk_execute(b, requests, n, &good);
		*executed += good;
	}
	return rc;
}

/* The owner of the tables, plus one, is in the upper half of the domain argument; 0: current's. */
static always_inline int batch_open(struct update_batch *b, uint64_t foreign)
{
	uint32_t tables = (uint32_t)foreign >> 16;
	int rc;

	b->locked = NULL;
	b->locked_mfn = 0;
	b->tables = current_vcpu()->domain;
	if (unlikely(tables)) {
		tables--;
		if (tables >= DOMID_FIRST_RESERVED)
			return -EINVAL;
		if (tables != b->tables->id) {
			rc = foreign_get(tables, &b->tables);
			if (rc)
				return rc;
		}
	}
	rc = foreign_get(foreign & 0xffff, &b->frames);
	if (unlikely(rc))
		foreign_put(b->tables);
	return rc;
}

static always_inline void batch_close(struct update_batch *b)
{
	foreign_put(b->frames);
	foreign_put(b->tables);
}

static never_inline int64_t update_list_call(uint64_t list, uint64_t count, uint64_t done,
					     uint64_t foreign)
{
	struct call_progress progress;
	struct update_batch batch;
	int rc = progress_start(&progress, count, done);

	if (likely(!rc))
		rc = batch_open(&batch, foreign);
	if (likely(!rc)) {
		rc = list_execute(&batch, list, progress.nr, &progress.executed);
		batch_close(&batch);
	}
	list += progress.executed * sizeof(struct xen_mmu_update);
	return progress_end(&progress, rc, __HYPERVISOR_mmu_update, list, foreign);
}

int64_t hypercall_mmu_update(uint64_t list, uint64_t count, uint64_t done, uint64_t foreign)
{
	struct vcpu *v = current_vcpu();
	struct update_batch batch;
	struct xen_mmu_update request;
	int rc;

	if (unlikely(count != 1) || unlikely(done) || unlikely(foreign != DOMID_SELF) ||
	    unlikely(v->arch.pv.pending_undo[0]))
		return update_list_call(list, count, done, foreign);
	if (!guest_words_read((uint64_t *)&request, list, sizeof(request) / 8))
		return -EFAULT;
	batch.locked = NULL;
	batch.tables = v->domain;
	batch.frames = v->domain;
	rc = request_execute(&batch, &request);
	batch_unlock(&batch);
	if (unlikely(rc == -ERESTART))
		return progress_continue(__HYPERVISOR_mmu_update, list, 1);
	if (unlikely(v->arch.pv.pending_undo[0]) && !rc)
		return progress_continue(__HYPERVISOR_mmu_update, list, 0);
	return rc;
}

/* The entry's table is locked; unlocks it. */
static never_inline int64_t va_mapping_change(const struct domain *from, uint64_t *slot,
					      struct page *table, uint64_t value, uint64_t address,
					      uint64_t flags)
{
	struct vcpu *v = current_vcpu();
	int rc = l1_write(v->domain, from, slot, READ_ONCE(*slot), value, ENTRY_PLAIN);

	table_unlock(table);
	if (unlikely(rc) || likely(!(flags & UVMF_FLUSHTYPE_MASK)))
		return rc;
	return guest_flush(v, flags, address);
}

static never_inline int64_t va_mapping_update(const struct domain *from, uint64_t address,
					      uint64_t value, uint64_t flags)
{
	const struct vcpu *v = current_vcpu();
	struct page *table;
	uint64_t *slot = l1_slot_lock(v->domain, v->arch.pv.kernel_root, address, &table);

	return slot ? va_mapping_change(from, slot, table, value, address, flags) : -EINVAL;
}

/* The common case without a call: no frame is exchanged, no flush wanted. */
int64_t hypercall_update_va_mapping(uint64_t address, uint64_t value, uint64_t flags)
{
	struct vcpu *v = current_vcpu();
	uint64_t new = l1_entry_adjust(value), *slot;
	struct page *table;

	slot = l1_slot_find(v->arch.pv.kernel_root, address, &table);
	if (unlikely(!slot) || unlikely(!table_trylock(table, PAGE_TYPE_L1)))
		return va_mapping_update(v->domain, address, value, flags);
	if (unlikely(table->owner_frame != page_owner_frame(v->domain))) {
		table_unlock(table);
		return -EINVAL;
	}
	if (!entry_is_present(value) || ((READ_ONCE(*slot) ^ new) & ~PTE_SOFT) ||
	    (flags & UVMF_FLUSHTYPE_MASK))
		return va_mapping_change(v->domain, slot, table, value, address, flags);
	WRITE_ONCE(*slot, new);
	table_unlock(table);
	return 0;
}

int64_t hypercall_update_va_mapping_otherdomain(uint64_t address, uint64_t value, uint64_t flags,
						uint64_t domain)
{
	struct domain *from;
	int64_t rc = foreign_get((domid_t)domain, &from);

	if (rc)
		return rc;
	rc = va_mapping_update(from, address, value, flags);
	foreign_put(from);
	return rc;
}
