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

/* Reads the entry of one level; false when it leads nowhere. */
static always_inline bool walk_step(mfn_t *table, uint64_t address, unsigned int level,
				    uint64_t *entry)
{
	const uint64_t *entries = mfn_to_virt(*table);

	if (unlikely(!word_read_safe(&entries[pt_index(address, level)], entry)) ||
	    unlikely((*entry & (PTE_PRESENT | PTE_LARGE)) != PTE_PRESENT))
		return false;
	*table = pte_to_mfn(*entry);
	/* Inside the direct map, whatever was read. */
	return likely(table->n < frame_table_nr_frames);
}

static always_inline bool walk_is_permitted(mfn_t root, uint64_t address)
{
	return likely(root.n) && likely(!address_is_hypervisor(address)) &&
	       likely(address_is_canonical(address));
}

/* The L1 entry of an address in the tables below root, not locked; its table in *table. NULL: none. */
static always_inline uint64_t *l1_slot_find(mfn_t root, uint64_t address, struct page **table)
{
	uint64_t entry;
	mfn_t mfn = root;

	if (!walk_is_permitted(root, address) || !walk_step(&mfn, address, 4, &entry) ||
	    !walk_step(&mfn, address, 3, &entry) || !walk_step(&mfn, address, 2, &entry))
		return NULL;
	*table = frame_page_known(mfn);
	if (unlikely(!*table))
		return NULL;
	return (uint64_t *)mfn_to_virt(mfn) + pt_index(address, 1);
}

/* The same, table locked. */
static always_inline uint64_t *l1_slot_lock(const struct domain *d, mfn_t root, uint64_t address,
					    struct page **table)
{
	uint64_t *slot = l1_slot_find(root, address, table);

	if (unlikely(!slot || !table_lock(*table, PAGE_TYPE_L1)))
		return NULL;
	if (likely(page_owner(*table) == d))
		return slot;
	table_unlock(*table);
	return NULL;
}

#endif
