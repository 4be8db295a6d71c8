/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TLB flushes, local and of other CPUs. Every change that takes a right away
 * (unmap, less access, other frame) is followed by one before the frame is
 * used for something else. A flush clock lets a freed frame's new owner skip
 * CPUs that have flushed since.
 */
#ifndef ASM_TLB_H
#define ASM_TLB_H

#include "hv/cpu.h"
#include "hv/types.h"

#define FLUSH_TLB 1u	    /* non-global entries of the running address space */
#define FLUSH_TLB_GLOBAL 2u /* all entries */
#define FLUSH_CACHE 4u
#define FLUSH_ONE 8u /* one address only */

void tlb_flush_local(unsigned int flags, uint64_t address);
/* Waits until all CPUs of the mask have flushed. Interrupts must be on (or only this CPU in the mask). */
void tlb_flush_mask(const struct cpumask *mask, unsigned int flags, uint64_t address);
void tlb_flush_all(unsigned int flags);

struct domain;
struct vcpu;

/*
 * The flush clock. It ticks with every flush of a whole TLB; each CPU remembers the clock of its last one. A mapping
 * that went away when the clock stood at `stamp` can't be in the TLB of a CPU that has flushed at a later clock.
 */
extern uint64_t tlb_clock;

static always_inline uint64_t tlb_clock_read(void)
{
	return __atomic_load_n(&tlb_clock, __ATOMIC_ACQUIRE);
}

/* Flushes the CPUs that may hold a translation made before the stamp: of d's, or of anybody's (NULL). Only low bits of the stamp
 * need be right; needless flushes follow when it is very old. */
void tlb_flush_stale(const struct domain *d, uint32_t stamp, uint32_t stamp_mask);
/* CPUs that run on d's page tables. */
void tlb_flush_domain(const struct domain *d, unsigned int flags, uint64_t address);
/* cpu_relax() of who waits for another CPU and may have interrupts off: that one may be waiting for our flush. */
void tlb_relax(void);
/* This CPU, with interrupts off, on our own root, goes off or comes: from then on shoot-downs leave it out, or not. */
void tlb_leave_cpu(void);
void tlb_join_cpu(void);
/* VECTOR_TLB_FLUSH. */
void tlb_handle_interrupt(void);

/* Context switch: loads CR3 (0: our own root, for idle), marks this CPU as one that holds v's translations. Interrupts off. */
void tlb_switch_root(struct vcpu *v, uint64_t cr3);
/* The same vcpu between its kernel and user tables. */
void tlb_toggle_root(uint64_t cr3);

#endif
