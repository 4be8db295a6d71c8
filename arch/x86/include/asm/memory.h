/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory at start-up: the boot allocator that hands out free RAM before the
 * heap exists, and the tables that only it can place: direct map, frame table,
 * machine-to-physical table. Boot CPU only; closed once the heap has the rest.
 */
#ifndef ASM_MEMORY_H
#define ASM_MEMORY_H

#include "asm/page.h"
#include "hv/types.h"

/* With or without a direct mapping: for what is mapped elsewhere. */
#define BOOT_MEMORY_ANYWHERE UINT64_MAX

struct memory_span {
	uint64_t start, end; /* end is behind the last byte */
};

/* Free RAM: boot_information's, less the first MiB, image and modules. */
void boot_memory_init(void);
/* Takes a range out. */
void boot_memory_reserve(uint64_t start, uint64_t end);
/* The highest fitting range that ends at or below limit; align is a power of two. Contents undefined. -ENOMEM. */
int must_check boot_memory_alloc(uint64_t bytes, uint64_t align, uint64_t limit, paddr_t *out);
/* What is still free, by index, in no order; false behind the last. */
bool must_check boot_memory_span(unsigned int index, struct memory_span *out);
uint64_t boot_memory_limit(void); /* what the current page tables reach */
void boot_memory_set_limit(uint64_t limit);
bool boot_memory_is_open(void);
void boot_memory_close(void);

/* Page tables for HV_FIRST_SLOT and on: the top level, filled once. */
void hv_map_init(void);
/* End of start-up: panics when a mapping of ours is writable and executable. map_check.c */
void map_check_rights(void);
/* Frame table and M2P for all RAM. Panics when they don't fit. */
void frame_table_init(void);
void m2p_init(uint64_t first_frame, uint64_t last_frame);

#endif
