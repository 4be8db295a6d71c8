/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walks of a PV guest's page tables through the direct map, without a lock: a
 * table may be replaced, freed and given away while we look at it. So a frame
 * number on the way is read with care, and who uses the L1 locks it and looks
 * whose it is.
 */
#ifndef MM_PV_WALK_H
#define MM_PV_WALK_H

#include "pv_tables.h"

/* What a walk from root permits: the AND of rights, OR of NX; 0 when not mapped. */
uint64_t walk_rights(mfn_t root, uint64_t address);

/* Reads the entry of one level and goes down; false when it leads nowhere. */
static always_inline bool walk_step(paddr_t *table, uint64_t limit, uint64_t address,
				    unsigned int level)
{
	const uint64_t *entries = paddr_to_virt(*table);
	uint64_t entry;

	if (unlikely(!word_read_safe(&entries[pt_index(address, level)], &entry)) ||
	    unlikely(!entry_is_present(entry)))
		return false;
	table->a = entry & PTE_FRAME_MASK;
	/* Inside the direct map, whatever was read. */
	return likely(table->a < limit);
}

static always_inline bool walk_is_permitted(mfn_t root, uint64_t address)
{
	return likely(root.n) && likely(!address_is_hypervisor(address)) &&
	       likely(address_is_canonical(address));
}

/* The L1 entry of an address in the tables below root, not locked; its table in *table. NULL: none. */
static always_inline uint64_t *l1_slot_find(mfn_t root, uint64_t address, struct page **table)
{
	uint64_t limit = frame_table_nr_frames << PAGE_SHIFT;
	paddr_t at = mfn_to_paddr(root);

	if (!walk_is_permitted(root, address) || !walk_step(&at, limit, address, 4) ||
	    !walk_step(&at, limit, address, 3) || !walk_step(&at, limit, address, 2))
		return NULL;
	*table = frame_page_known(paddr_to_mfn(at));
	if (unlikely(!*table))
		return NULL;
	return (uint64_t *)paddr_to_virt(at) + pt_index(address, 1);
}

/* The same, table locked. */
static always_inline uint64_t *l1_slot_lock(const struct domain *d, mfn_t root, uint64_t address,
					    struct page **table)
{
	uint64_t *slot = l1_slot_find(root, address, table);

	if (unlikely(!slot || !table_lock(*table, PAGE_TYPE_L1)))
		return NULL;
	if (likely((*table)->owner_frame == page_owner_frame(d)))
		return slot;
	table_unlock(*table);
	return NULL;
}

#endif
