/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page tables of PV guests: only what was validated ever reaches CR3. Owns the
 * types L1-L4 and DESCRIPTOR of frames, pinning, the update hypercalls, the
 * writable page-table emulation and descriptor windows' frames.
 * Every present entry of a validated table holds a reference on what it maps.
 */
#ifndef ASM_PV_MMU_H
#define ASM_PV_MMU_H

#include "hv/domain.h"
#include "hv/handlers.h"
#include "hv/types.h"

/* A page fault: handled here (writable page-table write, LDT window demand map, stale translation)? Else a guest's goes to the guest, with
 * *address and r->error_code as they are now: for its LDT they are not what the processor said. */
bool pv_mmu_handle_page_fault(struct registers *r, uint64_t *address);

/* Start of a vcpu or dom0: takes a type reference on the root (L4) and fills slots 256-271; -EINVAL, -ERESTART. */
int must_check pv_mmu_set_kernel_root(struct vcpu *v, mfn_t root);
int must_check pv_mmu_set_user_root(struct vcpu *v, mfn_t root);
/* Current's own: takes the new root and loads it; as MMUEXT_NEW_BASEPTR. */
int must_check pv_mmu_switch_kernel_root(struct vcpu *v, mfn_t root);
/* Builders: as MMUEXT_PIN_*; d's vcpus don't run. 0, -EINVAL, -ERESTART. */
int must_check pv_mmu_pin(struct domain *d, mfn_t mfn, uint64_t type);
/* Drops the vcpu's roots; -ERESTART until done. */
int must_check pv_mmu_drop_roots(struct vcpu *v);
/* Dying domain: unpins and breaks up what is left, in steps; -ERESTART. */
int must_check pv_mmu_relinquish(struct domain *d);

/* Reads the L1 entry that maps a linear address in current's tables; 0 when not mapped. No lock. */
uint64_t pv_mmu_read_l1_entry(uint64_t address);

/* Guest's LDT and GDT. */
int must_check pv_set_gdt(struct vcpu *v, const uint64_t *frames, uint32_t nr_entries);
void pv_drop_gdt(struct vcpu *v);
bool pv_descriptor_is_safe(uint64_t *descriptor); /* may lower DPL to ring 3; false: refused */
void pv_drop_ldt(struct vcpu *v);
/* The vcpu's LDT from now on; loads it when the vcpu is current. Checked by the caller: aligned, at most 8192 entries. */
void pv_set_ldt(struct vcpu *v, uint64_t base, uint32_t nr_entries);

#endif
