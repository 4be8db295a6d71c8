/* SPDX-License-Identifier: MIT */
/*
 * The x86-64 half of the core interface: flat selectors, the reserved part of the address space
 * and of the GDT, the register frame, a vcpu's whole context, trap tables and the iret frame.
 *
 * Hypercall convention: arguments in rdi, rsi, rdx, r10, r8; result in rax; rcx and r11 are lost
 * to SYSCALL.
 */
#ifndef ABI_ARCH_X86_64_H
#define ABI_ARCH_X86_64_H

#include "abi/abi.h"

/* Flat segments in the reserved part of every GDT; all of ring 3. */
#define FLAT_RING3_CS32 0xe023
#define FLAT_RING3_CS64 0xe033
#define FLAT_RING3_DS32 0xe02b
#define FLAT_RING3_DS64 0x0000
#define FLAT_RING3_SS32 0xe02b
#define FLAT_RING3_SS64 0xe02b

#define FLAT_KERNEL_DS64 FLAT_RING3_DS64
#define FLAT_KERNEL_DS32 FLAT_RING3_DS32
#define FLAT_KERNEL_DS FLAT_KERNEL_DS64
#define FLAT_KERNEL_CS64 FLAT_RING3_CS64
#define FLAT_KERNEL_CS32 FLAT_RING3_CS32
#define FLAT_KERNEL_CS FLAT_KERNEL_CS64
#define FLAT_KERNEL_SS64 FLAT_RING3_SS64
#define FLAT_KERNEL_SS32 FLAT_RING3_SS32
#define FLAT_KERNEL_SS FLAT_KERNEL_SS64

#define FLAT_USER_DS64 FLAT_RING3_DS64
#define FLAT_USER_DS32 FLAT_RING3_DS32
#define FLAT_USER_DS FLAT_USER_DS64
#define FLAT_USER_CS64 FLAT_RING3_CS64
#define FLAT_USER_CS32 FLAT_RING3_CS32
#define FLAT_USER_CS FLAT_USER_CS64
#define FLAT_USER_SS64 FLAT_RING3_SS64
#define FLAT_USER_SS32 FLAT_RING3_SS32
#define FLAT_USER_SS FLAT_USER_SS64

/* The part of the linear address space that a PV guest may not map, and its read-only table. */
#define HYPERVISOR_VIRT_START 0xffff800000000000
#define HYPERVISOR_VIRT_END 0xffff880000000000
#define MACH2PHYS_VIRT_START 0xffff800000000000
#define MACH2PHYS_VIRT_END 0xffff804000000000
#define MACH2PHYS_NR_ENTRIES ((MACH2PHYS_VIRT_END - MACH2PHYS_VIRT_START) >> 3)

/* A guest's GDT ends here; the pages behind are the hypervisor's. */
#define FIRST_RESERVED_GDT_PAGE 14
#define FIRST_RESERVED_GDT_BYTE (FIRST_RESERVED_GDT_PAGE * 4096)
#define FIRST_RESERVED_GDT_ENTRY (FIRST_RESERVED_GDT_BYTE / 8)

/* The vcpus that have their vcpu_info in shared_info; the others must register one. */
#define XEN_LEGACY_MAX_VCPUS 32

/* set_segment_base */
#define SEGBASE_FS 0
#define SEGBASE_GS_USER 1
#define SEGBASE_GS_KERNEL 2
#define SEGBASE_GS_USER_SEL 3

/* iret_context.flags: leave by SYSRET, so rcx, r11, cs and ss of the frame are not restored. */
#define _VGCF_in_syscall 8
#define VGCF_in_syscall 0x100
#define VGCF_IN_SYSCALL VGCF_in_syscall

/* vcpu_guest_context.flags */
#define _VGCF_i387_valid 0
#define VGCF_i387_valid 0x01
#define VGCF_I387_VALID VGCF_i387_valid
#define _VGCF_in_kernel 2
#define VGCF_in_kernel 0x04
#define VGCF_IN_KERNEL VGCF_in_kernel
#define _VGCF_failsafe_disables_events 3
#define VGCF_failsafe_disables_events 0x08
#define _VGCF_syscall_disables_events 4
#define VGCF_syscall_disables_events 0x10
#define _VGCF_online 5
#define VGCF_online 0x20

/* The debug console port of HVM guests. */
#define XEN_HVM_DEBUGCONS_IOPORT 0xe9

/* xen_arch_domainconfig.emulation_flags: the devices that the hypervisor models. */
#define _XEN_X86_EMU_LAPIC 0
#define XEN_X86_EMU_LAPIC 0x001
#define _XEN_X86_EMU_HPET 1
#define XEN_X86_EMU_HPET 0x002
#define _XEN_X86_EMU_PM 2
#define XEN_X86_EMU_PM 0x004
#define _XEN_X86_EMU_RTC 3
#define XEN_X86_EMU_RTC 0x008
#define _XEN_X86_EMU_IOAPIC 4
#define XEN_X86_EMU_IOAPIC 0x010
#define _XEN_X86_EMU_PIC 5
#define XEN_X86_EMU_PIC 0x020
#define _XEN_X86_EMU_VGA 6
#define XEN_X86_EMU_VGA 0x040
#define _XEN_X86_EMU_IOMMU 7
#define XEN_X86_EMU_IOMMU 0x080
#define _XEN_X86_EMU_PIT 8
#define XEN_X86_EMU_PIT 0x100
#define _XEN_X86_EMU_USE_PIRQ 9
#define XEN_X86_EMU_USE_PIRQ 0x200
#define _XEN_X86_EMU_VPCI 10
#define XEN_X86_EMU_VPCI 0x400
#define XEN_X86_EMU_ALL 0x7ff

/* xen_arch_domainconfig.misc_flags */
#define XEN_X86_MSR_RELAXED 1
#define XEN_X86_MISC_FLAGS_MAX XEN_X86_MSR_RELAXED

#define XEN_CPUID_NO_SUBLEAF 0xffffffff

#ifndef __ASSEMBLER__

#define xen_pfn_to_cr3(pfn) ((uint64_t)(pfn) << 12)
#define xen_cr3_to_pfn(cr3) ((uint64_t)(cr3) >> 12)

/* trap_info.flags: bits 1:0 the least privileged caller of INT n, bit 2 masks events on entry. */
#define TI_GET_DPL(_ti) ((_ti)->flags & 3)
#define TI_GET_IF(_ti) ((_ti)->flags & 4)

struct xen_trap_info {
	uint8_t vector;
	uint8_t flags;
	uint16_t cs;
	uint64_t address; /* 0 closes a table */
};
ABI_SIZE(struct xen_trap_info, 16);

struct xen_cpu_user_regs {
	uint64_t r15;
	uint64_t r14;
	uint64_t r13;
	uint64_t r12;
	uint64_t rbp;
	uint64_t rbx;
	uint64_t r11;
	uint64_t r10;
	uint64_t r9;
	uint64_t r8;
	uint64_t rax;
	uint64_t rcx;
	uint64_t rdx;
	uint64_t rsi;
	uint64_t rdi;
	uint32_t error_code;
	uint32_t entry_vector;
	uint64_t rip;
	uint16_t cs;
	uint16_t _pad0[1];
	uint8_t saved_upcall_mask;
	uint8_t _pad1[3];
	uint64_t rflags; /* a PV guest sees IF as the inverse of saved_upcall_mask */
	uint64_t rsp;
	uint16_t ss;
	uint16_t _pad2[3];
	uint16_t es;
	uint16_t _pad3[3];
	uint16_t ds;
	uint16_t _pad4[3];
	uint16_t fs;
	uint16_t _pad5[3];
	uint16_t gs;
	uint16_t _pad6[3];
};
ABI_SIZE(struct xen_cpu_user_regs, 200);
ABI_OFFSET(struct xen_cpu_user_regs, rip, 128);
ABI_OFFSET(struct xen_cpu_user_regs, ss, 160);

/* What the iret hypercall finds at the caller's rsp. */
struct xen_iret_context {
	uint64_t rax;
	uint64_t r11;
	uint64_t rcx;
	uint64_t flags; /* VGCF_in_syscall */
	uint64_t rip;
	uint64_t cs;
	uint64_t rflags;
	uint64_t rsp;
	uint64_t ss;
};
ABI_SIZE(struct xen_iret_context, 72);

/* The whole of a PV vcpu; the area for the FPU is in FXSAVE format. */
struct xen_vcpu_guest_context {
	struct {
		int8_t x[512];
	} fpu_ctxt;
	uint64_t flags; /* VGCF_* */
	struct xen_cpu_user_regs user_regs;
	struct xen_trap_info trap_ctxt[256];
	uint64_t ldt_base;
	uint64_t ldt_ents;
	uint64_t gdt_frames[16];
	uint64_t gdt_ents;
	uint64_t kernel_ss;
	uint64_t kernel_sp;
	uint64_t ctrlreg[8]; /* [1] is the user page table, in the format of cr3 */
	uint64_t debugreg[8];
	uint64_t event_callback_eip;
	uint64_t failsafe_callback_eip;
	uint64_t syscall_callback_eip;
	uint64_t vm_assist; /* bitmap of VMASST_TYPE_* */
	uint64_t fs_base;
	uint64_t gs_base_kernel;
	uint64_t gs_base_user;
};
ABI_SIZE(struct xen_vcpu_guest_context, 5168);
ABI_OFFSET(struct xen_vcpu_guest_context, user_regs, 520);
ABI_OFFSET(struct xen_vcpu_guest_context, trap_ctxt, 720);

struct xen_arch_vcpu_info {
	uint64_t cr2; /* the address of the page fault being delivered */
	uint64_t pad;
};
ABI_SIZE(struct xen_arch_vcpu_info, 16);

/* How tools find a PV guest's physical-to-machine list: as a tree of frames or as one array. */
struct xen_arch_shared_info {
	uint64_t max_pfn;
	uint64_t pfn_to_mfn_frame_list_list;
	uint64_t nmi_reason;
	uint64_t p2m_cr3; /* 0: the three fields of the array are not valid */
	uint64_t p2m_vaddr;
	uint64_t p2m_generation; /* odd while the guest changes the list */
};
ABI_SIZE(struct xen_arch_shared_info, 48);

struct xen_arch_domainconfig {
	uint32_t emulation_flags;
	uint32_t misc_flags;
};
ABI_SIZE(struct xen_arch_domainconfig, 8);

struct xen_cpuid_leaf {
	uint32_t leaf;
	uint32_t subleaf; /* XEN_CPUID_NO_SUBLEAF where the leaf has none */
	uint32_t a;
	uint32_t b;
	uint32_t c;
	uint32_t d;
};
ABI_SIZE(struct xen_cpuid_leaf, 24);

struct xen_msr_entry {
	uint32_t idx;
	uint32_t flags; /* must be 0 */
	uint64_t val;
};
ABI_SIZE(struct xen_msr_entry, 16);

#endif

#endif
