/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the allocator's parts only: heap.c (free blocks), scrub.c (when their
 * contents are wiped), offline.c (frames that nobody gets) and heap_alloc.c
 * (blocks in use).
 * A block that was taken is in nobody's list: count_info of all its frames is
 * 0 until its taker sets it, so no reference to it can be had.
 */
#ifndef MM_HEAP_INTERNAL_H
#define MM_HEAP_INTERNAL_H

#include "hv/heap.h"
#include "hv/lock.h"
#include "hv/page.h"
#include "hv/types.h"

/* What a free block holds. Blocks of different kinds join only when a large one is short. */
enum heap_kind {
	HEAP_CLEAN, /* zeroes; nobody's TLB knows it */
	HEAP_BOOT,  /* whatever firmware left */
	HEAP_DIRTY, /* an earlier owner's data, perhaps still in a TLB */
	HEAP_NR_KINDS
};

struct heap_block {
	struct page *page;
	unsigned int order;
	enum heap_kind kind;
};

/* Takes a block, counted out of the free pages. may_wipe: any kind will do, else only a clean one. claimed: pages of the
 * claims that are the caller's own. False: none. */
bool must_check heap_take(unsigned int order, uint32_t flags, bool may_wipe, uint64_t claimed,
			  struct heap_block *block);
/* The reverse, joined with its neighbours; count_info is set here. */
void heap_give(const struct heap_block *block);
/* For the scrubber: the smallest block that needs it, cut down to 2^order pages; stays counted as free. */
bool must_check heap_take_unclean(unsigned int order, bool boot_too, struct heap_block *block);
void heap_give_clean(struct heap_block *block);
/* How many pages wait for the scrubber. */
uint64_t heap_nr_unclean_pages(bool boot_too);

/* offline.c, with the heap's lock: a frame's mark; whether one of these waits to go off; a new mark, -ENOSPC when the table is full (never for
 * a frame that has one); no mark any more. */
enum heap_mark offline_find(uint64_t frame);
bool offline_is_wanted(uint64_t frame, uint64_t nr_frames);
int must_check offline_mark(uint64_t frame, enum heap_mark mark);
void offline_forget(uint64_t frame);

/* Flushes stale translations of the block and makes it zero as its kind needs. No lock held. */
void heap_wipe(struct heap_block *block);
/* Only the flush: the caller overwrites it all. */
void heap_flush(struct heap_block *block);
/* True while a block of any order may be wiped at allocation: at boot. */
bool heap_may_wipe(unsigned int order);

#endif
