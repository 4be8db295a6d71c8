/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The switch from one vcpu to another on a CPU: the frame at the top of the
 * stack, page tables, descriptor window, segments, extended state. A guest
 * vcpu is resumed on a fresh stack; nothing of the previous one's call chain
 * survives.
 */
#include "abi/arch_x86_64.h"
#include "asm/cpu_features.h"
#include "asm/descriptors.h"
#include "asm/msr.h"
#include "asm/pv.h"
#include "asm/pv_mmu.h"
#include "asm/time.h"
#include "asm/tlb.h"
#include "hv/arch.h"
#include "hv/sched.h"

#define CR4_GUEST_BITS (CR4_TSD | CR4_DE | CR4_FSGSBASE)

static void segment_bases_read(uint64_t *fs, uint64_t *gs, uint64_t *gs_shadow)
{
	*fs = read_msr(MSR_FS_BASE);
	*gs = read_msr(MSR_GS_BASE);
	*gs_shadow = read_msr(MSR_KERNEL_GS_BASE);
}

static void segments_save(struct pv_vcpu *pv)
{
	uint64_t gs, gs_shadow;

	__asm__ volatile("mov %%ds, %0; mov %%es, %1; mov %%fs, %2; mov %%gs, %3"
			 : "=r"(pv->ds), "=r"(pv->es), "=r"(pv->fs), "=r"(pv->gs));
	segment_bases_read(&pv->fs_base, &gs, &gs_shadow);
	pv->gs_base_kernel = pv->in_kernel ? gs : gs_shadow;
	pv->gs_base_user = pv->in_kernel ? gs_shadow : gs;
}

/* Loads a guest's selector; one that faults becomes null and true is returned. */
#define SEGMENT_LOAD(name)                                             \
	static bool segment_load_##name(uint16_t selector)             \
	{                                                              \
		uint32_t value = selector, failed = 0;                 \
                                                                       \
		__asm__ volatile("1: mov %1, %%" #name "\n"            \
				 "jmp 3f\n"                            \
				 "2: mov $1, %0; xor %1, %1; jmp 1b\n" \
				 "3:\n" EXCEPTION_FIXUP(1b, 2b)        \
				 : "+r"(failed), "+r"(value));         \
		return failed;                                         \
	}

SEGMENT_LOAD(ds)
SEGMENT_LOAD(es)
SEGMENT_LOAD(fs)
SEGMENT_LOAD(gs)

static bool segments_load(struct pv_vcpu *pv)
{
	bool failed = false;

	if (pv->ds | pv->es) {
		failed |= segment_load_ds(pv->ds);
		failed |= segment_load_es(pv->es);
	} else {
		__asm__ volatile("mov %0, %%ds; mov %0, %%es" : : "r"(0));
	}
	failed |= segment_load_fs(pv->fs);
	failed |= segment_load_gs(pv->gs);
	write_msr(MSR_FS_BASE, pv->fs_base);
	write_msr(MSR_GS_BASE, pv->in_kernel ? pv->gs_base_kernel : pv->gs_base_user);
	write_msr(MSR_KERNEL_GS_BASE, pv->in_kernel ? pv->gs_base_user : pv->gs_base_kernel);
	return failed;
}

static void descriptors_load(struct vcpu *v)
{
	const struct pv_vcpu *pv = &v->arch.pv;
	struct descriptor_pointer gdt = {GDT_LIMIT, pv->descriptor_window};

	/* On one CPU this page is always that CPU's, so no stale translation of it can matter. */
	pv->descriptor_l1[GDT_GUEST_PAGES] = pte_make(gdt_page_of_cpu(cpu_this()), PTE_HV_DATA);
	__asm__ volatile("lgdt %0" : : "m"(gdt));
	ldt_load(pv->ldt_entries ? pv->descriptor_window + 16 * PAGE_SIZE : 0, pv->ldt_entries);
}

static void debug_registers_load(const struct pv_vcpu *pv)
{
	if (likely(!(pv->debugreg[7] & 0xff)))
		return;
	__asm__ volatile("mov %0, %%dr0" : : "r"(pv->debugreg[0]));
	__asm__ volatile("mov %0, %%dr1" : : "r"(pv->debugreg[1]));
	__asm__ volatile("mov %0, %%dr2" : : "r"(pv->debugreg[2]));
	__asm__ volatile("mov %0, %%dr3" : : "r"(pv->debugreg[3]));
	__asm__ volatile("mov %0, %%dr6" : : "r"(pv->debugreg[6]));
	__asm__ volatile("mov %0, %%dr7" : : "r"(pv->debugreg[7]));
}

void pv_load_user_gs(uint16_t selector)
{
	struct pv_vcpu *pv = &current_vcpu()->arch.pv;
	uint64_t flags = interrupts_save_off();

	__asm__ volatile("swapgs");
	if (segment_load_gs(selector))
		pv->gs = 0;
	__asm__ volatile("swapgs");
	interrupts_restore(flags);
}

/* Bits that a guest kernel may choose and that the processor must obey while it runs. */
void pv_load_cr4(const struct vcpu *v)
{
	uint64_t now = read_cr4();
	uint64_t wanted = (now & ~CR4_GUEST_BITS) | (v->arch.pv.ctrlreg[4] & CR4_GUEST_BITS);

	if (unlikely(now != wanted))
		write_cr4(wanted);
}

void pv_save_context(struct vcpu *v)
{
	struct pv_vcpu *pv = &v->arch.pv;

	v->arch.registers = *guest_registers();
	segments_save(pv);
	if (pv->debugreg[7] & 0xff)
		__asm__ volatile("mov %0, %%dr7" : : "r"(0UL));
	pv_fpu_save(v);
}

void pv_load_context(struct vcpu *v)
{
	struct pv_vcpu *pv = &v->arch.pv;

	*guest_registers() = v->arch.registers;
	tlb_switch_root(v, pv->cr3);
	descriptors_load(v);
	if (segments_load(pv))
		pv_segment_load_failed(v);
	debug_registers_load(pv);
	pv_load_cr4(v);
	pv_load_tsc_aux(v);
	pv_fpu_load(v);
}

void arch_context_switch(struct vcpu *previous, struct vcpu *next)
{
	struct cpu_block *block = cpu_block_this();

	if (previous == next) {
		interrupts_on();
		return;
	}
	if (!previous->domain->is_idle)
		pv_save_context(previous);
	block->current = next;
	if (next->domain->is_idle) {
		gdt_load_idle();
		tlb_switch_root(next, 0);
	} else {
		pv_load_context(next);
		time_handle_switch(next);
	}
	sched_context_saved(previous);
	if (next->domain->is_idle)
		resume_idle(sched_idle_loop);
	resume_guest();
}

void pv_toggle_mode(struct vcpu *v)
{
	struct pv_vcpu *pv = &v->arch.pv;
	mfn_t root;

	pv->in_kernel = !pv->in_kernel;
	root = pv->in_kernel ? pv->kernel_root : pv->user_root;
	pv->cr3 = mfn_to_paddr(root).a;
	__asm__ volatile("swapgs");
	tlb_toggle_root(pv->cr3);
}
