/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the processor side keeps for a domain and a vcpu. PV fields belong to
 * pv/ and mm/; nothing outside arch/x86 touches them but through hv/arch.h.
 */
#ifndef ASM_DOMAIN_H
#define ASM_DOMAIN_H

#include "abi/arch_x86_64.h"
#include "asm/registers.h"
#include "hv/cpu.h"
#include "hv/types.h"

struct trap_bounce {
	uint64_t rip;
	uint32_t error_code;
	uint16_t cs;
	uint8_t flags;	     /* TRAP_BOUNCE_* */
	uint8_t nmi_pending; /* behind flags, as the exit path tests both in one word [a] */
	uint16_t selectors
		[4]; /* with TRAP_BOUNCE_SELECTORS: the ds, es, fs, gs that failed to load */
};

#define TRAP_BOUNCE_ERROR_CODE 1
#define TRAP_BOUNCE_MASK_EVENTS 2
#define TRAP_BOUNCE_FAILSAFE 4
#define TRAP_BOUNCE_SELECTORS 8
#define TRAP_BOUNCE_PENDING 0x80 /* the frame is still to be built, on the way to the guest */

#define PV_GDT_PAGES 14 /* the guest's part of the GDT; our page is behind it */

struct pv_vcpu {
	/* Read by the entry and exit code: offsets in asm/offsets.h. */
	bool in_kernel; /* guest kernel mode (kernel_root) or user mode (user_root) */
	struct trap_bounce bounce;
	struct xen_trap_info *trap_table; /* 256 entries */
	uint64_t event_callback_rip, failsafe_callback_rip, syscall_callback_rip;
	uint64_t syscall32_callback_rip, sysenter_callback_rip;
	uint64_t kernel_sp;
	uint16_t kernel_ss;
	bool failsafe_masks_events, syscall_masks_events, syscall32_masks_events;
	bool sysenter_masks_events;
	mfn_t kernel_root,
		user_root;   /* L4 frames, each with a type reference; user_root.n 0: none */
	uint64_t cr3;	     /* physical address now loaded while running: one of the two */
	uint64_t ctrlreg[8]; /* guest's view of CR0 (TS, MP…), CR2 not here, CR4 */
	uint64_t debugreg[8];
	uint64_t fs_base, gs_base_kernel,
		gs_base_user;	 /* in_kernel: hardware GS base is kernel's while loaded */
	uint16_t ds, es, fs, gs; /* saved while not running */
	uint32_t iopl; /* virtual, in bits 12-13 as PHYSDEVOP_set_iopl gives it, shifted */
	uint64_t iobitmap_guest; /* guest address of its bitmap; 0: none */
	uint32_t iobitmap_nr_ports;
	uint64_t
		descriptor_window; /* linear address of this vcpu's window: 16 GDT pages, then 16 LDT pages */
	mfn_t gdt_frames[PV_GDT_PAGES];
	uint32_t gdt_entries;
	uint64_t ldt_base;
	uint32_t ldt_entries;
	uint32_t ldt_mapped_pages; /* bit per page of the window that is mapped */
	uint64_t *descriptor_l1;   /* PTEs of the window */
	struct page *pending_undo
		[2]; /* tables to take apart before its next MMU call, a general reference each [own] */
	uint32_t tlb_cpu;     /* 1 + the CPU whose TLB may hold its translations; 0: none [a] */
	bool nmi_in_progress; /* from its callback to the next iret: another one is latched */
	bool nmi_is_latched;
	void *xsave_area; /* extended state, 64-byte aligned; state saved when not on a CPU */
	uint64_t xcr0;
	uint64_t msr_tsc_aux;
};

struct vcpu_arch {
	struct registers registers; /* saved while not running */
	struct pv_vcpu pv;
	struct cpu_policy *policy; /* the domain's */
	uint32_t time_version;
};

struct domain_arch {
	struct cpu_policy *policy; /* what CPUID and feature MSRs say (asm/cpu_policy.h) */
	struct rangeset *io_ports_allowed, *io_memory_allowed,
		*irqs_allowed; /* hardware domain's and pass-through */
	uint64_t memory_map_count;
	struct xen_e820_entry *memory_map; /* XENMEM_set_memory_map */
	uint64_t *pirq_eoi_map;		   /* shared page, bit per pirq: needs EOI */
	mfn_t pirq_eoi_map_mfn;
	bool pirq_eoi_unmasks;		    /* the page came by the interface's first version */
	uint32_t pci_address;		    /* the guest's latch at port 0xcf8 */
	struct cpumask dirty_cpus;	    /* [a] CPUs that run on one of its page tables */
	uint32_t tsc_mode, tsc_incarnation; /* XEN_DOMCTL_settscinfo */
	uint64_t relinquish_left; /* pages that this pass of pv_mmu_relinquish() has yet to see */
};

#endif
