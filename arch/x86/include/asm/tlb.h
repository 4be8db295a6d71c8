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

struct vcpu;
/* Context switch: loads CR3 (0: our own root, for idle), marks this CPU as one that holds v's translations. Interrupts off. */
void tlb_switch_root(struct vcpu *v, uint64_t cr3);
/* The same vcpu between its kernel and user tables. */
void tlb_toggle_root(uint64_t cr3);

#endif
