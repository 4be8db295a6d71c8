/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A PV vcpu's life: its trap table, extended state and descriptor window; the
 * installation of a whole context (VCPUOP_initialise, the builder); and the
 * small register hypercalls.
 */
#include "abi/arch_x86_64.h"
#include "asm/cpu_features.h"
#include "asm/descriptors.h"
#include "asm/msr.h"
#include "asm/pv.h"
#include "asm/pv_mmu.h"
#include "asm/tlb.h"
#include "asm/xstate.h"
#include "hv/arch.h"
#include "hv/bitmap.h"
#include "hv/guest_access.h"
#include "hv/heap.h"
#include "hv/string.h"

#define WINDOW_PAGES 32 /* 16 of GDT, 16 of LDT */
#define WINDOW_BYTES (WINDOW_PAGES * PAGE_SIZE)
#define NR_WINDOWS (DESCRIPTOR_WINDOW_BYTES / WINDOW_BYTES)
#define NR_TRAPS 256
#define DR7_ALWAYS 0x400UL
#define DR7_RESERVED 0xd800UL
#define DR7_GENERAL_DETECT 0x2000UL
#define DR6_ALWAYS 0xffff0ff0UL
#define DR6_WRITABLE 0xe00fUL
#define NR_BREAKPOINTS 4
#define CR4_GUEST_FIXED (CR4_PAE | CR4_MCE | CR4_OSFXSR | CR4_OSXMMEXCPT)
#define CR4_GUEST_CHOICE (CR4_TSD | CR4_DE)
#define CR0_GUEST_INITIAL 0x80050033UL /* PG, AM, WP, NE, ET, MP, PE */

static struct spinlock window_lock = SPINLOCK_INIT(LOCK_vmap);
static unsigned long windows_used[(NR_WINDOWS + 63) / 64];

static uint64_t window_alloc(void)
{
	uint64_t index;

	spin_lock(&window_lock);
	index = bitmap_find_first_zero(windows_used, NR_WINDOWS);
	if (index < NR_WINDOWS)
		bitmap_set(windows_used, index);
	spin_unlock(&window_lock);
	return index < NR_WINDOWS ? DESCRIPTOR_WINDOW_START + index * WINDOW_BYTES : 0;
}

static void window_free(uint64_t window)
{
	spin_lock(&window_lock);
	bitmap_clear(windows_used, (window - DESCRIPTOR_WINDOW_START) / WINDOW_BYTES);
	spin_unlock(&window_lock);
}

/*
 * An unused window's first entry isn't present: it keeps the flush clock of
 * when the window was freed, so that many may be freed without a flush, and the
 * next user flushes who hasn't since.
 */
#define WINDOW_WAS_USED 2UL
#define WINDOW_STAMP_SHIFT 2

static void window_clear(struct pv_vcpu *pv)
{
	memset(pv->descriptor_l1, 0, WINDOW_PAGES * sizeof(*pv->descriptor_l1));
	memory_barrier();
	pv->descriptor_l1[0] = tlb_clock_read() << WINDOW_STAMP_SHIFT | WINDOW_WAS_USED;
}

static void window_flush_former(uint64_t *descriptor_l1)
{
	uint64_t former = descriptor_l1[0];

	if (former & WINDOW_WAS_USED)
		tlb_flush_stale(NULL, (uint32_t)(former >> WINDOW_STAMP_SHIFT), UINT32_MAX);
	memset(descriptor_l1, 0, WINDOW_PAGES * sizeof(*descriptor_l1));
}

static int window_create(struct pv_vcpu *pv)
{
	uint64_t window = window_alloc();

	if (!window)
		return -ENOMEM;
	pv->descriptor_l1 = hv_map_entry(window);
	if (!pv->descriptor_l1) {
		window_free(window);
		return -ENOMEM;
	}
	window_flush_former(pv->descriptor_l1);
	pv->descriptor_window = window;
	return 0;
}

int pv_vcpu_init(struct vcpu *v)
{
	struct pv_vcpu *pv = &v->arch.pv;
	int error;

	pv->in_kernel = true;
	pv->ctrlreg[0] = CR0_GUEST_INITIAL;
	pv->ctrlreg[4] = pv_cr4_of_guest(0);
	pv->debugreg[6] = DR6_ALWAYS;
	pv->debugreg[7] = DR7_ALWAYS;
	pv->trap_table = object_alloc_array(NR_TRAPS, sizeof(*pv->trap_table));
	error = pv->trap_table ? window_create(pv) : -ENOMEM;
	if (!error)
		error = pv_fpu_init_vcpu(v);
	if (error)
		pv_vcpu_fini(v);
	return error;
}

void pv_vcpu_fini(struct vcpu *v)
{
	struct pv_vcpu *pv = &v->arch.pv;

	pv_fpu_fini_vcpu(v);
	if (pv->descriptor_window) {
		window_clear(pv);
		window_free(pv->descriptor_window);
	}
	pv->descriptor_window = 0;
	object_free(pv->trap_table);
	pv->trap_table = NULL;
}

uint64_t pv_cr4_of_guest(uint64_t wanted)
{
	uint64_t choice = CR4_GUEST_CHOICE;

	if (xstate_components())
		choice |= CR4_OSXSAVE;
	if (cpu_has(FEATURE_FSGSBASE))
		choice |= CR4_FSGSBASE;
	return CR4_GUEST_FIXED | (wanted & choice);
}

static uint64_t rflags_for_guest(uint64_t rflags)
{
	return (rflags & ~(RFLAGS_IOPL | RFLAGS_VM | RFLAGS_NT)) | RFLAGS_IF | 2;
}

static void context_install_registers(struct vcpu *v, const struct xen_vcpu_guest_context *context)
{
	const struct xen_cpu_user_regs *from = &context->user_regs;
	struct pv_vcpu *pv = &v->arch.pv;

	/* Up to ss the ABI's frame and ours are the same; asserted below. */
	memcpy(&v->arch.registers, from, sizeof(v->arch.registers));
	v->arch.registers.cs |= 3;
	v->arch.registers.ss |= 3;
	v->arch.registers.cs_padding[0] = v->arch.registers.cs_padding[1] = 0;
	v->arch.registers.cs_padding[2] = 0;
	v->arch.registers.rflags = rflags_for_guest(from->rflags);
	v->arch.registers.entry_vector = 0;
	pv->iopl = from->rflags & RFLAGS_IOPL;
	pv->ds = from->ds;
	pv->es = from->es;
	pv->fs = from->fs;
	pv->gs = from->gs;
	pv->fs_base = context->fs_base;
	pv->gs_base_kernel = context->gs_base_kernel;
	pv->gs_base_user = context->gs_base_user;
	pv->kernel_ss = (uint16_t)context->kernel_ss | 3;
	pv->kernel_sp = context->kernel_sp;
	pv->in_kernel = context->flags & VGCF_in_kernel;
}

_Static_assert(offsetof(struct xen_cpu_user_regs, rip) == offsetof(struct registers, rip), "rip");
_Static_assert(offsetof(struct xen_cpu_user_regs, ss) == offsetof(struct registers, ss), "ss");

static void context_install_callbacks(struct vcpu *v, const struct xen_vcpu_guest_context *context)
{
	struct pv_vcpu *pv = &v->arch.pv;

	pv->event_callback_rip = context->event_callback_eip;
	pv->failsafe_callback_rip = context->failsafe_callback_eip;
	pv->syscall_callback_rip = context->syscall_callback_eip;
	pv->failsafe_masks_events = context->flags & VGCF_failsafe_disables_events;
	pv->syscall_masks_events = context->flags & VGCF_syscall_disables_events;
	memcpy(pv->trap_table, context->trap_ctxt, sizeof(context->trap_ctxt));
	for (unsigned int i = 0; i < NR_TRAPS; i++)
		pv->trap_table[i].cs |= 3;
	if (context->flags & VGCF_i387_valid)
		pv_fpu_install(v, context->fpu_ctxt.x);
}

static bool context_is_canonical(const struct xen_vcpu_guest_context *context)
{
	const uint64_t addresses[] = {
		context->user_regs.rip,
		context->event_callback_eip,
		context->failsafe_callback_eip,
		context->syscall_callback_eip,
		context->fs_base,
		context->gs_base_kernel,
		context->gs_base_user,
		context->ldt_base,
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(addresses); i++)
		if (!address_is_canonical(addresses[i]))
			return false;
	for (unsigned int i = 0; i < NR_TRAPS; i++)
		if (!address_is_canonical(context->trap_ctxt[i].address))
			return false;
	return true;
}

static int context_install_tables(struct vcpu *v, const struct xen_vcpu_guest_context *context)
{
	struct pv_vcpu *pv = &v->arch.pv;
	int error;

	error = pv_set_gdt(v, context->gdt_frames, (uint32_t)context->gdt_ents);
	if (error)
		return error;
	pv->ldt_base = context->ldt_base;
	pv->ldt_entries = (uint32_t)context->ldt_ents;
	error = pv_mmu_set_kernel_root(v, mfn_from(xen_cr3_to_pfn(context->ctrlreg[3])));
	if (!error && context->ctrlreg[1])
		error = pv_mmu_set_user_root(v, mfn_from(xen_cr3_to_pfn(context->ctrlreg[1])));
	/* What was taken so far goes back, but for a call that is to come again with the same. */
	if (error && error != -ERESTART && pv_mmu_drop_roots(v))
		return -ERESTART;
	return error;
}

static int context_install_debug(struct vcpu *v, const struct xen_vcpu_guest_context *context)
{
	static const uint8_t order[] = {0, 1, 2, 3, 6, 7};
	int error = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(order) && !error; i++)
		error = pv_set_debug_register(v, order[i], context->debugreg[order[i]]);
	return error ? -EINVAL : 0;
}

int pv_vcpu_install(struct vcpu *v, const struct xen_vcpu_guest_context *context)
{
	struct pv_vcpu *pv = &v->arch.pv;
	int error;

	if (!context_is_canonical(context))
		return -EINVAL;
	if (!(context->flags & VGCF_in_kernel) && !context->ctrlreg[1])
		return -EINVAL;
	if (context->gdt_ents > FIRST_RESERVED_GDT_ENTRY || context->ldt_ents > 8192 ||
	    (context->ldt_base & ~PAGE_MASK))
		return -EINVAL;
	error = context_install_debug(v, context);
	if (!error)
		error = context_install_tables(v, context);
	if (error)
		return error;
	context_install_registers(v, context);
	context_install_callbacks(v, context);
	pv->ctrlreg[0] = context->ctrlreg[0] | CR0_GUEST_INITIAL;
	pv->ctrlreg[4] = pv_cr4_of_guest(context->ctrlreg[4]);
	pv->cr3 = mfn_to_paddr(pv->in_kernel ? pv->kernel_root : pv->user_root).a;
	return 0;
}

int arch_vcpu_initialise(struct vcpu *v, uint64_t context_guest_address)
{
	struct xen_vcpu_guest_context *context = object_alloc(sizeof(*context));
	int error;

	if (!context)
		return -ENOMEM;
	error = guest_copy_from(context, context_guest_address, sizeof(*context));
	if (!error)
		error = pv_vcpu_install(v, context);
	object_free(context);
	return error;
}

int64_t hypercall_set_segment_base(uint64_t which, uint64_t base)
{
	uint32_t selector = (uint32_t)base;

	if (which != SEGBASE_GS_USER_SEL && !address_is_canonical(base))
		return -EINVAL;
	switch (which) {
	case SEGBASE_FS:
		write_msr(MSR_FS_BASE, base);
		return 0;
	case SEGBASE_GS_USER:
		write_msr(MSR_KERNEL_GS_BASE, base);
		return 0;
	case SEGBASE_GS_KERNEL:
		write_msr(MSR_GS_BASE, base);
		return 0;
	case SEGBASE_GS_USER_SEL:
		pv_load_user_gs((uint16_t)selector);
		return 0;
	default:
		return -EINVAL;
	}
}

static bool breakpoint_is_allowed(uint64_t address)
{
	return address_is_canonical(address) && !address_is_hypervisor(address);
}

static void debug_register_load(const struct vcpu *v, unsigned int nr, uint64_t value)
{
	if (v != current_vcpu())
		return;
	switch (nr) {
	case 0:
		__asm__ volatile("mov %0, %%dr0" : : "r"(value));
		break;
	case 1:
		__asm__ volatile("mov %0, %%dr1" : : "r"(value));
		break;
	case 2:
		__asm__ volatile("mov %0, %%dr2" : : "r"(value));
		break;
	case 3:
		__asm__ volatile("mov %0, %%dr3" : : "r"(value));
		break;
	case 7:
		__asm__ volatile("mov %0, %%dr7" : : "r"(value));
		break;
	}
}

/* I/O breakpoints (type 2) would watch the hypervisor's own accesses; general detect, its moves. */
static bool breakpoints_are_allowed(uint64_t dr7)
{
	for (unsigned int i = 0; i < NR_BREAKPOINTS; i++)
		if ((dr7 >> 2 * i & 3) && (dr7 >> (16 + 4 * i) & 3) == 2)
			return false;
	return !(dr7 & DR7_GENERAL_DETECT);
}

int pv_set_debug_register(struct vcpu *v, unsigned int nr, uint64_t value)
{
	struct pv_vcpu *pv = &v->arch.pv;

	if (nr < NR_BREAKPOINTS) {
		if (!breakpoint_is_allowed(value))
			return -EPERM;
	} else if (nr != 6 && nr != 7) {
		return -ENODEV;
	} else if (value > UINT32_MAX) {
		return -EINVAL;
	} else if (nr == 6) {
		value = (value & DR6_WRITABLE) | DR6_ALWAYS;
	} else {
		if (!breakpoints_are_allowed(value))
			return -EPERM;
		value = (value & ~DR7_RESERVED) | DR7_ALWAYS;
	}
	pv->debugreg[nr] = value;
	/* Addresses go to hardware with the DR7 that may enable them: a switch loads none while all are off. */
	for (unsigned int i = 0; nr == 7 && i < NR_BREAKPOINTS; i++)
		debug_register_load(v, i, pv->debugreg[i]);
	debug_register_load(v, nr, value);
	return 0;
}

/* DR4 and DR5 are other names of DR6 and DR7 until CR4.DE takes them away (Intel SDM 3, 18.2.2). */
static unsigned int debug_register_alias(uint64_t nr)
{
	if ((nr == 4 || nr == 5) && !(current_vcpu()->arch.pv.ctrlreg[4] & CR4_DE))
		nr += 2;
	return (unsigned int)MIN(nr, 8);
}

int64_t hypercall_set_debugreg(uint64_t nr, uint64_t value)
{
	if (nr > 7)
		return -ENODEV;
	return pv_set_debug_register(current_vcpu(), debug_register_alias(nr), value);
}

uint64_t hypercall_get_debugreg(uint64_t nr)
{
	nr = debug_register_alias(nr);
	if (nr < NR_BREAKPOINTS || nr == 6 || nr == 7)
		return current_vcpu()->arch.pv.debugreg[nr];
	return (uint64_t)-ENODEV;
}
