/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page tables, a leaf table at a time: the way down from the root is walked once for 2 MiB.
 */
#include "libbuild/tables.h"

#include <string.h>

#define PAGE IMAGE_PAGE_BYTES
#define ENTRIES 512UL

#define PTE_PRESENT 0x01UL
#define PTE_WRITABLE 0x02UL
#define PTE_USER 0x04UL
#define PTE_ACCESSED 0x20UL
#define PTE_DIRTY 0x40UL
#define TABLE_ENTRY (PTE_PRESENT | PTE_WRITABLE | PTE_USER | PTE_ACCESSED | PTE_DIRTY)
#define LEAF_ENTRY (PTE_PRESENT | PTE_WRITABLE | PTE_ACCESSED)

struct builder {
	const struct build_layout *layout;
	const uint64_t *p2m;
	uint64_t *tables;
	uint64_t used;
};

static uint64_t *table_at(const struct builder *b, uint64_t number)
{
	return b->tables + number * ENTRIES;
}

static uint64_t *table_take(struct builder *b, uint64_t *number)
{
	if (b->used == b->layout->nr_tables)
		return NULL;
	*number = b->used++;
	return memset(table_at(b, *number), 0, PAGE);
}

/* While the tables are made, an entry of levels 4 to 2 holds number + 1; link_tables() makes frames
 * of them. */
static uint64_t *table_below(struct builder *b, uint64_t *entry)
{
	uint64_t number;
	uint64_t *table;

	if (*entry)
		return table_at(b, *entry - 1);
	table = table_take(b, &number);
	if (table)
		*entry = number + 1;
	return table;
}

static uint64_t *leaf_of(struct builder *b, uint64_t address)
{
	uint64_t *table = b->tables;

	for (unsigned int shift = 39; table && shift > 12; shift -= 9)
		table = table_below(b, &table[(address >> shift) % ENTRIES]);
	return table;
}

static uint64_t leaf_entry(const struct builder *b, uint64_t pfn)
{
	const struct build_layout *layout = b->layout;
	uint64_t entry = b->p2m[pfn] << 12 | LEAF_ENTRY;

	return pfn - layout->tables_pfn < layout->nr_tables ? entry & ~PTE_WRITABLE : entry;
}

static int map_range(struct builder *b, uint64_t address, uint64_t pfn, uint64_t pages)
{
	uint64_t done = 0;

	while (done < pages) {
		uint64_t at = address + done * PAGE;
		uint64_t index = at / PAGE % ENTRIES;
		uint64_t *leaf = leaf_of(b, at);

		if (!leaf)
			return -1;
		for (; index < ENTRIES && done < pages; index++, done++)
			leaf[index] = leaf_entry(b, pfn + done);
	}
	return 0;
}

static void link_tables(struct builder *b, uint64_t *table, unsigned int level)
{
	for (uint64_t i = 0; i < ENTRIES; i++) {
		uint64_t number = table[i] - 1;

		if (!table[i])
			continue;
		if (level > 2)
			link_tables(b, table_at(b, number), level - 1);
		table[i] = b->p2m[b->layout->tables_pfn + number] << 12 | TABLE_ENTRY;
	}
}

int tables_write(const struct build_layout *layout, const uint64_t *p2m, uint64_t *tables)
{
	struct builder b = {layout, p2m, tables, 0};
	uint64_t root;

	if (!table_take(&b, &root) || map_range(&b, layout->base, 0, layout->map_end_pfn))
		return -1;
	if (layout->p2m_apart &&
	    map_range(&b, layout->p2m_address, layout->p2m_pfn, layout->p2m_pages))
		return -1;
	link_tables(&b, tables, 4);
	/* Tables that two ranges turned out to share are left over, and must be empty. */
	while (b.used < layout->nr_tables)
		table_take(&b, &root);
	return 0;
}
