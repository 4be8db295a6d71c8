/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What L1 entries hold, in line: validation and updates do little else.
 * `d` owns the table, `from` the frames that may be mapped: d itself, a
 * foreign domain, io_domain.
 */
#ifndef MM_PV_ENTRIES_H
#define MM_PV_ENTRIES_H

#include "hv/page_count.h"
#include "pv_tables.h"

/* The rare cases: I/O memory; -EPERM, -EINVAL. */
int must_check l1_entry_get_io(const struct domain *d, const struct domain *from, uint64_t entry);
/* Marks a frame that somebody beside its owner maps, before he does. */
void frame_mark_foreign(struct page *page);

/* Takes what a present L1 entry needs and makes the entry what is stored; -EINVAL, -EPERM, -EBUSY (not its frame, or a use that
 * no writable mapping may stand beside). */
static always_inline int must_check l1_entry_get(const struct domain *d, const struct domain *from,
						 uint64_t *entry)
{
	uint64_t e = l1_entry_adjust(*entry);
	struct page *page;
	int rc;

	if (unlikely(e & PTE_CACHE_FLAGS) && !domain_may_set_cache_flags(d))
		return -EINVAL;
	*entry = e;
	page = frame_page(pte_to_mfn(e));
	if (unlikely(!page))
		return l1_entry_get_io(d, from, e);
	if (unlikely(!page_get_inline(page, page_owner_frame(from))))
		return -EBUSY;
	if (unlikely(from != d))
		frame_mark_foreign(page);
	if (!(e & PTE_WRITABLE))
		return 0;
	rc = page_get_writable_inline(page);
	if (likely(!rc))
		return 0;
	page_put(page);
	return -EBUSY;
}

/* Drops what a present entry holds. */
static always_inline void l1_entry_put(uint64_t entry)
{
	struct page *page = frame_page_known(pte_to_mfn(entry));

	if (unlikely(!page))
		return;
	if (entry & PTE_WRITABLE)
		page_put_writable_inline(page);
	page_put_inline(page);
}

#endif
