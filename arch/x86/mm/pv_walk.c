/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walks of a PV guest's page tables through the direct map, without a lock: a
 * table may be replaced and freed while we look at it. So no frame number is
 * believed before it was checked, and who writes locks the L1 that was found.
 */
#include "hv/arch.h"
#include "pv_tables.h"

/* The lower table of a present entry, NULL: none. */
static always_inline const uint64_t *table_below(uint64_t entry)
{
	const struct page *page;

	if (unlikely(!(entry & PTE_PRESENT) || (entry & PTE_LARGE)))
		return NULL;
	page = frame_page(pte_to_mfn(entry));
	return likely(page) ? page_to_virt(page) : NULL;
}

static always_inline const uint64_t *table_walk(mfn_t root, uint64_t address, uint64_t *allowed,
						uint64_t *denied)
{
	const uint64_t *table = mfn_to_virt(root);

	if (unlikely(root.n == 0 || address_is_hypervisor(address) ||
		     !address_is_canonical(address)))
		return NULL;
	for (unsigned int level = 4; level > 1; level--) {
		uint64_t e = READ_ONCE(table[pt_index(address, level)]);

		*allowed &= e;
		*denied |= e;
		table = table_below(e);
		if (!table)
			return NULL;
	}
	return table;
}

uint64_t *l1_slot_find(mfn_t root, uint64_t address, struct page **table)
{
	uint64_t allowed = 0, denied = 0;
	const uint64_t *l1 = table_walk(root, address, &allowed, &denied);

	if (unlikely(!l1))
		return NULL;
	*table = virt_to_page(l1);
	return (uint64_t *)l1 + pt_index(address, 1);
}

uint64_t *l1_slot_lock(const struct domain *d, mfn_t root, uint64_t address, struct page **table)
{
	uint64_t *slot = l1_slot_find(root, address, table);

	if (unlikely(!slot || !table_lock(*table, PAGE_TYPE_L1)))
		return NULL;
	if (likely(page_owner(*table) == d))
		return slot;
	table_unlock(*table);
	return NULL;
}

uint64_t walk_rights(mfn_t root, uint64_t address)
{
	uint64_t allowed = ~0UL, denied = 0, e;
	const uint64_t *l1 = table_walk(root, address, &allowed, &denied);

	if (!l1)
		return 0;
	e = READ_ONCE(l1[pt_index(address, 1)]);
	if (!(e & PTE_PRESENT))
		return 0;
	allowed &= e;
	denied |= e;
	return PTE_PRESENT | (allowed & (PTE_WRITABLE | PTE_USER)) | (denied & PTE_NO_EXECUTE);
}

uint64_t pv_mmu_read_l1_entry(uint64_t address)
{
	const struct pv_vcpu *pv = &current_vcpu()->arch.pv;
	struct page *table;
	const uint64_t *slot = l1_slot_find(pv->in_kernel ? pv->kernel_root : pv->user_root,
					    address, &table);
	uint64_t e = slot ? READ_ONCE(*slot) : 0;

	return e & PTE_PRESENT ? e : 0;
}
