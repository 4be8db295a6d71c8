/* SPDX-License-Identifier: MIT */
/*
 * The CPUID leaves of the interface, from 0x40000000 (or a higher multiple of 0x100 where another
 * interface is offered first): +0 signature, +1 version (eax: major in 31:16, minor in 15:0),
 * +2 hypercall pages (eax count, ebx MSR base, ecx features), +3 time, +4 HVM, +5 PV.
 */
#ifndef ABI_CPUID_H
#define ABI_CPUID_H

#define XEN_CPUID_FIRST_LEAF 0x40000000
#define XEN_CPUID_LEAF(i) (XEN_CPUID_FIRST_LEAF + (i))
#define XEN_CPUID_MAX_NUM_LEAVES 5

/* "XenVMMXenVMM" */
#define XEN_CPUID_SIGNATURE_EBX 0x566e6558
#define XEN_CPUID_SIGNATURE_ECX 0x65584d4d
#define XEN_CPUID_SIGNATURE_EDX 0x4d4d566e

/* +2, ecx */
#define _XEN_CPUID_FEAT1_MMU_PT_UPDATE_PRESERVE_AD 0
#define XEN_CPUID_FEAT1_MMU_PT_UPDATE_PRESERVE_AD 1

/* +4, sub-leaf 0, eax; with the two PRESENT bits ebx has the vcpu id and ecx the domain id. */
#define XEN_HVM_CPUID_APIC_ACCESS_VIRT 0x01
#define XEN_HVM_CPUID_X2APIC_VIRT 0x02
#define XEN_HVM_CPUID_IOMMU_MAPPINGS 0x04
#define XEN_HVM_CPUID_VCPU_ID_PRESENT 0x08
#define XEN_HVM_CPUID_DOMID_PRESENT 0x10
#define XEN_HVM_CPUID_EXT_DEST_ID 0x20
#define XEN_HVM_CPUID_UPCALL_VECTOR 0x40

/* +5, sub-leaf 0, ebx */
#define XEN_CPUID_MACHINE_ADDRESS_WIDTH_MASK 0xff

#endif
