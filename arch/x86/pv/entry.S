/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every way into the hypervisor from a running system and the one way back to
 * a guest. Owns the frame of asm/registers.h. C code sees the frame of a guest
 * at the top of the CPU's stack; the exit path starts from an empty stack.
 * The order in which a frame is pushed is that of struct registers.
 */
#include "asm/descriptors.h"
#include "asm/offsets.h"
#include "asm/registers.h"
#include "hv/errno.h"

#define ENTRY(name)                                                                                \
	.globl name;                                                                               \
	.balign 16;                                                                                \
	name:

/* Fields of this CPU's cpu_block, from code that lies in page 3 of the CPU's stack block. */
#define FROM_SYSCALL_PAGE(offset)                                                                  \
	(syscall_entry_page + (STACK_BYTES - STACK_PAGE_SYSCALL * 4096) - CPU_BLOCK_BYTES + (offset))(%rip)

/* A frame that SYSCALL made has no error code. */
#define ENTRY_SYSCALL_AND_CODE -1

#define RING3_SS 0xe02b
#define RING3_CS64 0xe033
#define RING3_CS32 0xe023

.macro push_registers
	push %rdi
	push %rsi
	push %rdx
	push %rcx
	push %rax
	push %r8
	push %r9
	push %r10
	push %r11
	push %rbx
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
.endm

.macro pop_registers
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
	pop %r11
	pop %r10
	pop %r9
	pop %r8
	pop %rax
	pop %rcx
	pop %rdx
	pop %rsi
	pop %rdi
	add $8, %rsp
.endm

.macro CHECK_EXIT_TIME scratch32
	mov time_generation(%rip), \scratch32
	cmp VCPU_TIME_GENERATION_SEEN(%rbx), \scratch32
	jne exit_with_time
.endm

/* Interrupts off, rbx: current. Leaves for what is to do before the guest runs; rcx is lost. At \pending, \scratch is the vcpu_info. */
.macro CHECK_EXIT scratch, scratch32, pending
	mov CPU_BLOCK_PERCPU_OFFSET(%rsp), %rcx
	lea percpu_softirq_pending(%rip), \scratch
	cmpl $0, (\scratch, %rcx)
	jne exit_with_softirqs
	cmpw $0, VCPU_PV_BOUNCE_FLAGS(%rbx) /* and nmi_pending */
	jne exit_with_work
	mov VCPU_INFO(%rbx), \scratch
	cmpb $0, VCPU_INFO_UPCALL_PENDING(\scratch)
	jne \pending
	CHECK_EXIT_TIME \scratch32
.endm

/* SYSRET takes 64-bit flat segments only, and a canonical address: it faults in ring 0 else. rcx becomes that address. */
.macro CHECK_SYSRET scratch
	cmpw $RING3_CS64, REGISTERS_CS(%rsp)
	jne restore_by_iret
	mov REGISTERS_RIP(%rsp), %rcx
	mov %rcx, \scratch
	shl $16, \scratch
	sar $16, \scratch
	cmp %rcx, \scratch
	jne restore_by_iret
.endm

/* ---- SYSCALL: this page is mapped into every CPU's stack block ---- */
.section .text.syscall_page, "ax"
.balign 4096
.globl syscall_entry_page
syscall_entry_page:
	mov %rsp, FROM_SYSCALL_PAGE(CPU_BLOCK_SAVED_RSP)
	lea FROM_SYSCALL_PAGE(REGISTERS_BYTES), %rsp
	push $RING3_SS
	push FROM_SYSCALL_PAGE(CPU_BLOCK_SAVED_RSP)
	push %r11
	push $RING3_CS64
	push %rcx
	push $ENTRY_SYSCALL_AND_CODE
	jmp *FROM_SYSCALL_PAGE(CPU_BLOCK_SYSCALL_ENTRY)

.org syscall_entry_page + SYSCALL_PAGE_COMPAT_OFFSET
/* SYSCALL from 32-bit code: user mode by definition, so it goes to the guest kernel. */
	mov %rsp, FROM_SYSCALL_PAGE(CPU_BLOCK_SAVED_RSP)
	lea FROM_SYSCALL_PAGE(REGISTERS_BYTES), %rsp
	push $RING3_SS
	push FROM_SYSCALL_PAGE(CPU_BLOCK_SAVED_RSP)
	push %r11
	push $RING3_CS32
	push %rcx
	push $ENTRY_SYSCALL_AND_CODE
	jmp *FROM_SYSCALL_PAGE(CPU_BLOCK_SYSCALL_ENTRY)
.org syscall_entry_page + 4096

.text
/* All CPUs' cpu_block.syscall_entry points here. Interrupts are off (SFMASK). */
ENTRY(syscall_enter)
	push_registers
	mov CPU_BLOCK_CURRENT(%rsp), %rbx
	cmpb $0, VCPU_PV_IN_KERNEL(%rbx)
	je syscall_from_user
	sti
	mov %r10, %rcx
	mov hypercall_table_current(%rip), %r10
	cmp $HYPERCALL_TABLE_ROWS, %rax
	jae hypercall_unknown
	/* Also when the processor runs ahead of the check. */
	sbb %r11, %r11
	and %r11, %rax
	call *(%r10, %rax, 8)
hypercall_called:
	mov %rax, REGISTERS_RAX(%rsp)
	cli
	CHECK_EXIT %rdx, %edx, hypercall_exit_with_pending
hypercall_exit_checked:
	cmpl $0, REGISTERS_ENTRY_VECTOR(%rsp)
	jns restore_by_iret
	CHECK_SYSRET %rdx
	/* What C preserves is still the guest's. */
	mov REGISTERS_RFLAGS(%rsp), %r11
	mov REGISTERS_RBX(%rsp), %rbx
	mov REGISTERS_R10(%rsp), %r10
	mov REGISTERS_R9(%rsp), %r9
	mov REGISTERS_R8(%rsp), %r8
	mov REGISTERS_RDX(%rsp), %rdx
	mov REGISTERS_RSI(%rsp), %rsi
	mov REGISTERS_RDI(%rsp), %rdi
	mov REGISTERS_RSP(%rsp), %rsp
	sysretq

hypercall_unknown:
	mov $-ENOSYS, %rax
	jmp hypercall_called

hypercall_exit_with_pending:
	cmpb $0, VCPU_INFO_UPCALL_MASK(%rdx)
	je exit_with_work
	CHECK_EXIT_TIME %edx
	jmp hypercall_exit_checked

/* rsp: the guest's frame. rbx: current. */
ENTRY(exit_to_guest)
	cli
	CHECK_EXIT %rax, %eax, exit_with_pending
exit_checked:
	cmpl $0, REGISTERS_ENTRY_VECTOR(%rsp)
	jns restore_by_iret
	CHECK_SYSRET %rax
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
	mov (REGISTERS_RFLAGS - REGISTERS_R11)(%rsp), %r11
	pop %rax /* r11's slot */
	pop %r10
	pop %r9
	pop %r8
	pop %rax
	pop %rdx /* rcx's slot */
	pop %rdx
	pop %rsi
	pop %rdi
	mov (REGISTERS_RSP - REGISTERS_ERROR_CODE)(%rsp), %rsp
	sysretq

restore_by_iret:
	pop_registers
.globl guest_iret
guest_iret:
	iretq
	/* A frame that iret refuses (selectors, non-canonical rip): the guest's failsafe callback tells its kernel. */
	.pushsection .exception_table, "a"
	.balign 8
	.quad guest_iret, guest_iret_failed
	.popsection

guest_iret_failed:
	/* exception_fixup() resumes here with rsp at rip's slot: rebuild the rest of the frame. */
	push $0
	push_registers
	mov CPU_BLOCK_CURRENT(%rsp), %rbx
	mov %rsp, %rdi
	sti
	call pv_iret_failed
	jmp exit_to_guest

exit_with_pending:
	cmpb $0, VCPU_INFO_UPCALL_MASK(%rax)
	je exit_with_work
	CHECK_EXIT_TIME %eax
	jmp exit_checked
exit_with_work:
	sti
	call pv_exit_work
	jmp exit_to_guest

exit_with_softirqs:
	sti
	call softirq_run
	mov CPU_BLOCK_CURRENT(%rsp), %rbx
	jmp exit_to_guest

exit_with_time:
	sti
	mov %rbx, %rdi
	call arch_time_update_vcpu
	jmp exit_to_guest

syscall_from_user:
	sti
	mov %rsp, %rdi
	call pv_syscall_from_user
	jmp exit_to_guest

/*
 * SYSENTER, on Intel's processors: rsp is the top of the frame already. Of the
 * flags it only clears IF and VM: NT would make our IRET fault, TF trap each
 * instruction of ours.
 */
ENTRY(sysenter_enter)
	push $RING3_SS
	push $0
	pushfq
	push $2
	popfq
	push $RING3_CS32
	push $0
	push $0
	push_registers
	mov CPU_BLOCK_CURRENT(%rsp), %rbx
	mov %rsp, %rdi
	sti
	call pv_sysenter
	jmp exit_to_guest

/*
 * arch_context_switch() ends here for a guest: a fresh stack with the frame it
 * has just copied in.
 */
ENTRY(resume_guest)
	or $(STACK_BYTES - 1), %rsp
	sub $(CPU_BLOCK_BYTES - 1), %rsp
	mov CPU_BLOCK_CURRENT(%rsp), %rbx
	jmp exit_to_guest

/* resume_idle(void (*loop)(void)): the same for the idle vcpu. */
ENTRY(resume_idle)
	or $(STACK_BYTES - 1), %rsp
	sub $(CPU_BLOCK_BYTES - 1 + 8), %rsp
	xor %ebp, %ebp
	sti
	jmp *%rdi

/* ---- exceptions and interrupts ---- */
entry_common:
	cld
	push_registers
	mov %rsp, %rdi
	testb $3, REGISTERS_CS(%rsp)
	jz from_hypervisor
	mov CPU_BLOCK_CURRENT(%rsp), %rbx
	cmpl $0x20, REGISTERS_ENTRY_VECTOR(%rsp)
	jae guest_interrupted
guest_exception:
	call *exception_guest_handler(%rip)
	jmp exit_to_guest
guest_interrupted:
	cmpl $0x80, REGISTERS_ENTRY_VECTOR(%rsp) /* INT 0x80: the only software gate above 0x1f */
	je guest_exception
	call interrupt_handle
	jmp exit_to_guest

from_hypervisor:
	cmpl $0x20, REGISTERS_ENTRY_VECTOR(%rsp)
	jae 1f
	call exception_handle_hypervisor
	jmp 2f
1:	call interrupt_handle
2:	pop_registers
	iretq

/*
 * NMI, #MC, #DF: on a stack of their own, whatever was interrupted, so straight
 * back. To a guest by the IRET that may fail: another vcpu may have changed the
 * descriptors that it loads.
 */
entry_own_stack:
	cld
	push_registers
	mov %rsp, %rdi
	call exception_handle_own_stack
	testb $3, REGISTERS_CS(%rsp)
	jnz own_stack_to_guest
	pop_registers
	iretq

/* The primary stack is empty, as ever while a guest runs. */
own_stack_to_guest:
	mov %rsp, %rsi
	mov %rsp, %rdi
	or $(STACK_BYTES - 1), %rdi
	sub $(CPU_BLOCK_BYTES - 1), %rdi
	mov $(REGISTERS_BYTES / 8), %ecx
	rep movsq
	lea -REGISTERS_BYTES(%rdi), %rsp
	jmp restore_by_iret

/*
 * #DB has a stack of its own, as SYSCALL behind a guest's MOV SS can raise it
 * in ring 0 while rsp is still the guest's. From ring 0 it is dropped; from a
 * guest the frame moves to the primary stack.
 */
entry_debug:
	testb $3, 16(%rsp)
	jz debug_in_hypervisor
	push %rax
	mov %rsp, %rax
	or $(STACK_BYTES - 1), %rsp
	sub $(CPU_BLOCK_BYTES - REGISTERS_BYTES - 1), %rsp
	push 48(%rax) /* ss */
	push 40(%rax)
	push 32(%rax)
	push 24(%rax)
	push 16(%rax)
	push 8(%rax) /* error code and vector */
	mov (%rax), %rax
	jmp entry_common
debug_in_hypervisor:
	add $8, %rsp
	iretq

.macro entry_stub vector
	.balign 16
.if \vector == 8 || (\vector >= 10 && \vector <= 14) || \vector == 17 || \vector == 21
.else
	push $0
.endif
	movl $\vector, 4(%rsp)
.if \vector == 2 || \vector == 8 || \vector == 18
	jmp entry_own_stack
.elseif \vector == 1
	jmp entry_debug
.else
	jmp entry_common
.endif
.endm

/* 256 stubs of 16 bytes. */
.balign 16
.globl entry_stubs
entry_stubs:
.set vector, 0
.rept 256
	entry_stub vector
	.set vector, vector + 1
.endr

.section .note.GNU-stack, "", @progbits
