/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processor's constants as they are, but the direct map, the frame table and the M2P lie in the arena. */
#ifndef FAKE_ASM_PAGE_H
#define FAKE_ASM_PAGE_H

#include_next "asm/page.h"

#include <stdint.h>

/* Set once by fake_machine_start(), page-aligned. */
extern uint64_t fake_direct_map_start, fake_frame_table_start, fake_m2p_start;

#undef DIRECT_MAP_START
#undef DIRECT_MAP_BYTES
#undef FRAME_TABLE_START
#undef FRAME_TABLE_BYTES
#undef M2P_START
#undef M2P_BYTES
#define DIRECT_MAP_START fake_direct_map_start
#define DIRECT_MAP_BYTES ((uint64_t)FAKE_NR_FRAMES << 12)
#define FRAME_TABLE_START fake_frame_table_start
#define FRAME_TABLE_BYTES ((uint64_t)FAKE_NR_FRAMES * 32)
#define M2P_START fake_m2p_start
#define M2P_BYTES ((uint64_t)FAKE_NR_FRAMES * 8)

/* Frames of the arena; a unit may ask for more with unit-N-cflags := -DFAKE_NR_FRAMES=… */
#ifndef FAKE_NR_FRAMES
#define FAKE_NR_FRAMES 8192
#endif

#endif
