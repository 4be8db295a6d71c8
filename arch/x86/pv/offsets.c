/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Proves asm/offsets.h against the C layouts; generates no code. */
#include "asm/offsets.h"

#include "asm/registers.h"
#include "hv/domain.h"
#include "hv/hypercall.h"

#define SAME(constant, type, field) \
	_Static_assert((constant) == offsetof(type, field), #constant " is not " #field)

SAME(REGISTERS_R15, struct registers, r15);
SAME(REGISTERS_R14, struct registers, r14);
SAME(REGISTERS_R13, struct registers, r13);
SAME(REGISTERS_R12, struct registers, r12);
SAME(REGISTERS_RBP, struct registers, rbp);
SAME(REGISTERS_RBX, struct registers, rbx);
SAME(REGISTERS_R11, struct registers, r11);
SAME(REGISTERS_R10, struct registers, r10);
SAME(REGISTERS_R9, struct registers, r9);
SAME(REGISTERS_R8, struct registers, r8);
SAME(REGISTERS_RAX, struct registers, rax);
SAME(REGISTERS_RCX, struct registers, rcx);
SAME(REGISTERS_RDX, struct registers, rdx);
SAME(REGISTERS_RSI, struct registers, rsi);
SAME(REGISTERS_RDI, struct registers, rdi);
SAME(REGISTERS_ERROR_CODE, struct registers, error_code);
SAME(REGISTERS_ENTRY_VECTOR, struct registers, entry_vector);
SAME(REGISTERS_RIP, struct registers, rip);
SAME(REGISTERS_CS, struct registers, cs);
SAME(REGISTERS_RFLAGS, struct registers, rflags);
SAME(REGISTERS_RSP, struct registers, rsp);
SAME(REGISTERS_SS, struct registers, ss);
_Static_assert(REGISTERS_BYTES == sizeof(struct registers), "REGISTERS_BYTES");

SAME(CPU_BLOCK_SAVED_RSP, struct cpu_block, saved_rsp);
SAME(CPU_BLOCK_SYSCALL_ENTRY, struct cpu_block, syscall_entry);
SAME(CPU_BLOCK_CURRENT, struct cpu_block, current);
SAME(CPU_BLOCK_PERCPU_OFFSET, struct cpu_block, percpu_offset);
_Static_assert(CPU_BLOCK_BYTES == sizeof(struct cpu_block), "CPU_BLOCK_BYTES");

SAME(VCPU_INFO, struct vcpu, info);
SAME(VCPU_TIME_GENERATION_SEEN, struct vcpu, time_generation_seen);
SAME(VCPU_PV_IN_KERNEL, struct vcpu, arch.pv.in_kernel);
SAME(VCPU_PV_BOUNCE_FLAGS, struct vcpu, arch.pv.bounce.flags);
SAME(VCPU_PV_BOUNCE_FLAGS + 1, struct vcpu, arch.pv.bounce.nmi_pending);
SAME(VCPU_INFO_UPCALL_PENDING, struct xen_vcpu_info, evtchn_upcall_pending);
SAME(VCPU_INFO_UPCALL_MASK, struct xen_vcpu_info, evtchn_upcall_mask);
_Static_assert(HYPERCALL_TABLE_ROWS == NR_HYPERCALLS, "HYPERCALL_TABLE_ROWS");
