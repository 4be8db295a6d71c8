/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hypervisor's own page tables: PML4 slots 256-271. The L3 tables of all
 * sixteen slots lie in the image, so that the top-level entries are constants
 * that any guest's root can copy. Lower tables come from the boot allocator,
 * later from the heap, and stay once made.
 */
#include "asm/cpu_features.h"
#include "asm/image.h"
#include "asm/memory.h"
#include "asm/page.h"
#include "asm/processor.h"
#include "asm/tlb.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/printk.h"
#include "hv/string.h"

#define TABLE_FLAGS (PTE_PRESENT | PTE_WRITABLE | PTE_ACCESSED)
#define TOP_LEVEL 4

uint64_t hv_root_table[PT_ENTRIES] aligned_to(4096);
static uint64_t l3_tables[HV_NR_SLOTS][PT_ENTRIES] aligned_to(4096);

static uint64_t level_bytes(unsigned int level)
{
	return PAGE_SIZE << (9 * (level - 1));
}

static bool entry_is_leaf(uint64_t entry, unsigned int level)
{
	return level == 1 || (entry & PTE_LARGE);
}

static uint64_t *entry_table(uint64_t entry)
{
	return mfn_to_virt(pte_to_mfn(entry));
}

/* The PAT bit of a large page is where a small page has its lowest frame bit. */
static uint64_t leaf_make(mfn_t mfn, uint64_t flags, unsigned int level)
{
	if (level == 1)
		return pte_make(mfn, flags);
	if (flags & PTE_PAT)
		flags |= PTE_PAT_LARGE;
	return pte_make(mfn, flags | PTE_LARGE);
}

/* The reverse: flags of a large leaf in the form that hv_map() takes. */
static uint64_t leaf_flags(uint64_t entry, unsigned int level)
{
	uint64_t flags = entry & PTE_FLAGS_MASK;

	if (level == 1)
		return flags;
	flags &= ~(uint64_t)PTE_LARGE;
	return entry & PTE_PAT_LARGE ? flags | PTE_PAT : flags;
}

static mfn_t leaf_mfn(uint64_t entry, unsigned int level)
{
	if (level > 1)
		entry &= ~(level_bytes(level) - 1);
	return pte_to_mfn(entry);
}

static uint64_t *table_alloc(void)
{
	paddr_t address;
	uint64_t *table;

	if (!boot_memory_is_open())
		return heap_alloc(0, HEAP_FLAG_DEFAULT);
	if (boot_memory_alloc(PAGE_SIZE, PAGE_SIZE, boot_memory_limit(), &address))
		return NULL;
	table = paddr_to_virt(address);
	memset(table, 0, PAGE_SIZE);
	return table;
}

/* Replaces a large leaf by a table of the next level's leaves: the same mapping. */
static int entry_split(uint64_t *entry, unsigned int level)
{
	uint64_t flags = leaf_flags(*entry, level);
	mfn_t first = leaf_mfn(*entry, level);
	uint64_t step = level_bytes(level - 1) >> PAGE_SHIFT;
	uint64_t *table = table_alloc();

	if (!table)
		return -ENOMEM;
	for (unsigned int i = 0; i < PT_ENTRIES; i++)
		table[i] = leaf_make(mfn_from(first.n + i * step), flags, level - 1);
	*entry = pte_make(virt_to_mfn(table), TABLE_FLAGS | (flags & PTE_USER));
	return 0;
}

/* Two CPUs may need the same table at once: the first one's stands. */
static int entry_fill(uint64_t *entry)
{
	uint64_t *table = table_alloc();
	uint64_t empty = 0;

	if (!table)
		return -ENOMEM;
	if (!__atomic_compare_exchange_n(entry, &empty, pte_make(virt_to_mfn(table), TABLE_FLAGS),
					 false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		heap_free(table, 0);
	return 0;
}

/* The table below an entry, made or split as needed; the address range keeps what it maps. */
static int entry_descend(uint64_t *entry, unsigned int level, uint64_t flags, uint64_t **out)
{
	int error = 0;

	if (!*entry)
		error = entry_fill(entry);
	else if (entry_is_leaf(*entry, level))
		error = entry_split(entry, level);
	if (error)
		return error;
	if (flags & ~*entry & PTE_USER)
		__atomic_or_fetch(entry, PTE_USER, __ATOMIC_ACQ_REL);
	*out = entry_table(*entry);
	return 0;
}

static unsigned int level_that_fits(uint64_t address, mfn_t mfn, uint64_t nr_pages)
{
	unsigned int level = cpu_has(FEATURE_PAGE_1G) ? 3 : 2;

	for (; level > 1; level--) {
		uint64_t pages = level_bytes(level) >> PAGE_SHIFT;

		if (nr_pages >= pages && !(mfn.n & (pages - 1)) &&
		    !(address & (level_bytes(level) - 1)))
			break;
	}
	return level;
}

/* Maps one leaf, the largest that fits; where lower tables exist, one that fits into them. */
static int map_leaf(uint64_t address, mfn_t mfn, uint64_t nr_pages, uint64_t flags,
		    uint64_t *mapped, bool *replaced)
{
	unsigned int wanted = level_that_fits(address, mfn, nr_pages);
	uint64_t *table = hv_root_table;
	unsigned int level = TOP_LEVEL;
	uint64_t *entry;
	int error;

	for (;; level--) {
		entry = &table[pt_index(address, level)];
		if (level <= wanted && (!*entry || entry_is_leaf(*entry, level)))
			break;
		error = entry_descend(entry, level, flags, &table);
		if (error)
			return error;
	}
	*replaced |= *entry != 0;
	WRITE_ONCE(*entry, leaf_make(mfn, flags, level));
	*mapped = level_bytes(level) >> PAGE_SHIFT;
	return 0;
}

int hv_map(uint64_t address, mfn_t mfn, uint64_t nr_pages, uint64_t flags)
{
	bool replaced = false;
	int error = 0;

	ASSERT(address_is_hypervisor(address));
	while (nr_pages && !error) {
		uint64_t mapped = 0;

		error = map_leaf(address, mfn, nr_pages, flags, &mapped, &replaced);
		address += mapped << PAGE_SHIFT;
		mfn.n += mapped;
		nr_pages -= mapped;
	}
	if (replaced && !boot_memory_is_open())
		tlb_flush_all(FLUSH_TLB_GLOBAL);
	return error;
}

/* Clears one leaf and tells how many pages it or the hole was; splits a leaf that is only partly in the range. */
static uint64_t unmap_leaf(uint64_t address, uint64_t nr_pages)
{
	uint64_t *table = hv_root_table;
	unsigned int level = TOP_LEVEL;
	uint64_t *entry;
	uint64_t bytes;

	for (;; level--) {
		entry = &table[pt_index(address, level)];
		bytes = level_bytes(level);
		if (!*entry)
			break;
		if (entry_is_leaf(*entry, level)) {
			if (!(address & (bytes - 1)) && nr_pages >= bytes >> PAGE_SHIFT)
				break;
			if (entry_split(entry, level))
				panic("no memory to split a mapping at %#lx", address);
		}
		table = entry_table(*entry);
	}
	WRITE_ONCE(*entry, 0);
	return MIN(nr_pages, (bytes - (address & (bytes - 1))) >> PAGE_SHIFT);
}

void hv_unmap(uint64_t address, uint64_t nr_pages)
{
	while (nr_pages) {
		uint64_t done = unmap_leaf(address, nr_pages);

		address += done << PAGE_SHIFT;
		nr_pages -= done;
	}
	tlb_flush_all(FLUSH_TLB_GLOBAL);
}

uint64_t *hv_map_entry(uint64_t address)
{
	uint64_t *table = hv_root_table;

	for (unsigned int level = TOP_LEVEL; level > 1; level--)
		if (entry_descend(&table[pt_index(address, level)], level, 0, &table))
			return NULL;
	return &table[pt_index(address, 1)];
}

uint64_t hv_map_read(uint64_t address)
{
	const uint64_t *table = hv_root_table;
	unsigned int level = TOP_LEVEL;
	uint64_t entry, inside;

	if (!address_is_hypervisor(address))
		return 0;
	for (;; level--) {
		entry = READ_ONCE(table[pt_index(address, level)]);
		if (!entry)
			return 0;
		if (entry_is_leaf(entry, level))
			break;
		table = entry_table(entry);
	}
	inside = (address & (level_bytes(level) - 1)) >> PAGE_SHIFT;
	return pte_make(mfn_from(leaf_mfn(entry, level).n + inside), leaf_flags(entry, level));
}

void hv_map_init(void)
{
	for (unsigned int i = 0; i < HV_NR_SLOTS; i++) {
		uint64_t flags = TABLE_FLAGS;

		/* Guests read the M2P through the first slot; all else there lacks the bit further down. */
		if (i == 0)
			flags |= PTE_USER;
		hv_root_table[HV_FIRST_SLOT + i] = pte_make(image_to_mfn(l3_tables[i]), flags);
	}
}
