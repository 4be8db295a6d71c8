/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where everything lies in a new domain: arithmetic only. In order of pseudo-physical frames: the
 * kernel, the RAM disk when the kernel wants it mapped, the p2m list when it has no INIT_P2M,
 * start_info, the store's and the console's page, page tables, the stack, at least 512 KiB of
 * nothing: all of it mapped from virt_base on. Behind that the p2m list with INIT_P2M and the RAM
 * disk by frame number. A layout that was handed out lies within nr_pages, and no virtual address
 * of it wraps, is non-canonical or the hypervisor's.
 */
#ifndef LIBBUILD_LAYOUT_H
#define LIBBUILD_LAYOUT_H

#include "libbuild/image.h"

struct build_layout {
	uint64_t base; /* virtual address of frame 0 */
	uint64_t nr_pages;
	uint64_t ramdisk_bytes, ramdisk_pfn, ramdisk_pages;
	uint64_t p2m_pfn, p2m_pages, p2m_address;
	uint64_t start_info_pfn, store_pfn, console_pfn;
	uint64_t tables_pfn, nr_tables;
	uint64_t stack_pfn;
	uint64_t map_end_pfn; /* the first frame that is not mapped from base on */
	uint64_t end_pfn;     /* the first frame that nothing lies in */
	bool p2m_apart, ramdisk_apart;
};

/* The reason has the numbers when it does not fit. */
int layout_make(const struct image_plan *plan, uint64_t nr_pages, uint64_t ramdisk_bytes,
		struct build_layout *layout, struct reason *why);
/* The least nr_pages that layout_make() takes, addresses aside. */
uint64_t layout_least_pages(const struct image_plan *plan, uint64_t ramdisk_bytes);

static inline uint64_t layout_address(const struct build_layout *layout, uint64_t pfn)
{
	return layout->base + pfn * IMAGE_PAGE_BYTES;
}

#endif
