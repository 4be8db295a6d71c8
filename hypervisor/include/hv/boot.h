/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the boot loader told us, in one form for multiboot1, multiboot2 and
 * UEFI; filled by arch/x86/boot before paging is ours, immutable afterwards.
 */
#ifndef HV_BOOT_H
#define HV_BOOT_H

#include "hv/types.h"

#define BOOT_NR_MODULES 8
#define BOOT_NR_RANGES 256

enum boot_range_type {
	BOOT_RANGE_RAM = 1,
	BOOT_RANGE_RESERVED,
	BOOT_RANGE_ACPI,
	BOOT_RANGE_NVS,
	BOOT_RANGE_UNUSABLE
};

struct boot_range {
	uint64_t start, bytes;
	uint32_t type; /* E820 numbers */
};

struct boot_module {
	paddr_t start;
	uint64_t bytes;
	const char *arguments; /* in the boot text area */
};

struct boot_framebuffer {
	uint64_t address;
	uint32_t pitch, width, height;
	uint8_t bits_per_pixel, type; /* multiboot2's: 0 indexed, 1 RGB, 2 EGA text */
	uint8_t red_position, red_bits, green_position, green_bits, blue_position, blue_bits;
};

struct boot_information {
	char loader_name[64];
	uint32_t nr_modules;
	struct boot_module modules[BOOT_NR_MODULES];
	uint32_t nr_ranges; /* sorted, no overlaps */
	struct boot_range ranges[BOOT_NR_RANGES];
	paddr_t acpi_root; /* RSDP, 0: search low memory */
	bool is_efi;
	paddr_t efi_system_table;
	uint32_t losses; /* BOOT_LOST_*: what didn't fit; start-up warns */
	bool has_framebuffer;
	struct boot_framebuffer framebuffer;
};

/* losses */
#define BOOT_LOST_TEXT 1u    /* a command line was cut */
#define BOOT_LOST_MODULES 2u /* more than BOOT_NR_MODULES */
#define BOOT_LOST_RANGES 4u  /* more than BOOT_NR_RANGES */

extern struct boot_information boot_information;

/* Sorts a firmware memory map in place and cuts overlaps: of two types the more restrictive holds. Drops empty and
 * wrapping ranges, merges neighbours. Sets *lost when the result doesn't fit in `room`. Returns the new number. Pure. */
uint32_t boot_sanitise_ranges(struct boot_range *ranges, uint32_t nr, uint32_t room, bool *lost);

#endif
