/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The walks that are not worth to be in line. */
#include "pv_walk.h"
#include "hv/arch.h"

uint64_t walk_rights(mfn_t root, uint64_t address)
{
	uint64_t allowed = ~0UL, denied = 0, entry = 0;
	mfn_t mfn = root;

	if (!walk_is_permitted(root, address))
		return 0;
	for (unsigned int level = 4; level > 0; level--) {
		const uint64_t *entries = mfn_to_virt(mfn);

		if (!word_read_safe(&entries[pt_index(address, level)], &entry) ||
		    !(entry & PTE_PRESENT))
			return 0;
		allowed &= entry;
		denied |= entry;
		mfn = pte_to_mfn(entry);
	}
	return PTE_PRESENT | (allowed & (PTE_WRITABLE | PTE_USER)) | (denied & PTE_NO_EXECUTE);
}

uint64_t pv_mmu_read_l1_entry(uint64_t address)
{
	const struct pv_vcpu *pv = &current_vcpu()->arch.pv;
	struct page *table;
	const uint64_t *slot = l1_slot_find(pv->in_kernel ? pv->kernel_root : pv->user_root,
					    address, &table);
	uint64_t entry;

	return slot && word_read_safe(slot, &entry) && (entry & PTE_PRESENT) ? entry : 0;
}
