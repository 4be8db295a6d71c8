/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Blocks of the heap in use: the hypervisor's own and those of nobody yet.
 * Whose they become, and what domains are charged, is domain/pages.c's.
 */
#include "heap_internal.h"
#include "hv/arch.h"
#include "hv/printk.h"

static void page_give(struct page *page, unsigned int order)
{
	const struct heap_block block = {page, order, HEAP_DIRTY};

	heap_give(&block);
}

static void block_prepare(struct heap_block *block, uint32_t flags)
{
	if (flags & HEAP_FLAG_NO_SCRUB)
		heap_flush(block);
	else
		heap_wipe(block);
}

/* The hypervisor's own. */

void *heap_alloc(unsigned int order, uint32_t flags)
{
	struct heap_block block;

	if (!heap_take(order, flags, true, 0, &block))
		return NULL;
	block_prepare(&block, flags);
	for (uint64_t i = 0; i < 1UL << order; i++) {
		block.page[i].order = 0;
		block.page[i].count_info = PAGE_HYPERVISOR | 1;
	}
	return page_to_virt(block.page);
}

/* Drops our reference. False: someone who looked the frame up at the wrong moment still has one for an instant, and frees it. */
static bool frame_put(struct page *page)
{
	uint64_t left;

	BUG_ON((page->count_info & (PAGE_HYPERVISOR | PAGE_ALLOCATED | PAGE_FREE)) !=
	       PAGE_HYPERVISOR);
	left = __atomic_sub_fetch(&page->count_info, 1, __ATOMIC_SEQ_CST);
	if (left & PAGE_COUNT_MASK)
		return false;
	page->count_info = 0;
	return true;
}

void heap_free(void *address, unsigned int order)
{
	struct page *page;
	bool whole = true;

	if (!address)
		return;
	page = virt_to_page(address);
	for (uint64_t i = 0; i < 1UL << order; i++) {
		bool mine = frame_put(&page[i]);

		if (!mine && whole)
			for (uint64_t done = 0; done < i; done++)
				page_give(&page[done], 0);
		else if (mine && !whole)
			page_give(&page[i], 0);
		whole = whole && mine;
	}
	if (whole)
		page_give(page, order);
}

/* Nobody's. */

struct page *heap_alloc_claimed(unsigned int order, uint32_t flags, uint64_t claimed)
{
	struct heap_block block;

	if (!heap_take(order, flags, flags & HEAP_FLAG_NO_SCRUB || heap_may_wipe(order), claimed,
		       &block))
		return NULL;
	block_prepare(&block, flags);
	return block.page;
}

struct page *heap_alloc_unowned(unsigned int order, uint32_t flags)
{
	return heap_alloc_claimed(order, flags, 0);
}

void heap_free_unowned(struct page *page, unsigned int order)
{
	for (uint64_t i = 0; i < 1UL << order; i++)
		BUG_ON(page[i].count_info != 0);
	page_give(page, order);
}
