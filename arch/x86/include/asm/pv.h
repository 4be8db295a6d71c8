/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PV guests' entry, traps, callbacks, privileged instructions, segments; and
 * the builder of dom0. The guest's page tables are asm/pv_mmu.h's.
 */
#ifndef ASM_PV_H
#define ASM_PV_H

#include "hv/domain.h"
#include "hv/handlers.h"
#include "hv/types.h"

/* Delivers an exception to current's trap table: sets the bounce frame; a missing handler crashes the domain. */
void pv_inject_exception(uint32_t vector, uint32_t error_code);
void pv_inject_page_fault(uint64_t address, uint32_t error_code);
/* Writes the bounce frame to the guest kernel's stack and points registers at the handler; on a bad stack crashes the domain. From the exit path. */
void pv_deliver_bounce(struct vcpu *v);
/* Both at once, for who changes nothing of the guest's frame afterwards. */
void pv_deliver_exception(uint32_t vector, uint32_t error_code);
void pv_deliver_page_fault(uint64_t address, uint32_t error_code);
/* INT n of a guest through its trap table: false when its gate isn't open to the guest's mode. skips: rip is still at the instruction. */
bool must_check pv_software_interrupt(struct registers *r, uint8_t vector, bool skips);
/* From the assembly, interrupts on: the exit path found something to deliver; SYSCALL in user mode; a frame that iret refused. */
void pv_exit_work(void);
void pv_syscall_from_user(struct registers *r);
/* SYSENTER: the frame lacks what the instruction doesn't save: rip and rsp are 0. */
void pv_sysenter(struct registers *r);
void pv_iret_failed(struct registers *r);
/* pv/entry.S */
void syscall_enter(void);
noreturn_function void resume_guest(void);
noreturn_function void resume_idle(void (*loop)(void));
/* Guest kernel <-> user mode: swaps page tables and GS bases. */
void pv_toggle_mode(struct vcpu *v);

/* #GP of a guest kernel: emulates the privileged instruction; false: the guest gets the fault. */
bool pv_emulate_privileged(struct registers *r);
/* #UD: forced-emulation CPUID. */
bool pv_emulate_invalid_opcode(struct registers *r);

/* What a guest sees as its CR4 after it asked for a value. */
uint64_t pv_cr4_of_guest(uint64_t wanted);
/* The guest's choice of CR4 bits into hardware: current only. */
void pv_load_cr4(const struct vcpu *v);
/* The same for TSC_AUX; interrupts off. */
void pv_load_tsc_aux(const struct vcpu *v);
/* This CPU was reset: what is in its register is not known. */
void pv_forget_tsc_aux(void);

/* Extended state: pv/fpu.c. */
int must_check pv_fpu_init_vcpu(struct vcpu *v);
void pv_fpu_fini_vcpu(struct vcpu *v);
void pv_fpu_save(struct vcpu *v);
void pv_fpu_load(struct vcpu *v);
int must_check pv_fpu_set_xcr0(struct vcpu *v, uint64_t value);
/* Whether the processor would take it. */
bool pv_xcr0_is_valid(uint64_t value);
/* The whole state as XSAVE writes it, xstate_bytes() of it; the vcpu isn't on a CPU. Writing: fewer bytes leave the rest initial;
 * -EINVAL for what XRSTOR would refuse. */
void pv_fpu_read(const struct vcpu *v, void *to);
int must_check pv_fpu_write(struct vcpu *v, const void *from, size_t bytes);
/* A segment register of the vcpu being loaded could not be: its kernel is told by the failsafe callback. */
void pv_segment_load_failed(struct vcpu *v);

/* Context switch halves; interrupts off. */
void pv_save_context(struct vcpu *v);
void pv_load_context(struct vcpu *v);
void pv_fpu_handle_not_available(
	struct vcpu *v); /* #NM: gives the FPU to the vcpu, or bounces when its TS is set */

/* Checks a whole context, then makes it the vcpu's: -EINVAL, -ERESTART (validation was pre-empted). The vcpu doesn't run. */
struct xen_vcpu_guest_context;
int must_check pv_vcpu_install(struct vcpu *v, const struct xen_vcpu_guest_context *context);
/* 512 bytes in FXSAVE format become the legacy part of the state; reserved bits are cleared. */
void pv_fpu_install(struct vcpu *v, const void *fxsave);
/* DR0-3, 6, 7; -EPERM for what would watch the hypervisor, -ENODEV for others. Loads hardware when v is current. */
int must_check pv_set_debug_register(struct vcpu *v, unsigned int nr, uint64_t value);
/* Loads GS with a selector while the user's base is the active one; a bad selector loads null. */
void pv_load_user_gs(uint16_t selector);

int must_check pv_vcpu_init(struct vcpu *v);
void pv_vcpu_fini(struct vcpu *v);

/* dom0 from the boot modules; prints the reason and panics when the kernel can't be used. */
void dom0_build(void);

/* Fills a page with hypercall entry code (VCPU context's hypercall page, MSR 0x40000000). */
void pv_fill_hypercall_page(void *page);

#endif
