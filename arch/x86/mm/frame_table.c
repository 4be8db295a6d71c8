/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Places the frame table: mapped in 2 MiB pieces, each describing 256 MiB of
 * machine memory, where there is RAM. In such a piece, frames that are no RAM
 * and those of the first MiB are PAGE_RESERVED; RAM is the hypervisor's until
 * the heap takes it.
 */
#include "asm/memory.h"
#include "hv/bitmap.h"
#include "hv/boot.h"
#include "hv/page.h"
#include "hv/printk.h"
#include "hv/string.h"

#define CHUNK_BYTES MIB(2)
#define CHUNK_FRAMES (CHUNK_BYTES / sizeof(struct page))
#define NR_CHUNKS (MACHINE_BYTES / PAGE_SIZE / CHUNK_FRAMES)
#define LOW_FRAMES (MIB(1) / PAGE_SIZE)

uint64_t frame_table_nr_frames;
static uint64_t chunks[(NR_CHUNKS + 63) / 64];

bool mfn_is_valid(mfn_t mfn)
{
	return mfn.n < frame_table_nr_frames && bitmap_test(chunks, mfn.n / CHUNK_FRAMES);
}

static void chunk_add(uint64_t index)
{
	struct page *pages = (struct page *)FRAME_TABLE_START + index * CHUNK_FRAMES;
	paddr_t memory;

	if (boot_memory_alloc(CHUNK_BYTES, CHUNK_BYTES, BOOT_MEMORY_ANYWHERE, &memory) ||
	    hv_map((uint64_t)pages, paddr_to_mfn(memory), CHUNK_BYTES >> PAGE_SHIFT, PTE_HV_DATA))
		panic("no memory for the frame table");
	memset(pages, 0, CHUNK_BYTES);
	for (uint64_t i = 0; i < CHUNK_FRAMES; i++)
		pages[i].count_info = PAGE_RESERVED;
	bitmap_set(chunks, index);
}

static void range_add(uint64_t first, uint64_t end)
{
	for (uint64_t index = first / CHUNK_FRAMES; index <= (end - 1) / CHUNK_FRAMES; index++)
		if (!bitmap_test(chunks, index))
			chunk_add(index);
	for (uint64_t frame = MAX(first, LOW_FRAMES); frame < end; frame++)
		mfn_to_page(mfn_from(frame))->count_info = PAGE_HYPERVISOR | 1;
	m2p_init(first, end - 1);
	frame_table_nr_frames = MAX(frame_table_nr_frames, end);
}

void frame_table_init(void)
{
	for (uint32_t i = 0; i < boot_information.nr_ranges; i++) {
		const struct boot_range *range = &boot_information.ranges[i];
		uint64_t first = ROUND_UP(range->start, PAGE_SIZE) / PAGE_SIZE;
		uint64_t end = MIN(range->start + range->bytes, MACHINE_BYTES) / PAGE_SIZE;

		if (range->type == BOOT_RANGE_RAM && first < end)
			range_add(first, end);
	}
	frame_table_nr_frames = ROUND_UP(frame_table_nr_frames, CHUNK_FRAMES);
}
