/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The image's table of functions, which scripts/symbols makes between two links: offsets from
 * image_start in rising order, and names.
 */
#ifndef ASM_SYMBOLS_H
#define ASM_SYMBOLS_H

#include "hv/types.h"

extern const uint32_t symbols_count;
extern const uint32_t symbols_offsets[];
extern const uint32_t symbols_name_offsets[];
extern const char symbols_names[];

/* The function that holds an address of our text and the address's offset in it; NULL for none. */
const char *symbol_find(uint64_t address, uint64_t *offset);
/* Prints the return addresses of the frames from rbp on, as far as they lie in one stack page run. Any context. */
void backtrace_print(uint64_t rip, uint64_t rbp);

#endif
