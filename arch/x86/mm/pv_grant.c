/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries that the grant layer makes and removes in tables of the current
 * domain. The mapping owns the references that the grant layer took; a guest
 * that overwrites such an entry itself drops them as with any other, and the
 * removal then finds the entry changed and refuses.
 */
#include "abi/grant_table.h"
#include "hv/arch.h"
#include "pv_entries.h"
#include "pv_walk.h"

/* Locks the L1 that holds an entry at a machine address. */
static uint64_t *slot_lock_at(uint64_t machine_address, const struct domain *d, struct page **table)
{
	struct page *page = frame_page(mfn_from(machine_address >> PAGE_SHIFT));

	if (!page || (machine_address & 7) || !table_lock(page, PAGE_TYPE_L1))
		return NULL;
	if (page_owner(page) != d) {
		table_unlock(page);
		return NULL;
	}
	*table = page;
	return (uint64_t *)((char *)page_to_virt(page) + (machine_address & ~PAGE_MASK));
}

static int slot_create(uint64_t *slot, struct page *table, uint64_t pte, const struct domain *d)
{
	struct page *page = frame_page(pte_to_mfn(pte));
	uint64_t old = READ_ONCE(*slot);

	if (page && page_owner(page) != d)
		frame_mark_foreign(page);
	(void)entry_write(slot, old, l1_entry_adjust(pte), ENTRY_PLAIN);
	table_unlock(table);
	if (old & PTE_PRESENT)
		l1_entry_put(old);
	return GNTST_okay;
}

/* Replaces an entry that maps mfn by another value, whose references move with it. */
static int slot_destroy(uint64_t *slot, struct page *table, mfn_t mfn, uint64_t new, uint64_t *old)
{
	uint64_t entry = READ_ONCE(*slot);
	bool is_it = (entry & PTE_PRESENT) && mfn_is_equal(pte_to_mfn(entry), mfn);

	if (is_it) {
		(void)entry_write(slot, entry, new, ENTRY_PLAIN);
		*old = entry;
	}
	table_unlock(table);
	return is_it ? GNTST_okay : GNTST_general_error;
}

int pv_mmu_create_grant_pte(uint64_t pte_machine_address, uint64_t pte, struct domain *d)
{
	struct page *table;
	uint64_t *slot = slot_lock_at(pte_machine_address, d, &table);

	return slot ? slot_create(slot, table, pte, d) : GNTST_general_error;
}

int pv_mmu_create_grant_linear(uint64_t address, uint64_t pte, struct vcpu *v)
{
	struct page *table;
	uint64_t *slot = l1_slot_lock(v->domain, v->arch.pv.kernel_root, address, &table);

	return slot ? slot_create(slot, table, pte, v->domain) : GNTST_general_error;
}

int pv_mmu_destroy_grant_pte(uint64_t pte_machine_address, mfn_t mfn, struct domain *d,
			     uint64_t *old)
{
	struct page *table;
	uint64_t *slot = slot_lock_at(pte_machine_address, d, &table);

	return slot ? slot_destroy(slot, table, mfn, 0, old) : GNTST_general_error;
}

/* Takes the entry of new_address away from there, with its references. */
static int slot_steal(struct vcpu *v, uint64_t new_address, uint64_t *value)
{
	struct page *table;
	uint64_t *slot = l1_slot_lock(v->domain, v->arch.pv.kernel_root, new_address, &table);

	if (!slot)
		return GNTST_general_error;
	*value = READ_ONCE(*slot);
	(void)entry_write(slot, *value, 0, ENTRY_PLAIN);
	table_unlock(table);
	return GNTST_okay;
}

static void slot_give_back(struct vcpu *v, uint64_t new_address, uint64_t value)
{
	struct page *table;
	uint64_t *slot = l1_slot_lock(v->domain, v->arch.pv.kernel_root, new_address, &table);
	uint64_t old = value;

	if (slot) {
		old = READ_ONCE(*slot);
		(void)entry_write(slot, old, value, ENTRY_PLAIN);
		table_unlock(table);
	}
	if (old & PTE_PRESENT)
		l1_entry_put(old);
}

int pv_mmu_destroy_grant_linear(uint64_t address, mfn_t mfn, uint64_t new_address, struct vcpu *v,
				uint64_t *old)
{
	struct page *table;
	uint64_t *slot, value = 0;
	int rc = new_address ? slot_steal(v, new_address, &value) : GNTST_okay;

	if (rc != GNTST_okay)
		return rc;
	slot = l1_slot_lock(v->domain, v->arch.pv.kernel_root, address, &table);
	rc = slot ? slot_destroy(slot, table, mfn, value, old) : GNTST_general_error;
	if (rc != GNTST_okay && new_address)
		slot_give_back(v, new_address, value);
	return rc;
}
