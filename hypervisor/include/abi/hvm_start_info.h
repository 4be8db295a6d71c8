/* SPDX-License-Identifier: MIT */
/*
 * What a PVH kernel finds at the physical address in ebx. All addresses are physical; version 0
 * ends before memmap_paddr.
 */
#ifndef ABI_HVM_START_INFO_H
#define ABI_HVM_START_INFO_H

#include "abi/abi.h"

#define XEN_HVM_START_MAGIC_VALUE 0x336ec578

#define XEN_HVM_MEMMAP_TYPE_RAM 1
#define XEN_HVM_MEMMAP_TYPE_RESERVED 2
#define XEN_HVM_MEMMAP_TYPE_ACPI 3
#define XEN_HVM_MEMMAP_TYPE_NVS 4
#define XEN_HVM_MEMMAP_TYPE_UNUSABLE 5
#define XEN_HVM_MEMMAP_TYPE_DISABLED 6
#define XEN_HVM_MEMMAP_TYPE_PMEM 7

#ifndef __ASSEMBLER__

struct xen_hvm_start_info {
	uint32_t magic;
	uint32_t version;
	uint32_t flags;
	uint32_t nr_modules;
	uint64_t modlist_paddr;
	uint64_t cmdline_paddr;
	uint64_t rsdp_paddr;
	uint64_t memmap_paddr;
	uint32_t memmap_entries;
	uint32_t reserved;
};
ABI_SIZE(struct xen_hvm_start_info, 56);

struct xen_hvm_modlist_entry {
	uint64_t paddr;
	uint64_t size;
	uint64_t cmdline_paddr;
	uint64_t reserved;
};
ABI_SIZE(struct xen_hvm_modlist_entry, 32);

struct xen_hvm_memmap_table_entry {
	uint64_t addr;
	uint64_t size;
	uint32_t type;
	uint32_t reserved;
};
ABI_SIZE(struct xen_hvm_memmap_table_entry, 24);

#endif

#endif
