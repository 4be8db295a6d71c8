/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an entry of a guest's page table may map, and the references that it holds for it. */
#include "hv/rangeset.h"
#include "pv_entries.h"

bool domain_may_set_cache_flags(const struct domain *d)
{
	const struct rangeset *set = d->arch.io_memory_allowed;

	return d->is_hardware || (set && !rangeset_is_empty(set));
}

void frame_mark_foreign(struct page *page)
{
	if (!(READ_ONCE(page->count_info) & PAGE_FOREIGN))
		__atomic_fetch_or(&page->count_info, PAGE_FOREIGN, __ATOMIC_SEQ_CST);
}

static bool domain_may_map_io(const struct domain *d, mfn_t mfn)
{
	const struct rangeset *set = d->arch.io_memory_allowed;

	return set && rangeset_contains(set, mfn.n, mfn.n);
}

/* I/O memory has no references: the right to it is the whole check. */
int l1_entry_get_io(const struct domain *d, const struct domain *from, uint64_t entry)
{
	mfn_t mfn = pte_to_mfn(entry);

	if (mfn.n == (PTE_FRAME_MASK >> PAGE_SHIFT))
		return -EINVAL;
	if (!domain_may_map_io(d, mfn))
		return -EPERM;
	if (from != d && from != io_domain && !domain_may_map_io(from, mfn))
		return -EPERM;
	return 0;
}

bool table_lock_slowly(struct page *page, uint64_t type)
{
	uint64_t x = READ_ONCE(page->type_info);

	for (;;) {
		if ((x & PAGE_TYPE_MASK) != type || (x & PAGE_TYPE_PARTIAL) ||
		    (x & PAGE_TYPE_COUNT_MASK) == 0)
			return false;
		if ((x & (PAGE_TYPE_VALIDATED | PAGE_TYPE_LOCKED)) == PAGE_TYPE_VALIDATED) {
			if (__atomic_compare_exchange_n(&page->type_info, &x,
							(x + 1) | PAGE_TYPE_LOCKED, false,
							__ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
				return true;
			continue;
		}
		tlb_relax();
		x = READ_ONCE(page->type_info);
	}
}

/*
 * Linear page tables: an L4 entry that names an L4, read-only, so that a guest
 * reads its tables as data. Naming itself needs no reference. Another page must
 * be validated already and have no such entries itself: no chains, so taking
 * one apart never leads further than one step.
 */
static bool linear_count_add(struct page *page, int delta)
{
	int16_t x = __atomic_load_n(&page->linear_count, __ATOMIC_RELAXED);

	do {
		/* One page has entries (above 0) or is named by them (below), never both. */
		if ((delta > 0 && (x < 0 || x == INT16_MAX)) ||
		    (delta < 0 && (x > 0 || x == INT16_MIN)))
			return false;
	} while (!__atomic_compare_exchange_n(&page->linear_count, &x, (int16_t)(x + delta), false,
					      __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
	return true;
}

/* Undoes linear_count_add(), so never at a limit. */
static void linear_count_undo(struct page *page, int delta)
{
	__atomic_fetch_add(&page->linear_count, (int16_t)-delta, __ATOMIC_SEQ_CST);
}

static int linear_type_get(struct page *table, struct page *page)
{
	uint64_t x = READ_ONCE(page->type_info);

	if (!linear_count_add(table, 1))
		return -EINVAL;
	do {
		if ((x & (PAGE_TYPE_MASK | PAGE_TYPE_VALIDATED)) !=
			    (PAGE_TYPE_L4 | PAGE_TYPE_VALIDATED) ||
		    (int32_t)x < 0) {
			linear_count_undo(table, 1);
			return -EINVAL;
		}
	} while (!__atomic_compare_exchange_n(&page->type_info, &x, x + 1, false, __ATOMIC_SEQ_CST,
					      __ATOMIC_RELAXED));
	if (linear_count_add(page, -1))
		return 0;
	linear_count_undo(table, 1);
	page_put_type(page);
	return -EINVAL;
}

static bool entry_is_linear(uint64_t entry, unsigned int level, const struct page *page)
{
	return level == 4 && level_of_type(READ_ONCE(page->type_info)) == 4 &&
	       !(entry & PTE_WRITABLE);
}

int table_entry_get(const struct domain *d, struct page *table, uint64_t entry, unsigned int level,
		    bool has_reference)
{
	struct page *page = frame_page(pte_to_mfn(entry));
	int rc;

	if (unlikely((entry & PTE_TABLE_FORBIDDEN) || !page))
		return -EINVAL;
	if (unlikely(level == 4 && page == table))
		return entry & PTE_WRITABLE ? -EINVAL : 0;
	if (!has_reference && !page_get(page, d))
		return -EINVAL;
	if (unlikely(entry_is_linear(entry, level, page)))
		rc = linear_type_get(table, page);
	else
		rc = page_get_type(page, type_of_level(level - 1));
	if (unlikely(rc) && rc != -ERESTART)
		page_put(page);
	return rc;
}

int table_entry_put(struct page *table, uint64_t entry, unsigned int level)
{
	struct page *page = frame_page(pte_to_mfn(entry));
	int rc;

	BUG_ON(!page);
	if (unlikely(level == 4 && page == table))
		return 0;
	/* The use that the entry holds keeps the type what it was at the get. */
	if (unlikely(level == 4 && level_of_type(READ_ONCE(page->type_info)) == 4)) {
		linear_count_undo(table, 1);
		linear_count_undo(page, -1);
	}
	rc = page_put_type_preemptible(page);
	if (rc == 0)
		page_put(page);
	return rc;
}
