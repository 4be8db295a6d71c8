/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages and page tables. Pages come from a pool in the image's own zeroed data, so the boot tables map
 * them; frame numbers come from the boot p2m. Nothing is freed: a test is short.
 */
#ifndef GUEST_PAGE_H
#define GUEST_PAGE_H

#include "abi/errno.h"
#include "abi/xen.h"
#include "guest/types.h"

#define VIRT_BASE 0xffffffff80000000ul

#define PTE_P 1ul
#define PTE_RW 2ul
#define PTE_US 4ul
#define PTE_PWT 8ul
#define PTE_PCD 0x10ul
#define PTE_A 0x20ul
#define PTE_D 0x40ul
#define PTE_PS 0x80ul
#define PTE_PAT 0x80ul
#define PTE_G 0x100ul
#define PTE_SOFT 0x200ul
#define PTE_NX (1ul << 63)
#define PTE_FRAME 0x000ffffffffff000ul

/* Table flags and data flags for a 64-bit guest. */
#define PTE_TABLE (PTE_P | PTE_RW | PTE_US | PTE_A)
#define PTE_DATA (PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D)
#define PTE_READ_ONLY (PTE_P | PTE_US | PTE_A)

/* `count` zeroed pages in a row; ends the test when the pool is empty. */
void *page_alloc(unsigned int count);

/* Of an address in the boot mapping. */
uint64_t pfn_of(const volatile void *address);
uint64_t mfn_of(const volatile void *address);
uint64_t maddr_of(const volatile void *address);
void *pfn_address(uint64_t pfn);

/* The guest's own number for a machine frame, by the machine-to-physical table. */
uint64_t mfn_to_pfn(uint64_t mfn);
uint64_t pfn_to_mfn(uint64_t pfn);

static inline uint64_t pte_make(uint64_t mfn, uint64_t flags)
{
	return mfn << PAGE_SHIFT | flags;
}

static inline uint64_t pte_mfn(uint64_t entry)
{
	return (entry & PTE_FRAME) >> PAGE_SHIFT;
}

/* Index of `address` in its table of `level` 1-4. */
static inline unsigned int table_index(uint64_t address, unsigned int level)
{
	return (address >> (PAGE_SHIFT + 9 * (level - 1))) & 511;
}

/* The entry that maps `address` at `level` in the tables in use; NULL when a table is missing. */
uint64_t *pte_find(uint64_t address, unsigned int level);

/* One HYPERVISOR_mmu_update of kind MMU_NORMAL_PT_UPDATE on the entry at `entry`: its result. */
long pte_write(uint64_t *entry, uint64_t value);
/* The same on a machine address and another kind. */
long machine_update(uint64_t machine_address_and_kind, uint64_t value);

/* Sets the flags of the L1 entry of a page of ours, with flush; the hypercall's result. */
long page_set_flags(const volatile void *address, uint64_t flags);

/* One mmuext operation: its result. */
long mmuext(unsigned int command, uint64_t arg1, uint64_t arg2);

/* A zeroed page made read-only, ready to be a table. */
uint64_t *table_alloc(void);

/*
 * Maps `entry` at `address` in the tables in use, making the tables on the way; ends the test when the
 * hypervisor refuses.
 */
void map_at(uint64_t address, uint64_t entry);

/* As map_at() up to the L1 table of `address`: returns its entry there. */
uint64_t *map_tables(uint64_t address);

/* A user base table that shares the kernel's image and the slot of `user_address`. */
uint64_t *user_tables_create(uint64_t user_address);

/* Machine frame of the base table in use. */
uint64_t base_table_mfn(void);

#endif
