/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frame that an entry to the hypervisor leaves on the CPU's stack, and the
 * block at the top of each CPU's stack. The stack block is 32 KiB, aligned to
 * its size; `struct cpu_block` is its last bytes, so that a mask of the stack
 * pointer finds the current vcpu. Pages of the block, lowest first:
 *   0 #MC   1 NMI   2 #DF   3 syscall entry code (read, execute)
 *   4 guard (not mapped)   5-7 primary stack, cpu_block at the end
 */
#ifndef ASM_REGISTERS_H
#define ASM_REGISTERS_H

#define STACK_ORDER 3
#define STACK_BYTES 32768
#define STACK_PAGE_MC 0
#define STACK_PAGE_NMI 1
#define STACK_PAGE_DF 2
#define STACK_PAGE_SYSCALL 3
#define STACK_PAGE_GUARD 4

/* registers.entry_vector beside vectors: came by SYSCALL, or may leave by SYSRET: rcx and r11 are free. */
#define ENTRY_SYSCALL 0xffffffff

#ifndef __ASSEMBLER__
#include "hv/types.h"

struct vcpu;

struct registers {
	uint64_t r15, r14, r13, r12, rbp, rbx;
	uint64_t r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
	uint32_t error_code;
	uint32_t entry_vector; /* exception or interrupt vector; ENTRY_* */
	uint64_t rip;
	uint16_t cs, cs_padding[3];
	uint64_t rflags;
	uint64_t rsp;
	uint16_t ss, ss_padding[3];
};

/* The top of the primary stack. guest_registers is where entries from ring 3 push. */
struct cpu_block {
	struct registers guest_registers;
	uint64_t saved_rsp;	     /* scratch of the syscall entry code */
	void (*syscall_entry)(void); /* where the syscall entry code jumps */
	struct vcpu *current;
	uint64_t percpu_offset;
	uint32_t cpu;
	uint32_t spare;
	uint64_t
		root_physical; /* CR3 of the running guest (kernel or user table), for assertions */
};

/* Layout checks and asm offsets: arch/x86/include/asm/offsets.h is generated from arch/x86/offsets.c. */

static always_inline struct cpu_block *cpu_block_this(void)
{
	uint64_t sp;

	__asm__("mov %%rsp, %0" : "=r"(sp));
	return (struct cpu_block *)((sp | (STACK_BYTES - 1)) + 1 - sizeof(struct cpu_block));
}

static always_inline struct vcpu *current_vcpu(void)
{
	return cpu_block_this()->current;
}

/* The frame of the guest that this CPU left last: valid in hypercalls and in exceptions from a guest. */
static always_inline struct registers *guest_registers(void)
{
	return &cpu_block_this()->guest_registers;
}

static always_inline bool registers_are_guest(const struct registers *r)
{
	return (r->cs & 3) != 0;
}
#endif
#endif
