/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The counts of hv/page.h in line, for code that takes and drops them by the
 * hundred. Each does the common case with one locked operation and leaves the
 * rest to the function of that name without `_inline`.
 */
#ifndef HV_PAGE_COUNT_H
#define HV_PAGE_COUNT_H

#include "asm/tlb.h"
#include "hv/page.h"

/* The upper byte of type_info of a frame that is WRITABLE, in use and at rest. */
#define PAGE_TYPE_BYTE_WRITABLE (PAGE_TYPE_WRITABLE >> 56)

/* What owner_frame is for d's frames. */
static always_inline uint32_t page_owner_frame(const struct domain *d)
{
	return (uint32_t)virt_to_mfn(d).n;
}

static always_inline bool page_word_replace(uint64_t *word, uint64_t *expected, uint64_t value)
{
	return likely(__atomic_compare_exchange_n(word, expected, value, false, __ATOMIC_SEQ_CST,
						  __ATOMIC_RELAXED));
}

/* The clock where a type's word keeps it. */
static always_inline uint64_t page_type_stamp(void)
{
	return tlb_clock_read() << (64 - PAGE_TYPE_STAMP_SHIFT + 8) >> 8;
}

static always_inline bool page_count_take(struct page *page, uint64_t x)
{
	do {
		/* Nobody's, or half full. */
		if (unlikely((int64_t)(x << 16) <= 0))
			return false;
	} while (!page_word_replace(&page->count_info, &x, x + 1));
	return true;
}

static always_inline bool must_check page_get_inline(struct page *page, uint32_t owner_frame)
{
	uint64_t x = __atomic_load_n(&page->count_info, __ATOMIC_RELAXED);

	if (unlikely(page->owner_frame != owner_frame) || unlikely(!page_count_take(page, x)))
		return false;
	/* It may have been freed and allocated to another domain before the reference held it. */
	if (likely(__atomic_load_n(&page->owner_frame, __ATOMIC_RELAXED) == owner_frame))
		return true;
	page_put(page);
	return false;
}

static always_inline void page_put_inline(struct page *page)
{
	uint64_t left = __atomic_sub_fetch(&page->count_info, 1, __ATOMIC_SEQ_CST);

	if (unlikely(left << 16 == 0))
		page_release(page);
}

static always_inline int must_check page_get_writable_inline(struct page *page)
{
	uint64_t x = __atomic_load_n(&page->type_info, __ATOMIC_RELAXED);

	if (likely(x >> 56 == PAGE_TYPE_BYTE_WRITABLE) && likely((int32_t)x > 0) &&
	    page_word_replace(&page->type_info, &x, x + 1))
		return 0;
	return page_get_type(page, PAGE_TYPE_WRITABLE);
}

/* Stamped each time: were it not, a use that came and went between our look at the clock and the exchange could leave the word as it was
 * and its translations unflushed. */
static always_inline void page_put_writable_inline(struct page *page)
{
	uint64_t x = __atomic_load_n(&page->type_info, __ATOMIC_RELAXED);

	while (likely(x >> 56 == PAGE_TYPE_BYTE_WRITABLE))
		if (page_word_replace(&page->type_info, &x,
				      PAGE_TYPE_WRITABLE | page_type_stamp() | (uint32_t)(x - 1)))
			return;
	page_put_type(page);
}

/* Upper byte of the type_info of a validated table at rest, its pin aside. */
#define PAGE_TYPE_BYTE_VALIDATED(type) (((type) | PAGE_TYPE_VALIDATED) >> 56)
#define PAGE_TYPE_BYTE_MASK (0xff & ~(PAGE_TYPE_PINNED >> 56))

static always_inline int must_check page_get_table_inline(struct page *page, uint64_t type)
{
	uint64_t x = __atomic_load_n(&page->type_info, __ATOMIC_RELAXED);

	if (likely((x >> 56 & PAGE_TYPE_BYTE_MASK) == PAGE_TYPE_BYTE_VALIDATED(type)) &&
	    likely((int32_t)x > 0) && page_word_replace(&page->type_info, &x, x + 1))
		return 0;
	return page_get_type(page, type);
}

/* True when that was not the last use, and nothing more is to be seen to. */
static always_inline bool page_put_table_inline(struct page *page, uint64_t type)
{
	uint64_t x = __atomic_load_n(&page->type_info, __ATOMIC_RELAXED);

	return likely((x >> 56 & PAGE_TYPE_BYTE_MASK) == PAGE_TYPE_BYTE_VALIDATED(type)) &&
	       (uint32_t)x > 1 &&
	       page_word_replace(&page->type_info, &x,
				 ((x - 1) & ~PAGE_TYPE_STAMP_MASK) | page_type_stamp());
}

#endif
