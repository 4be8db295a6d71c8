/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dom0's boot page tables: its first pages at VIRT_BASE, and the
 * physical-to-machine list where INIT_P2M wants it. Built as a guest would
 * build them, then validated and pinned like any guest's.
 */
#include "dom0_private.h"

#include "asm/pv_mmu.h"
#include "hv/errno.h"
#include "hv/printk.h"
#include "hv/string.h"

#define GUEST_TABLE (PTE_PRESENT | PTE_WRITABLE | PTE_USER | PTE_ACCESSED | PTE_DIRTY)
#define GUEST_PAGE (PTE_PRESENT | PTE_WRITABLE | PTE_USER | PTE_ACCESSED | PTE_DIRTY)

/* Tables of one level that cover a range; 0 bytes: none. */
static uint64_t tables_of_range(uint64_t start, uint64_t bytes, unsigned int level)
{
	unsigned int shift = 12 + 9 * level;

	if (!bytes)
		return 0;
	return ((start + bytes - 1) >> shift) - (start >> shift) + 1;
}

static uint64_t tables_below_root(uint64_t start, uint64_t bytes)
{
	return tables_of_range(start, bytes, 1) + tables_of_range(start, bytes, 2) +
	       tables_of_range(start, bytes, 3);
}

static void table_plan_boot_map(struct dom0_plan *plan)
{
	uint64_t nr_tables = 1 + plan->p2m_table_pages;

	/* The tables lie in the range that they map: grow until they fit. */
	for (;;) {
		uint64_t needed;

		plan->stack_pfn = plan->tables_pfn + nr_tables;
		plan->map_end_pfn = ROUND_UP((plan->stack_pfn + 1) * PAGE_SIZE + KIB(512), MIB(4)) /
				    PAGE_SIZE;
		needed = 1 + plan->p2m_table_pages +
			 tables_below_root(plan->base, plan->map_end_pfn * PAGE_SIZE);
		if (needed <= nr_tables)
			break;
		nr_tables = needed;
	}
	plan->nr_table_pages = nr_tables;
}

void dom0_tables_plan(struct dom0_plan *plan, const struct dom0_image *image)
{
	uint64_t list_bytes = plan->nr_pages * sizeof(uint64_t);
	uint64_t next = image->end / PAGE_SIZE;

	plan->base = image->notes.virt_base;
	plan->p2m_pages = ROUND_UP(list_bytes, PAGE_SIZE) / PAGE_SIZE;
	if (image->notes.has_init_p2m) {
		plan->p2m_address = image->notes.init_p2m;
		plan->p2m_table_pages = tables_below_root(plan->p2m_address,
							  plan->p2m_pages * PAGE_SIZE);
	} else {
		plan->p2m_pfn = next;
		plan->p2m_address = plan->base + next * PAGE_SIZE;
		next += plan->p2m_pages;
	}
	plan->start_info_pfn = next;
	plan->tables_pfn = next + 1;
	table_plan_boot_map(plan);
	plan->initrd_pfn = plan->map_end_pfn;
	if (image->notes.has_init_p2m) {
		/* Linux takes all frames below the list for mapped, and walks its tables by that mapping. */
		plan->p2m_pfn = plan->map_end_pfn;
		plan->initrd_pfn += plan->p2m_pages;
	}
}

struct table_pool {
	const struct dom0_plan *plan;
	uint64_t next_pfn, end_pfn;
};

static uint64_t *table_take(struct table_pool *pool, uint64_t *pfn)
{
	BUG_ON(pool->next_pfn >= pool->end_pfn);
	*pfn = pool->next_pfn++;
	return memset(dom0_page(pool->plan, *pfn), 0, PAGE_SIZE);
}

/* The next lower table of an entry, made when it isn't there. */
static uint64_t *table_descend(struct table_pool *pool, uint64_t *entry)
{
	uint64_t pfn;
	uint64_t *table;

	if (*entry)
		return mfn_to_virt(pte_to_mfn(*entry));
	table = table_take(pool, &pfn);
	*entry = pte_make(mfn_from(pool->plan->p2m[pfn]), GUEST_TABLE);
	return table;
}

static bool pfn_is_table(const struct dom0_plan *plan, uint64_t pfn)
{
	return pfn - plan->tables_pfn < plan->nr_table_pages;
}

static void table_map(struct table_pool *pool, uint64_t *root, uint64_t address, uint64_t pfn)
{
	uint64_t flags = GUEST_PAGE;
	uint64_t *table = root;

	for (unsigned int level = 4; level > 1; level--)
		table = table_descend(pool, &table[pt_index(address, level)]);
	if (pfn_is_table(pool->plan, pfn))
		flags &= ~(uint64_t)PTE_WRITABLE;
	table[pt_index(address, 1)] = pte_make(mfn_from(pool->plan->p2m[pfn]), flags);
}

static void tables_validate(const struct dom0_plan *plan, mfn_t root)
{
	int error;

	do
		error = pv_mmu_pin(plan->d, root, PAGE_TYPE_L4);
	while (error == -ERESTART);
	if (!error)
		do
			error = pv_mmu_set_kernel_root(plan->v, root);
		while (error == -ERESTART);
	if (error)
		panic("dom0: its boot page tables don't validate (%d)", error);
}

void dom0_tables_build(const struct dom0_plan *plan, const struct dom0_image *image)
{
	struct table_pool pool = {plan, plan->tables_pfn, plan->tables_pfn + plan->nr_table_pages};
	uint64_t root_pfn;
	uint64_t *root = table_take(&pool, &root_pfn);

	for (uint64_t pfn = 0; pfn < plan->map_end_pfn; pfn++)
		table_map(&pool, root, plan->base + pfn * PAGE_SIZE, pfn);
	if (image->notes.has_init_p2m)
		for (uint64_t i = 0; i < plan->p2m_pages; i++)
			table_map(&pool, root, plan->p2m_address + i * PAGE_SIZE,
				  plan->p2m_pfn + i);
	tables_validate(plan, mfn_from(plan->p2m[root_pfn]));
}
