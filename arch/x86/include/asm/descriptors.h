/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Segments. The GDT that a CPU runs on is a window of 15 pages: PV_GDT_PAGES
 * (14) of the vcpu's guest, then the CPU's own page, whose descriptors begin
 * at selector 0xe000 (the ABI's FIRST_RESERVED_GDT_ENTRY). While idle, base is
 * the CPU's page minus 14 pages, so that selectors never change; nothing then
 * loads a lower selector.
 * All descriptors of our page have the accessed bit, so the processor never
 * writes to it but for the busy bit at LTR.
 */
#ifndef ASM_DESCRIPTORS_H
#define ASM_DESCRIPTORS_H

#define GDT_OWN_FIRST 0xe000 /* selector of our page's first descriptor */
#define GDT_GUEST_PAGES 14
#define GDT_LIMIT ((GDT_GUEST_PAGES + 1) * 4096 - 1)

#define SELECTOR_HV_CS 0xe008
#define SELECTOR_HV_DS 0xe010 /* also SS */
#define SELECTOR_SYSRET_BASE 0xe023
#define SELECTOR_GUEST_CS32 0xe023
#define SELECTOR_GUEST_DS 0xe02b /* also SS */
#define SELECTOR_GUEST_CS64 0xe033
#define SELECTOR_TSS 0xe040 /* two entries */
#define SELECTOR_LDT 0xe050 /* two entries, of the running vcpu */

/* Byte offset of a selector's descriptor in our page. */
#define GDT_OWN_OFFSET(selector) (((selector) & ~7) - GDT_OWN_FIRST)

#define IST_MC 1
#define IST_NMI 2
#define IST_DF 3
/* #DB: the lowest quarter of the NMI page; its handler leaves it at once (pv/entry.S). */
#define IST_DB 4
#define IST_DB_BYTES 1024

/* Offset of the entry for 32-bit SYSCALL in the page of STACK_PAGE_SYSCALL; 64-bit SYSCALL is at 0. */
#define SYSCALL_PAGE_COMPAT_OFFSET 256

#ifndef __ASSEMBLER__
#include "asm/registers.h"
#include "hv/types.h"

struct descriptor_pointer {
	uint16_t limit;
	uint64_t base;
} packed_struct;

struct tss {
	uint32_t reserved0;
	uint64_t rsp[3];
	uint64_t reserved1;
	uint64_t ist[7];
	uint64_t reserved2;
	uint16_t reserved3;
	uint16_t io_bitmap; /* at or above the limit: ring 3 has no ports */
} packed_struct aligned_to(128);

_Static_assert(offsetof(struct tss, io_bitmap) == 102, "AMD64 APM 2, 12.2.5");
#define TSS_LIMIT 103

/* Makes the CPU's GDT page and TSS; its per-CPU area exists. -ENOMEM. */
int must_check descriptors_init_cpu(unsigned int cpu);
/* Loads GDT, segments, task register on the running CPU. Interrupts off. */
void descriptor_tables_load_cpu(unsigned int cpu);
/* Of any CPU that was prepared (all possible ones that came up); the boot CPU's from the start. */
mfn_t gdt_page_of_cpu(unsigned int cpu);
struct cpu_block *cpu_block_of(unsigned int cpu);
/* Lowest address of the CPU's stack block. */
/* pv/entry.S: where SYSENTER goes, on the stack above a guest's frame. */
extern const char sysenter_enter[];
uint64_t stack_block_of(unsigned int cpu);
/* Loads the idle GDT (base = own page - 14 pages). This CPU, interrupts off. */
void gdt_load_idle(void);
/* Writes the LDT descriptor of this CPU and loads it; entries 0: null LDT. */
void ldt_load(uint64_t base, uint32_t nr_entries);
#endif
#endif
