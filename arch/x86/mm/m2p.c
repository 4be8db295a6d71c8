/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine-to-physical table, 8 bytes a frame. Guests read it at M2P_START
 * (user, read-only; every other mapping in that slot is supervisor's); we read
 * and write the same frames at M2P_WRITABLE_START. Present for each GiB that
 * has RAM; frames without a guest frame hold all ones.
 */
#include "asm/memory.h"
#include "asm/processor.h"
#include "hv/heap.h"
#include "hv/page.h"
#include "hv/printk.h"
#include "hv/string.h"

#define CHUNK_BYTES MIB(2)
#define CHUNK_FRAMES (CHUNK_BYTES / sizeof(uint64_t))

void m2p_set(mfn_t mfn, uint64_t gfn)
{
	WRITE_ONCE(((uint64_t *)M2P_WRITABLE_START)[mfn.n], gfn);
}

void m2p_clear(mfn_t first, uint64_t nr_frames)
{
	memset((uint64_t *)M2P_WRITABLE_START + first.n, 0xff, nr_frames * sizeof(uint64_t));
}

uint64_t m2p_get(mfn_t mfn)
{
	return READ_ONCE(((uint64_t *)M2P_WRITABLE_START)[mfn.n]);
}

mfn_t m2p_frame(uint64_t index)
{
	uint64_t pte = index < M2P_BYTES / CHUNK_BYTES
			       ? hv_map_read(M2P_START + index * CHUNK_BYTES)
			       : 0;

	return pte ? pte_to_mfn(pte) : mfn_from(INVALID_FRAME);
}

void m2p_share(struct domain *d)
{
	for (uint64_t index = 0; index < M2P_BYTES / CHUNK_BYTES; index++) {
		mfn_t first = m2p_frame(index);

		if (first.n == INVALID_FRAME)
			continue;
		/* An address of the direct map by arithmetic only: nothing need be there. */
		for (uint64_t i = 0; i < CHUNK_BYTES / PAGE_SIZE; i++)
			heap_share_with(mfn_to_virt(mfn_from(first.n + i)), d, false);
	}
}

static void chunk_add(uint64_t index)
{
	uint64_t nr_pages = CHUNK_BYTES >> PAGE_SHIFT;
	paddr_t memory;

	if (boot_memory_alloc(CHUNK_BYTES, CHUNK_BYTES, BOOT_MEMORY_ANYWHERE, &memory) ||
	    hv_map(M2P_START + index * CHUNK_BYTES, paddr_to_mfn(memory), nr_pages,
		   PTE_HV_READ_ONLY | PTE_USER) ||
	    hv_map(M2P_WRITABLE_START + index * CHUNK_BYTES, paddr_to_mfn(memory), nr_pages,
		   PTE_HV_DATA))
		panic("no memory for the machine-to-physical table");
	memset((char *)M2P_WRITABLE_START + index * CHUNK_BYTES, 0xff, CHUNK_BYTES);
}

void m2p_init(uint64_t first_frame, uint64_t last_frame)
{
	for (uint64_t index = first_frame / CHUNK_FRAMES; index <= last_frame / CHUNK_FRAMES;
	     index++)
		if (!hv_map_read(M2P_START + index * CHUNK_BYTES))
			chunk_add(index);
}
