/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PV guests' entry, traps, callbacks, privileged instructions, segments; and
 * the builder of dom0. The guest's page tables are asm/pv_mmu.h's.
 */
#ifndef ASM_PV_H
#define ASM_PV_H

#include "hv/domain.h"
#include "hv/types.h"

/* Delivers an exception to current's trap table: sets the bounce frame; a missing handler crashes the domain. */
void pv_inject_exception(uint32_t vector, uint32_t error_code);
void pv_inject_page_fault(uint64_t address, uint32_t error_code);
/* Writes the bounce frame to the guest kernel's stack and points registers at the handler; on a bad stack crashes the domain. From the exit path. */
void pv_deliver_bounce(struct vcpu *v);
/* Guest kernel <-> user mode: swaps page tables and GS bases. */
void pv_toggle_mode(struct vcpu *v);

int64_t hypercall_set_trap_table(uint64_t traps);
int64_t hypercall_set_callbacks(uint64_t event, uint64_t failsafe, uint64_t syscall);
int64_t hypercall_callback_op(uint64_t command, uint64_t argument);
int64_t hypercall_stack_switch(uint64_t ss, uint64_t sp);
int64_t hypercall_set_segment_base(uint64_t which, uint64_t base);
int64_t hypercall_set_debugreg(uint64_t reg, uint64_t value);
uint64_t hypercall_get_debugreg(uint64_t reg);
int64_t hypercall_fpu_taskswitch(uint64_t set);
int64_t hypercall_iret(void);
int64_t hypercall_nmi_op(uint64_t command, uint64_t argument);

/* #GP of a guest kernel: emulates the privileged instruction; false: the guest gets the fault. */
bool pv_emulate_privileged(struct registers *r);
/* #UD: forced-emulation CPUID. */
bool pv_emulate_invalid_opcode(struct registers *r);

/* Context switch halves. */
void pv_save_context(struct vcpu *v);
void pv_load_context(struct vcpu *v);
void pv_fpu_handle_not_available(
	struct vcpu *v); /* #NM: gives the FPU to the vcpu, or bounces when its TS is set */

int must_check pv_vcpu_init(struct vcpu *v);
void pv_vcpu_fini(struct vcpu *v);
int must_check pv_domain_init(struct domain *d);
void pv_domain_fini(struct domain *d);

/* dom0 from the boot modules; prints the reason and panics when the kernel can't be used. */
void dom0_build(void);

/* Fills a page with hypercall entry code (VCPU context's hypercall page, MSR 0x40000000). */
void pv_fill_hypercall_page(void *page);

#endif
