/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walks our own page tables once at the end of start-up: nothing may be writable and executable. */
#include "asm/memory.h"
#include "asm/page.h"
#include "hv/page.h"
#include "hv/printk.h"

struct walk {
	uint64_t nr_leaves;
	uint64_t first_bad; /* address, 0: none */
};

static uint64_t address_make(uint64_t base, unsigned int index, unsigned int level)
{
	return base | (uint64_t)index << (12 + 9 * (level - 1));
}

static void leaf_check(struct walk *walk, uint64_t address, uint64_t rights)
{
	walk->nr_leaves++;
	if ((rights & PTE_WRITABLE) && !(rights & PTE_NO_EXECUTE) && !walk->first_bad)
		walk->first_bad = address;
}

/* rights: W is the intersection on the way down, NX the union. */
static void table_check(struct walk *walk, const uint64_t *table, unsigned int level, uint64_t base,
			uint64_t rights)
{
	for (unsigned int i = 0; i < PT_ENTRIES; i++) {
		uint64_t entry = table[i], address = address_make(base, i, level);
		uint64_t here = (rights & entry & PTE_WRITABLE) |
				((rights | entry) & PTE_NO_EXECUTE);

		if (!(entry & PTE_PRESENT))
			continue;
		if (level == 1 || (level < 4 && (entry & PTE_LARGE)))
			leaf_check(walk, address, here);
		else
			table_check(walk, mfn_to_virt(pte_to_mfn(entry)), level - 1, address, here);
	}
}

void map_check_rights(void)
{
	struct walk walk = {0};

	for (unsigned int i = 0; i < PT_ENTRIES; i++) {
		uint64_t entry = hv_root_table[i];
		uint64_t base = (uint64_t)((int64_t)((uint64_t)i << 55) >> 16);

		if (entry & PTE_PRESENT)
			table_check(&walk, mfn_to_virt(pte_to_mfn(entry)), 3, base,
				    entry & (PTE_WRITABLE | PTE_NO_EXECUTE));
	}
	if (walk.first_bad)
		panic("page tables: %lx is writable and executable", walk.first_bad);
	printk(LOG_INFO, "Page tables: %lu mappings, none writable and executable", walk.nr_leaves);
}
