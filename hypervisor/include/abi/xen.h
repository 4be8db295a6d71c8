/* SPDX-License-Identifier: MIT */
/*
 * The core of the guest interface: hypercall numbers, virtual interrupts, page-table operations,
 * virtual-machine assists, reserved domain ids, the pages shared with a guest (vcpu_info,
 * shared_info) and what a PV guest finds at its start (start_info, dom0's video console).
 *
 * Register state and everything else of the processor is in arch_x86_64.h.
 */
#ifndef ABI_XEN_H
#define ABI_XEN_H

#include "abi/abi.h"
#include "abi/arch_x86_64.h"

/* The interface version that 4.17 speaks. */
#define __XEN_LATEST_INTERFACE_VERSION__ 0x00040e00

/* Hypercall numbers: the value in rax, and the 32-byte slot in the hypercall page. */
#define __HYPERVISOR_set_trap_table 0
#define __HYPERVISOR_mmu_update 1
#define __HYPERVISOR_set_gdt 2
#define __HYPERVISOR_stack_switch 3
#define __HYPERVISOR_set_callbacks 4
#define __HYPERVISOR_fpu_taskswitch 5
#define __HYPERVISOR_sched_op_compat 6
#define __HYPERVISOR_platform_op 7
#define __HYPERVISOR_set_debugreg 8
#define __HYPERVISOR_get_debugreg 9
#define __HYPERVISOR_update_descriptor 10
#define __HYPERVISOR_memory_op 12
#define __HYPERVISOR_multicall 13
#define __HYPERVISOR_update_va_mapping 14
#define __HYPERVISOR_set_timer_op 15
#define __HYPERVISOR_event_channel_op_compat 16
#define __HYPERVISOR_xen_version 17
#define __HYPERVISOR_console_io 18
#define __HYPERVISOR_physdev_op_compat 19
#define __HYPERVISOR_grant_table_op 20
#define __HYPERVISOR_vm_assist 21
#define __HYPERVISOR_update_va_mapping_otherdomain 22
#define __HYPERVISOR_iret 23
#define __HYPERVISOR_vcpu_op 24
#define __HYPERVISOR_set_segment_base 25
#define __HYPERVISOR_mmuext_op 26
#define __HYPERVISOR_xsm_op 27
#define __HYPERVISOR_nmi_op 28
#define __HYPERVISOR_sched_op 29
#define __HYPERVISOR_callback_op 30
#define __HYPERVISOR_xenoprof_op 31
#define __HYPERVISOR_event_channel_op 32
#define __HYPERVISOR_physdev_op 33
#define __HYPERVISOR_hvm_op 34
#define __HYPERVISOR_sysctl 35
#define __HYPERVISOR_domctl 36
#define __HYPERVISOR_kexec_op 37
#define __HYPERVISOR_tmem_op 38
#define __HYPERVISOR_argo_op 39
#define __HYPERVISOR_xenpmu_op 40
#define __HYPERVISOR_dm_op 41
#define __HYPERVISOR_hypfs_op 42

/* The architecture's own calls; x86 has machine checks (xen_mca.h) at arch_0. */
#define __HYPERVISOR_arch_0 48
#define __HYPERVISOR_arch_1 49
#define __HYPERVISOR_arch_2 50
#define __HYPERVISOR_arch_3 51
#define __HYPERVISOR_arch_4 52
#define __HYPERVISOR_arch_5 53
#define __HYPERVISOR_arch_6 54
#define __HYPERVISOR_arch_7 55

/* Virtual interrupts bound once on every vcpu. */
#define VIRQ_TIMER 0
#define VIRQ_DEBUG 1
#define VIRQ_XENOPROF 7
#define VIRQ_XENPMU 13

/* Virtual interrupts bound once in a domain; all but ARGO are for the control domain. */
#define VIRQ_CONSOLE 2
#define VIRQ_DOM_EXC 3
#define VIRQ_TBUF 4
#define VIRQ_DEBUGGER 6
#define VIRQ_CON_RING 8
#define VIRQ_PCPU_STATE 9
#define VIRQ_MEM_EVENT 10
#define VIRQ_ARGO 11
#define VIRQ_ENOMEM 12

/* The architecture's own; VIRQ_MCA (xen_mca.h) is the first. */
#define VIRQ_ARCH_0 16
#define VIRQ_ARCH_1 17
#define VIRQ_ARCH_2 18
#define VIRQ_ARCH_3 19
#define VIRQ_ARCH_4 20
#define VIRQ_ARCH_5 21
#define VIRQ_ARCH_6 22
#define VIRQ_ARCH_7 23

#define NR_VIRQS 24

/* mmu_update: the command is in bits 1:0 of ptr. */
#define MMU_NORMAL_PT_UPDATE 0
#define MMU_MACHPHYS_UPDATE 1
#define MMU_PT_UPDATE_PRESERVE_AD 2
#define MMU_PT_UPDATE_NO_TRANSLATE 3

/* mmuext_op commands. 14 is not assigned. */
#define MMUEXT_PIN_L1_TABLE 0
#define MMUEXT_PIN_L2_TABLE 1
#define MMUEXT_PIN_L3_TABLE 2
#define MMUEXT_PIN_L4_TABLE 3
#define MMUEXT_UNPIN_TABLE 4
#define MMUEXT_NEW_BASEPTR 5
#define MMUEXT_TLB_FLUSH_LOCAL 6
#define MMUEXT_INVLPG_LOCAL 7
#define MMUEXT_TLB_FLUSH_MULTI 8
#define MMUEXT_INVLPG_MULTI 9
#define MMUEXT_TLB_FLUSH_ALL 10
#define MMUEXT_INVLPG_ALL 11
#define MMUEXT_FLUSH_CACHE 12
#define MMUEXT_SET_LDT 13
#define MMUEXT_NEW_USER_BASEPTR 15
#define MMUEXT_CLEAR_PAGE 16
#define MMUEXT_COPY_PAGE 17
#define MMUEXT_FLUSH_CACHE_GLOBAL 18
#define MMUEXT_MARK_SUPER 19
#define MMUEXT_UNMARK_SUPER 20

/*
 * update_va_mapping flags. With UVMF_MULTI the bits above are the address of a vcpu bitmap; LOCAL
 * and MULTI share a value and are told apart by that address being 0.
 */
#define UVMF_NONE 0
#define UVMF_TLB_FLUSH 1
#define UVMF_INVLPG 2
#define UVMF_FLUSHTYPE_MASK 3
#define UVMF_MULTI 0
#define UVMF_LOCAL 0
#define UVMF_ALL 4

#define CONSOLEIO_write 0
#define CONSOLEIO_read 1

#define VMASST_CMD_enable 0
#define VMASST_CMD_disable 1

#define VMASST_TYPE_4gb_segments 0
#define VMASST_TYPE_4gb_segments_notify 1
#define VMASST_TYPE_writable_pagetables 2
#define VMASST_TYPE_pae_extended_cr3 3
#define VMASST_TYPE_architectural_iopl 4
#define VMASST_TYPE_runstate_update_flag 5
#define VMASST_TYPE_m2p_strict 32

/* Domain ids that name no ordinary domain. */
#define DOMID_FIRST_RESERVED 0x7ff0
#define DOMID_SELF 0x7ff0
#define DOMID_IO 0x7ff1
#define DOMID_XEN 0x7ff2
#define DOMID_COW 0x7ff3
#define DOMID_INVALID 0x7ff4
#define DOMID_IDLE 0x7fff
#define DOMID_MASK 0x7fff

/* vcpu_time_info.flags */
#define XEN_PVCLOCK_TSC_STABLE_BIT 1
#define XEN_PVCLOCK_GUEST_STOPPED 2

/* start_info.flags */
#define SIF_PRIVILEGED 0x1
#define SIF_INITDOMAIN 0x2
#define SIF_MULTIBOOT_MOD 0x4
#define SIF_MOD_START_PFN 0x8
#define SIF_VIRT_P2M_4TOOLS 0x10
#define SIF_PM_MASK 0xff00

#define MAX_GUEST_CMDLINE 1024

/* dom0_vga_console_info.video_type */
#define XEN_VGATYPE_TEXT_MODE_3 0x03
#define XEN_VGATYPE_VESA_LFB 0x23
#define XEN_VGATYPE_EFI_LFB 0x70

#ifndef __ASSEMBLER__

struct xen_mmu_update {
	uint64_t ptr; /* machine address of the entry, command in bits 1:0 */
	uint64_t val;
};
ABI_SIZE(struct xen_mmu_update, 16);

struct xen_mmuext_op {
	uint32_t cmd;
	union {
		uint64_t mfn;
		uint64_t linear_addr;
	} arg1;
	union {
		uint32_t nr_ents;
		uint64_t vcpumask; /* handle of a bitmap */
		uint64_t src_mfn;
	} arg2;
};
ABI_SIZE(struct xen_mmuext_op, 24);

struct xen_multicall_entry {
	uint64_t op;
	uint64_t result;
	uint64_t args[6];
};
ABI_SIZE(struct xen_multicall_entry, 64);

/*
 * The guest's clock: ns = system_time + (((tsc - tsc_timestamp) << tsc_shift) *
 * tsc_to_system_mul >> 32), with a right shift where tsc_shift is negative. version is odd while
 * the writer is at work.
 */
struct xen_vcpu_time_info {
	uint32_t version;
	uint32_t pad0;
	uint64_t tsc_timestamp;
	uint64_t system_time;
	uint32_t tsc_to_system_mul;
	int8_t tsc_shift;
	uint8_t flags;
	uint8_t pad1[2];
};
ABI_SIZE(struct xen_vcpu_time_info, 32);

struct xen_vcpu_info {
	uint8_t evtchn_upcall_pending;
	uint8_t evtchn_upcall_mask;
	uint64_t evtchn_pending_sel;
	struct xen_arch_vcpu_info arch;
	struct xen_vcpu_time_info time;
};
ABI_SIZE(struct xen_vcpu_info, 64);
ABI_OFFSET(struct xen_vcpu_info, evtchn_pending_sel, 8);
ABI_OFFSET(struct xen_vcpu_info, time, 32);

struct xen_shared_info {
	struct xen_vcpu_info vcpu_info[XEN_LEGACY_MAX_VCPUS];
	uint64_t evtchn_pending[64];
	uint64_t evtchn_mask[64];
	uint32_t wc_version; /* odd while the wall clock is being written */
	uint32_t wc_sec;
	uint32_t wc_nsec;
	uint32_t wc_sec_hi;
	struct xen_arch_shared_info arch;
};
ABI_SIZE(struct xen_shared_info, 3136);
ABI_OFFSET(struct xen_shared_info, evtchn_pending, 2048);
ABI_OFFSET(struct xen_shared_info, arch, 3088);

/* What a PV guest finds at the address in rsi. Up to the console it is filled again on resume. */
struct xen_start_info {
	int8_t magic[32];
	uint64_t nr_pages;
	uint64_t shared_info; /* machine address */
	uint32_t flags;	      /* SIF_* */
	uint64_t store_mfn;
	uint32_t store_evtchn;
	union {
		struct {
			uint64_t mfn;
			uint32_t evtchn;
		} domU;
		struct {
			uint32_t info_off; /* bytes from the start of this struct */
			uint32_t info_size;
		} dom0;
	} console;
	uint64_t pt_base; /* linear address of the top page table */
	uint64_t nr_pt_frames;
	uint64_t mfn_list;  /* linear address of the physical-to-machine list */
	uint64_t mod_start; /* linear address, or a pfn under SIF_MOD_START_PFN */
	uint64_t mod_len;   /* bytes */
	int8_t cmd_line[MAX_GUEST_CMDLINE];
	uint64_t first_p2m_pfn;
	uint64_t nr_p2m_frames;
};
ABI_SIZE(struct xen_start_info, 1168);
ABI_OFFSET(struct xen_start_info, console, 72);
ABI_OFFSET(struct xen_start_info, cmd_line, 128);

/* Under SIF_MULTIBOOT_MOD: an array of these, closed by mod_start == 0; relative addresses. */
struct xen_multiboot_mod_list {
	uint32_t mod_start;
	uint32_t mod_end; /* the last byte, inclusive */
	uint32_t cmdline;
	uint32_t pad;
};
ABI_SIZE(struct xen_multiboot_mod_list, 16);

/* What dom0 needs to go on drawing on the screen that firmware or boot loader has set up. */
struct xen_dom0_vga_console_info {
	uint8_t video_type; /* XEN_VGATYPE_* */
	union {
		struct {
			uint16_t font_height;
			uint16_t cursor_x;
			uint16_t cursor_y;
			uint16_t rows;
			uint16_t columns;
		} text_mode_3;
		struct {
			uint16_t width;
			uint16_t height;
			uint16_t bytes_per_line;
			uint16_t bits_per_pixel;
			uint32_t lfb_base; /* bits 31:0 of the physical address */
			uint32_t lfb_size; /* units of 64 KiB */
			uint8_t red_pos;
			uint8_t red_size;
			uint8_t green_pos;
			uint8_t green_size;
			uint8_t blue_pos;
			uint8_t blue_size;
			uint8_t rsvd_pos;
			uint8_t rsvd_size;
			uint32_t gbl_caps;
			uint16_t mode_attrs;
			uint16_t pad;
			uint32_t ext_lfb_base; /* bits 63:32 of the physical address */
		} vesa_lfb;
	} u;
};
ABI_SIZE(struct xen_dom0_vga_console_info, 40);

/* A bitmap in guest memory, as domctl and sysctl name one. */
struct xen_xenctl_bitmap {
	uint64_t bitmap; /* handle of bytes */
	uint32_t nr_bits;
};
ABI_SIZE(struct xen_xenctl_bitmap, 16);

#endif

#endif
