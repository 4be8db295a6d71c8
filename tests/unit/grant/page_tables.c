/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stands in for the PV MMU: entries in slots of each domain; the last quarter of them belongs to no table. */
#include <pthread.h>

#include "fixture.h"
#include "hv/arch.h"

uint64_t slots[NR_GRANT_DOMAINS][NR_SLOTS];

/* Two CPUs of a test may have entries at work at the same time. */
static pthread_mutex_t slots_lock = PTHREAD_MUTEX_INITIALIZER;

unsigned int fixture_index(const struct domain *d)
{
	return d == granter ? 0 : d == mapper ? 1 : 2;
}

static uint64_t *slot_find(const struct domain *d, uint64_t address, uint64_t base, uint64_t step)
{
	uint64_t n = (address - base) / step;

	if (address < base || (address - base) % step || n >= NR_SLOTS / 4 * 3)
		return NULL;
	return &slots[fixture_index(d)][n];
}

static void entry_put(uint64_t pte)
{
	if (!(pte & PTE_PRESENT))
		return;
	if (pte & PTE_WRITABLE)
		page_put_and_type(mfn_to_page(pte_to_mfn(pte)));
	else
		page_put(mfn_to_page(pte_to_mfn(pte)));
}

static int slot_create(uint64_t *slot, uint64_t pte)
{
	uint64_t old;

	if (!slot)
		return GNTST_general_error;
	pthread_mutex_lock(&slots_lock);
	old = *slot;
	*slot = pte;
	pthread_mutex_unlock(&slots_lock);
	entry_put(old);
	return GNTST_okay;
}

static int slot_destroy(uint64_t *slot, mfn_t mfn, uint64_t *from, uint64_t *old)
{
	int result = GNTST_general_error;

	if (!slot)
		return result;
	pthread_mutex_lock(&slots_lock);
	if (*slot & PTE_PRESENT && mfn_is_equal(pte_to_mfn(*slot), mfn)) {
		*old = *slot;
		*slot = from ? *from : 0;
		if (from)
			*from = 0;
		result = GNTST_okay;
	}
	pthread_mutex_unlock(&slots_lock);
	return result;
}

int pv_mmu_create_grant_pte(uint64_t pte_machine_address, uint64_t pte, struct domain *d)
{
	return slot_create(slot_find(d, pte_machine_address, SLOT_MACHINE, sizeof(uint64_t)), pte);
}

int pv_mmu_create_grant_linear(uint64_t address, uint64_t pte, struct vcpu *v)
{
	return slot_create(slot_find(v->domain, address, SLOT_ADDRESS, PAGE_SIZE), pte);
}

int pv_mmu_destroy_grant_pte(uint64_t pte_machine_address, mfn_t mfn, struct domain *d,
			     uint64_t *old)
{
	return slot_destroy(slot_find(d, pte_machine_address, SLOT_MACHINE, sizeof(uint64_t)), mfn,
			    NULL, old);
}

int pv_mmu_destroy_grant_linear(uint64_t address, mfn_t mfn, uint64_t new_address, struct vcpu *v,
				uint64_t *old)
{
	uint64_t *from = NULL;

	if (new_address) {
		from = slot_find(v->domain, new_address, SLOT_ADDRESS, PAGE_SIZE);
		if (!from)
			return GNTST_general_error;
	}
	return slot_destroy(slot_find(v->domain, address, SLOT_ADDRESS, PAGE_SIZE), mfn, from, old);
}

void page_tables_end(const struct domain *d)
{
	for (unsigned int i = 0; i < NR_SLOTS; i++) {
		entry_put(slots[fixture_index(d)][i]);
		slots[fixture_index(d)][i] = 0;
	}
}
