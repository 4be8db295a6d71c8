/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A PV guest for the tests of its MMU: frames of the arena as its memory, page
 * tables built in them as a kernel would, and snapshots of every count.
 */
#ifndef TEST_PV_MMU_GUEST_H
#define TEST_PV_MMU_GUEST_H

#include "asm/page.h"
#include "asm/pv_mmu.h"
#include "fake.h"
#include "hv/errno.h"

#define RW (PTE_PRESENT | PTE_WRITABLE | PTE_ACCESSED | PTE_DIRTY)
#define RO (PTE_PRESENT | PTE_ACCESSED)
#define TABLE (PTE_PRESENT | PTE_WRITABLE | PTE_ACCESSED)

#define COUNT(p) ((p)->count_info & PAGE_COUNT_MASK)
#define TYPE_COUNT(p) ((p)->type_info & PAGE_TYPE_COUNT_MASK)

/* Domain 1 (unprivileged), dom0 (control and hardware), another unprivileged one; vcpu 0 of each. */
extern struct domain *guest, *dom0, *other;
extern struct vcpu *v;
/* Shoot-down interrupts sent. */
extern unsigned int nr_sent;

int guest_setup(void **state);
void run_as(struct domain *d);

uint64_t *entries_of(struct page *page);
uint64_t pte(const struct page *page, uint64_t flags);
uint64_t address_of_entry(const struct page *table, unsigned int index);
struct page *data_page(void);
struct page *data_page_of(struct domain *d);

/* A tree of one page a level; the L1 maps nr data pages from index 0, writable. */
struct tree {
	struct page *l4, *l3, *l2, *l1;
	struct page *data[PT_ENTRIES];
	unsigned int nr;
};
void tree_build(struct tree *tree, struct domain *d, unsigned int nr);
/* Linear address that entry `index` of its L1 maps. */
uint64_t tree_address(unsigned int index);
/* Makes it the kernel root of d's vcpu 0. */
void tree_run(struct tree *tree, struct domain *d);

/* All counts of the arena, flags of history aside. */
void snapshot_take(void);
/* How many frames differ from it. */
unsigned int snapshot_differences(void);

int64_t update(const struct page *table, unsigned int index, uint64_t value);
int64_t update_as(const struct page *table, unsigned int index, uint64_t value, uint64_t command,
		  uint64_t foreign);
int64_t extended(uint32_t command, uint64_t argument1, uint64_t argument2);
int64_t extended_as(uint32_t command, uint64_t argument1, uint64_t argument2, uint64_t foreign);
/* Again as the guest would, until no continuation is asked for. */
int64_t extended_whole(uint32_t command, uint64_t argument1, unsigned int *rounds);

/* Pre-emption is due at every look. */
void preempt_always(bool on);

#endif
