/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Field offsets that assembly uses. Written by hand so that assembly needs no
 * generated file; every one is asserted equal to the C layout in
 * arch/x86/pv/offsets.c.
 */
#ifndef ASM_OFFSETS_H
#define ASM_OFFSETS_H

#define REGISTERS_R15 0
#define REGISTERS_R14 8
#define REGISTERS_R13 16
#define REGISTERS_R12 24
#define REGISTERS_RBP 32
#define REGISTERS_RBX 40
#define REGISTERS_R11 48
#define REGISTERS_R10 56
#define REGISTERS_R9 64
#define REGISTERS_R8 72
#define REGISTERS_RAX 80
#define REGISTERS_RCX 88
#define REGISTERS_RDX 96
#define REGISTERS_RSI 104
#define REGISTERS_RDI 112
#define REGISTERS_ERROR_CODE 120
#define REGISTERS_ENTRY_VECTOR 124
#define REGISTERS_RIP 128
#define REGISTERS_CS 136
#define REGISTERS_RFLAGS 144
#define REGISTERS_RSP 152
#define REGISTERS_SS 160
#define REGISTERS_BYTES 168

#define CPU_BLOCK_SAVED_RSP 168
#define CPU_BLOCK_SYSCALL_ENTRY 176
#define CPU_BLOCK_CURRENT 184
#define CPU_BLOCK_PERCPU_OFFSET 192
#define CPU_BLOCK_BYTES 216

#define VCPU_INFO 0
#define VCPU_TIME_GENERATION_SEEN 8
#define VCPU_PV_IN_KERNEL 200
#define VCPU_PV_BOUNCE_FLAGS 222

#define VCPU_INFO_UPCALL_PENDING 0
#define VCPU_INFO_UPCALL_MASK 1

#define HYPERCALL_TABLE_ROWS 64

#endif
