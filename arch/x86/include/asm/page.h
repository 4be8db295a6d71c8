/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hypervisor's virtual layout and the processor's page-table bits.
 * PV64's ABI leaves PML4 slots 256-271 to us; the same sixteen entries stand
 * in every page table of the machine, so our mappings never differ between
 * guests. The first 108 GiB are packed with all but the direct map, which has
 * the rest. Of a machine of 8 TiB the top has no direct mapping: the frame
 * table and the M2P, which have mappings of their own, lie there.
 */
#ifndef ASM_PAGE_H
#define ASM_PAGE_H

#define HV_FIRST_SLOT 256
#define HV_NR_SLOTS 16

#ifdef __ASSEMBLER__
#define ADDRESS(x) x
#else
#define ADDRESS(x) x##UL
#endif

#define HV_VIRT_START ADDRESS(0xffff800000000000)
#define HV_VIRT_END ADDRESS(0xffff880000000000) /* first address behind it */

#define M2P_START ADDRESS(0xffff800000000000) /* 16 GiB for 8 TiB; guests read it */
#define M2P_BYTES ADDRESS(0x0000000400000000)
#define M2P_END (M2P_START + M2P_BYTES)
#define M2P_WRITABLE_START ADDRESS(0xffff800400000000) /* the same frames for us, not for guests */
#define FRAME_TABLE_START ADDRESS(0xffff800800000000)  /* 32 bytes a frame: 64 GiB */
#define FRAME_TABLE_BYTES ADDRESS(0x0000001000000000)
#define VMAP_START ADDRESS(0xffff801800000000) /* I/O memory, grant pages: 4 GiB */
#define VMAP_BYTES ADDRESS(0x0000000100000000)
#define DESCRIPTOR_WINDOW_START ADDRESS(0xffff801900000000) /* GDT and LDT window of each vcpu */
#define DESCRIPTOR_WINDOW_BYTES ADDRESS(0x0000000180000000)
#define FIXMAP_START ADDRESS(0xffff801a80000000)
/* Stack blocks by CPU number; the unmapped gap is the guard of the lowest page. */
#define CPU_STACKS_START ADDRESS(0xffff801a90000000)
#define CPU_STACKS_STRIDE ADDRESS(0x10000)
#define HV_IMAGE_START ADDRESS(0xffff801ac0000000) /* text, data; 1 GiB */
#define HV_IMAGE_BYTES ADDRESS(0x0000000040000000)

#define DIRECT_MAP_START ADDRESS(0xffff801b00000000)
#define DIRECT_MAP_BYTES ADDRESS(0x000007e500000000)

/* RAM that the tables have room for; what is above is left unused. */
#define MACHINE_BYTES ADDRESS(0x0000080000000000)

#define PTE_PRESENT 0x001
#define PTE_WRITABLE 0x002
#define PTE_USER 0x004
#define PTE_WRITE_THROUGH 0x008
#define PTE_CACHE_DISABLE 0x010
#define PTE_ACCESSED 0x020
#define PTE_DIRTY 0x040
#define PTE_LARGE 0x080 /* L2 and L3 */
#define PTE_PAT 0x080	/* L1 */
#define PTE_GLOBAL 0x100
#define PTE_AVAILABLE 0xe00
#define PTE_PAT_LARGE 0x1000
#define PTE_NO_EXECUTE ADDRESS(0x8000000000000000)
#define PTE_FRAME_MASK ADDRESS(0x000ffffffffff000)
#define PTE_FLAGS_MASK (~PTE_FRAME_MASK)
#define PTE_HV_DATA (PTE_PRESENT | PTE_WRITABLE | PTE_ACCESSED | PTE_DIRTY | PTE_NO_EXECUTE)
#define PTE_HV_READ_ONLY (PTE_PRESENT | PTE_ACCESSED | PTE_DIRTY | PTE_NO_EXECUTE)
#define PTE_HV_TEXT (PTE_PRESENT | PTE_ACCESSED)
#define PTE_HV_IO (PTE_HV_DATA | PTE_CACHE_DISABLE | PTE_WRITE_THROUGH)

#define PT_ENTRIES 512
#define L1_SHIFT 12
#define L2_SHIFT 21
#define L3_SHIFT 30
#define L4_SHIFT 39

#ifndef __ASSEMBLER__
#include "hv/types.h"

static always_inline unsigned int pt_index(uint64_t address, unsigned int level)
{
	return (address >> (12 + 9 * (level - 1))) & (PT_ENTRIES - 1);
}

static always_inline mfn_t pte_to_mfn(uint64_t pte)
{
	return mfn_from((pte & PTE_FRAME_MASK) >> PAGE_SHIFT);
}

static always_inline uint64_t pte_make(mfn_t mfn, uint64_t flags)
{
	return (mfn.n << PAGE_SHIFT) | flags;
}

static always_inline bool address_is_canonical(uint64_t address)
{
	return (uint64_t)((int64_t)(address << 16) >> 16) == address;
}

static always_inline bool address_is_hypervisor(uint64_t address)
{
	return address - HV_VIRT_START < HV_VIRT_END - HV_VIRT_START;
}

/* The root that holds only our own mappings; idle runs on it, guests' L4 slots 256-271 copy it. */
extern uint64_t hv_root_table[PT_ENTRIES];

/* Our own mappings (slots 256-271). Maps 4K..1G pages as alignment allows; -ENOMEM. New lower tables come from the heap. Boot CPU or vmap lock. */
int must_check hv_map(uint64_t address, mfn_t mfn, uint64_t nr_pages, uint64_t flags);
/* Unmaps and flushes on all CPUs; splits large pages as needed. */
void hv_unmap(uint64_t address, uint64_t nr_pages);
/* The L1 entry that maps an address of ours, tables made as needed; the caller writes it and flushes. NULL: no memory. */
uint64_t *must_check hv_map_entry(uint64_t address);
/* The leaf PTE's value, 0 when unmapped. */
uint64_t hv_map_read(uint64_t address);
#endif
#endif
