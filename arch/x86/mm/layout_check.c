/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What asm/page.h promises of the layout, in numbers. No code. */
#include "asm/page.h"
#include "hv/page.h"

#define TABLES_BYTES (M2P_BYTES + FRAME_TABLE_BYTES)
#define NR_FRAMES_MAX (MACHINE_BYTES >> PAGE_SHIFT)

_Static_assert(M2P_BYTES == NR_FRAMES_MAX * sizeof(uint64_t), "M2P");
_Static_assert(FRAME_TABLE_BYTES == NR_FRAMES_MAX * sizeof(struct page), "frame table");
_Static_assert(M2P_START == HV_VIRT_START, "the ABI's place");
_Static_assert(M2P_END <= M2P_WRITABLE_START, "order");
_Static_assert(M2P_WRITABLE_START + M2P_BYTES <= FRAME_TABLE_START, "order");
_Static_assert(FRAME_TABLE_START + FRAME_TABLE_BYTES <= VMAP_START, "order");
_Static_assert(VMAP_START + VMAP_BYTES <= DESCRIPTOR_WINDOW_START, "order");
_Static_assert(DESCRIPTOR_WINDOW_START + DESCRIPTOR_WINDOW_BYTES <= FIXMAP_START, "order");
_Static_assert(FIXMAP_START <= CPU_STACKS_START, "order");
_Static_assert(CPU_STACKS_START + 4096 * CPU_STACKS_STRIDE <= HV_IMAGE_START, "order");
_Static_assert(HV_IMAGE_START + HV_IMAGE_BYTES <= DIRECT_MAP_START, "order");
_Static_assert(DIRECT_MAP_START + DIRECT_MAP_BYTES == HV_VIRT_END, "nothing is wasted");
_Static_assert((DIRECT_MAP_START & ((1UL << L3_SHIFT) - 1)) == 0, "pages of 1 GiB");

/* Of 8 TiB of RAM, 28 GiB have no direct mapping and are needed for no table: 0.34 %. */
_Static_assert(MACHINE_BYTES - DIRECT_MAP_BYTES - TABLES_BYTES == GIB(28), "unused RAM");
