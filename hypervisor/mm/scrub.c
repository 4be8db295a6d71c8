/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wiping freed memory. What idle CPUs haven't wiped yet is wiped when it is
 * allocated, up to 1 MiB in one go; a larger block is only handed out clean,
 * and who wants one wipes towards it in steps (heap_scrub_step()).
 * Memory that no guest has had is left alone unless bootscrub is on.
 */
#include "heap_internal.h"
#include "hv/arch.h"
#include "hv/params.h"
#include "hv/perf.h"
#include "hv/softirq.h"
#include "hv/string.h"

/* An idle CPU looks for other work after each piece: 16 KiB. */
#define PIECE_ORDER 2

/* Read at once, before a look whether all are zero. */
#define LOOK_WORDS 64

static bool scrub_boot_memory;
BOOLEAN_PARAMETER("bootscrub", scrub_boot_memory,
		  "idle processors wipe memory that was never used");

static bool scrub_is_started;

/*
 * The CPU that has a piece in hand, +1; 0: none. One at a time, the others
 * sleep: more would only wait for each other, and allocations for them all.
 */
static uint32_t scrub_cpu;

bool heap_may_wipe(unsigned int order)
{
	return order <= HEAP_WIPE_ORDER || !scrub_is_started;
}

void heap_flush(struct heap_block *block)
{
	if (block->kind == HEAP_DIRTY)
		page_flush_before_reuse(block->page, block->order);
}

/* What is zero already is only read: under another hypervisor it then needs no memory of the host's. */
static void page_wipe(uint64_t *words)
{
	const uint64_t *end = words + PAGE_SIZE / sizeof(*words);

	for (; words < end; words += LOOK_WORDS) {
		uint64_t any = 0;

#pragma GCC unroll 64
		for (unsigned int i = 0; i < LOOK_WORDS; i++)
			any |= words[i];
		if (any) {
			memset(words, 0, (size_t)(end - words) * sizeof(*words));
			return;
		}
	}
}

void heap_wipe(struct heap_block *block)
{
	if (block->kind == HEAP_CLEAN)
		return;
	/* Flushed first: a guest that still could, might write to it after it was wiped. */
	heap_flush(block);
	for (uint64_t i = 0; i < 1UL << block->order; i++)
		page_wipe(page_to_virt(&block->page[i]));
	block->kind = HEAP_CLEAN;
}

static bool scrub_piece(unsigned int order, bool boot_too)
{
	struct heap_block block;

	if (!heap_take_unclean(order, boot_too, &block))
		return false;
	heap_wipe(&block);
	heap_give_clean(&block);
	return true;
}

bool heap_scrub_step(void)
{
	uint64_t before = heap_nr_unclean_pages(true), target = 1UL << HEAP_WIPE_ORDER;

	while (scrub_piece(HEAP_WIPE_ORDER, true)) {
		uint64_t left = heap_nr_unclean_pages(true);

		if (left + target <= before || left > before)
			return true;
		if (softirq_is_pending())
			return true;
	}
	return before != 0;
}

bool heap_needs_scrub(void)
{
	uint32_t nobody = 0;

	if (!scrub_is_started || heap_nr_unclean_pages(scrub_boot_memory) == 0)
		return false;
	return __atomic_compare_exchange_n(&scrub_cpu, &nobody, cpu_this() + 1, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED) ||
	       nobody == cpu_this() + 1;
}

static void scrub_run(void)
{
	PERF_INC(scrubs);
	/* One piece: the idle loop asks for the next when nothing else came. */
	scrub_piece(PIECE_ORDER, scrub_boot_memory);
	__atomic_store_n(&scrub_cpu, 0, __ATOMIC_RELEASE);
}

void heap_start_scrub(void)
{
	softirq_register(SOFTIRQ_SCRUB, scrub_run);
	scrub_is_started = true;
}
