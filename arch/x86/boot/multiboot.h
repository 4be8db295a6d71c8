/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What multiboot1 and multiboot2 loaders hand over, as their specifications
 * lay it out. Owns only layouts; multiboot.c reads them.
 */
#ifndef BOOT_MULTIBOOT_H
#define BOOT_MULTIBOOT_H

#include "hv/boot.h"
#include "hv/types.h"

#define MULTIBOOT1_MAGIC 0x2badb002
#define MULTIBOOT2_MAGIC 0x36d76289

#define MULTIBOOT1_HAS_COMMAND_LINE (1u << 2)
#define MULTIBOOT1_HAS_MODULES (1u << 3)
#define MULTIBOOT1_HAS_MEMORY_MAP (1u << 6)
#define MULTIBOOT1_HAS_LOADER_NAME (1u << 9)
#define MULTIBOOT1_HAS_FRAMEBUFFER (1u << 12)

struct multiboot1_info {
	uint32_t flags, memory_low, memory_high, boot_device, command_line;
	uint32_t nr_modules, modules;
	uint32_t symbols[4];
	uint32_t memory_map_bytes, memory_map;
	uint32_t drives_bytes, drives, config_table, loader_name, apm_table;
	uint32_t vbe_control, vbe_mode;
	uint16_t vbe_mode_number, vbe_segment, vbe_offset, vbe_bytes;
	uint64_t framebuffer;
	uint32_t framebuffer_pitch, framebuffer_width, framebuffer_height;
	uint8_t framebuffer_bits, framebuffer_type;
	uint8_t framebuffer_colours[6];
} packed_struct;

_Static_assert(offsetof(struct multiboot1_info, framebuffer) == 88, "multiboot 0.6.96, 3.3");

struct multiboot1_module {
	uint32_t start, end, arguments, reserved;
};

struct multiboot1_range {
	uint32_t bytes_of_rest;
	uint64_t start, bytes;
	uint32_t type;
} packed_struct;

#define MULTIBOOT2_END 0
#define MULTIBOOT2_COMMAND_LINE 1
#define MULTIBOOT2_LOADER_NAME 2
#define MULTIBOOT2_MODULE 3
#define MULTIBOOT2_MEMORY_MAP 6
#define MULTIBOOT2_FRAMEBUFFER 8
#define MULTIBOOT2_EFI64 12
#define MULTIBOOT2_ACPI_OLD 14
#define MULTIBOOT2_ACPI_NEW 15

struct multiboot2_tag {
	uint32_t type, bytes;
};

struct multiboot2_text {
	struct multiboot2_tag tag;
	char text[];
};

struct multiboot2_module {
	struct multiboot2_tag tag;
	uint32_t start, end;
	char arguments[];
};

struct multiboot2_range {
	uint64_t start, bytes;
	uint32_t type, reserved;
};

struct multiboot2_memory_map {
	struct multiboot2_tag tag;
	uint32_t entry_bytes, entry_version;
	char entries[];
};

struct multiboot2_framebuffer {
	struct multiboot2_tag tag;
	uint64_t address;
	uint32_t pitch, width, height;
	uint8_t bits, type;
	uint16_t reserved;
	uint8_t colours[6];
} packed_struct;

struct multiboot2_efi64 {
	struct multiboot2_tag tag;
	uint64_t system_table;
};

/* Both fill boot_information and boot_command_line; `read` gives the memory at a physical address below 4 GiB. */
void multiboot1_read(uint32_t info, const void *(*read)(uint64_t address));
void multiboot2_read(uint32_t info, const void *(*read)(uint64_t address));

#endif
