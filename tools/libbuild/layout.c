/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The arithmetic of a new domain's first pages. Inputs are bounded (IMAGE_MAX_END, MAX_PAGES), so
 * sums of page numbers cannot overflow.
 */
#include "libbuild/layout.h"

#include <string.h>

#include <xen/xen.h>

#define PAGE IMAGE_PAGE_BYTES
#define MIB (1UL << 20)
/* 16 TiB a domain, and a RAM disk no larger: page tables and list stay countable. */
#define MAX_PAGES (1UL << 32)
/* The ABI's promises about what is behind the stack. */
#define PADDING_PAGES (512 * 1024 / PAGE)
#define MAP_ALIGN (4 * MIB)
#define ENTRIES_SHIFT 9

static uint64_t pages_of(uint64_t bytes)
{
	return bytes / PAGE + (bytes % PAGE != 0);
}

static uint64_t tables_of_level(uint64_t first, uint64_t pages, unsigned int level)
{
	uint64_t bytes = PAGE << ENTRIES_SHIFT * level;
	uint64_t offset = first & (bytes - 1);

	/* Without the address of the end: that may wrap, which is checked for later. */
	return pages ? (offset + pages * PAGE + bytes - 1) / bytes : 0;
}

/* The tables of levels 1 to 3 that map so many pages from an address on. */
static uint64_t tables_below_root(uint64_t first, uint64_t pages)
{
	return tables_of_level(first, pages, 1) + tables_of_level(first, pages, 2) +
	       tables_of_level(first, pages, 3);
}

/* Up to a boundary of virtual addresses, as the ABI has it. */
static uint64_t map_end_rounded(const struct build_layout *layout, uint64_t end_pfn)
{
	uint64_t address = layout_address(layout, end_pfn);

	return end_pfn + (-address & (MAP_ALIGN - 1)) / PAGE;
}

/* The tables lie in the range that they map: more of them until they fit. */
static void layout_place_tables(struct build_layout *layout)
{
	uint64_t apart = layout->p2m_apart
				 ? tables_below_root(layout->p2m_address, layout->p2m_pages)
				 : 0;
	uint64_t needed = 1 + apart;

	do {
		layout->nr_tables = needed;
		layout->stack_pfn = layout->tables_pfn + layout->nr_tables;
		layout->map_end_pfn = map_end_rounded(layout,
						      layout->stack_pfn + 1 + PADDING_PAGES);
		needed = 1 + apart + tables_below_root(layout->base, layout->map_end_pfn);
	} while (needed > layout->nr_tables);
}

/* The frames behind the mapped range, in order; the rounding of that range gives way to them. */
static void layout_place_apart(struct build_layout *layout)
{
	uint64_t least = layout->stack_pfn + 1 + PADDING_PAGES;
	uint64_t apart = (layout->p2m_apart ? layout->p2m_pages : 0) +
			 (layout->ramdisk_apart ? layout->ramdisk_pages : 0);

	if (layout->map_end_pfn + apart > layout->nr_pages && least + apart <= layout->nr_pages)
		layout->map_end_pfn = layout->nr_pages - apart;
	layout->end_pfn = layout->map_end_pfn;
	if (layout->p2m_apart) {
		layout->p2m_pfn = layout->end_pfn;
		layout->end_pfn += layout->p2m_pages;
	}
	if (layout->ramdisk_apart) {
		layout->ramdisk_pfn = layout->end_pfn;
		layout->end_pfn += layout->ramdisk_pages;
	}
}

static void layout_place(const struct image_plan *plan, struct build_layout *layout)
{
	uint64_t next = pages_of(plan->end);

	if (!layout->ramdisk_apart) {
		layout->ramdisk_pfn = next;
		next += layout->ramdisk_pages;
	}
	if (!layout->p2m_apart) {
		layout->p2m_pfn = next;
		layout->p2m_address = layout_address(layout, next);
		next += layout->p2m_pages;
	}
	layout->start_info_pfn = next++;
	layout->store_pfn = next++;
	layout->console_pfn = next++;
	layout->tables_pfn = next;
	layout_place_tables(layout);
	layout_place_apart(layout);
}

static void layout_init(const struct image_plan *plan, uint64_t nr_pages, uint64_t ramdisk_bytes,
			struct build_layout *layout)
{
	*layout = (struct build_layout){
		.base = plan->virt_base,
		.nr_pages = nr_pages,
		.ramdisk_bytes = ramdisk_bytes,
		.ramdisk_pages = pages_of(ramdisk_bytes),
		.ramdisk_apart = plan->notes.mod_start_pfn != 0,
		.p2m_pages = pages_of(nr_pages * sizeof(xen_pfn_t)),
		.p2m_address = plan->notes.init_p2m,
		.p2m_apart = plan->notes.has_init_p2m,
	};
	layout_place(plan, layout);
}

/* A range of pages that a guest may have: canonical, without a wrap, not the hypervisor's. */
static bool range_is_allowed(uint64_t first, uint64_t pages)
{
	uint64_t last = first + pages * PAGE - 1;
	bool low = last < 1UL << 47, high = first >= HYPERVISOR_VIRT_END;

	return !pages || (last >= first && (low || high));
}

static bool ranges_overlap(uint64_t a, uint64_t a_pages, uint64_t b, uint64_t b_pages)
{
	return a <= b + b_pages * PAGE - 1 && b <= a + a_pages * PAGE - 1;
}

static int layout_check_addresses(const struct build_layout *layout, struct reason *why)
{
	if (!range_is_allowed(layout->base, layout->map_end_pfn))
		return reason_set(
			why, "its first %lu MiB at 0x%lx do not lie where a guest may be mapped",
			layout->map_end_pfn * PAGE / MIB, layout->base);
	if (!layout->p2m_apart)
		return 0;
	if (!range_is_allowed(layout->p2m_address, layout->p2m_pages))
		return reason_set(
			why,
			"its page list at INIT_P2M 0x%lx does not lie where a guest may be "
			"mapped",
			layout->p2m_address);
	if (ranges_overlap(layout->base, layout->map_end_pfn, layout->p2m_address,
			   layout->p2m_pages))
		return reason_set(why, "its page list at INIT_P2M 0x%lx overlaps the kernel",
				  layout->p2m_address);
	return 0;
}

static uint64_t mib_of(uint64_t pages)
{
	return (pages * PAGE + MIB - 1) / MIB;
}

int layout_make(const struct image_plan *plan, uint64_t nr_pages, uint64_t ramdisk_bytes,
		struct build_layout *layout, struct reason *why)
{
	if (nr_pages > MAX_PAGES || ramdisk_bytes > MAX_PAGES * PAGE)
		return reason_set(why,
				  "%lu MiB of memory and a RAM disk of %lu MiB are more than "
				  "the %lu MiB that a PV guest can have",
				  mib_of(nr_pages), ramdisk_bytes / MIB, MAX_PAGES / MIB * PAGE);
	layout_init(plan, nr_pages, ramdisk_bytes, layout);
	if (layout->end_pfn > nr_pages)
		return reason_set(why,
				  "%lu MiB are too little: the kernel takes %lu MiB, the RAM disk "
				  "%lu MiB; at least %lu MiB are needed to start",
				  nr_pages * PAGE / MIB, mib_of(pages_of(plan->end)),
				  mib_of(layout->ramdisk_pages),
				  mib_of(layout_least_pages(plan, ramdisk_bytes)));
	return layout_check_addresses(layout, why);
}

uint64_t layout_least_pages(const struct image_plan *plan, uint64_t ramdisk_bytes)
{
	uint64_t pages = pages_of(plan->end);
	struct build_layout layout;

	if (ramdisk_bytes > MAX_PAGES * PAGE)
		ramdisk_bytes = MAX_PAGES * PAGE;
	/* More pages mean a longer list, which may mean more pages: it ends, the list is 1/512. */
	for (;;) {
		uint64_t wanted;

		layout_init(plan, pages, ramdisk_bytes, &layout);
		wanted = layout.stack_pfn + 1 + PADDING_PAGES +
			 (layout.p2m_apart ? layout.p2m_pages : 0) +
			 (layout.ramdisk_apart ? layout.ramdisk_pages : 0);
		if (wanted <= pages)
			return pages;
		pages = wanted;
	}
}
