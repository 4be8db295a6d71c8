/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ways into and out of a test kernel: the start of day, traps, the event, failsafe and system call
 * callbacks, return by the iret hypercall, user mode and back, recovery from an expected fault.
 * The register frame built here is struct trap_regs of guest/trap.h.
 */
#define HYPERCALL_IRET	23
#define STACK_BYTES	16384
#define VECTOR_EVENT	256
#define VECTOR_SYSCALL	257
#define VECTOR_FAILSAFE	258
#define VECTOR_NMI_CB	259

	.section .pages, "aw", @nobits
	.balign STACK_BYTES * 2
	.globl vcpu0_stack
vcpu0_stack:
	.skip STACK_BYTES * 2

	.text
	.globl guest_start
guest_start:
	cld
	lea vcpu0_stack + STACK_BYTES(%rip), %rsp
	mov %rsi, %rdi
	xor %ebp, %ebp
	call start_main
	ud2

/* First instruction of an additional vcpu: the stack is set by vcpu_start(). */
	.globl vcpu_entry
vcpu_entry:
	cld
	xor %ebp, %ebp
	call vcpu_main
	ud2

	.macro trap vector, error_code=0
	.balign 16
	pop %rcx
	pop %r11
	.if \error_code == 0
	push $0
	.endif
	push $\vector
	jmp trap_common
	.endm

/* Entries of exceptions 0-31 then 32-47 for software interrupts, 16 bytes apart. */
	.balign 16
	.globl trap_entries
trap_entries:
	.irp vector, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47
	.if \vector == 8 || (\vector >= 10 && \vector <= 14) || \vector == 17 || \vector == 21
	trap \vector, 1
	.else
	trap \vector
	.endif
	.endr

	.globl event_entry, syscall_entry, failsafe_entry, nmi_entry
	.balign 16
event_entry:
	trap VECTOR_EVENT
syscall_entry:
	trap VECTOR_SYSCALL
nmi_entry:
	trap VECTOR_NMI_CB
failsafe_entry:
	pop %rcx
	pop %r11
	pop failsafe_selectors(%rip)
	pop failsafe_selectors + 8(%rip)
	pop failsafe_selectors + 16(%rip)
	pop failsafe_selectors + 24(%rip)
	push $0
	push $VECTOR_FAILSAFE

trap_common:
	cld
	push %rax
	push %rcx
	push %rdx
	push %rbx
	push %rbp
	push %rsi
	push %rdi
	push %r8
	push %r9
	push %r10
	push %r11
	push %r12
	push %r13
	push %r14
	push %r15
	mov %rsp, %rdi
	mov %rsp, %rbp
	and $~15, %rsp
	call trap_dispatch
	mov %rbp, %rsp
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %r11
	pop %r10
	pop %r9
	pop %r8
	pop %rdi
	pop %rsi
	pop %rbp
	pop %rbx
	pop %rdx
	pop %rcx
	pop %rax
	add $16, %rsp
	push $0
	push %rcx
	push %r11
	push %rax
	mov $HYPERCALL_IRET, %eax
	syscall
	ud2

	.macro save_callee
	push %rbp
	push %rbx
	push %r12
	push %r13
	push %r14
	push %r15
	.endm

	.macro restore_callee
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbx
	pop %rbp
	.endm

/* int catch_enter(void (*function)(void *), void *argument, uint64_t *saved_rsp) */
	.globl catch_enter, catch_leave
catch_enter:
	save_callee
	push %rbp
	mov %rsp, (%rdx)
	mov %rdi, %rax
	mov %rsi, %rdi
	call *%rax
	xor %eax, %eax
catch_leave:
	pop %rcx
	restore_callee
	ret

/* uint64_t user_enter(const struct iret_frame *frame, uint64_t argument, uint64_t *saved_rsp) */
	.globl user_enter
user_enter:
	save_callee
	push %rbp
	mov %rsp, (%rdx)
	push 32(%rdi)
	push 24(%rdi)
	push 16(%rdi)
	push 8(%rdi)
	push (%rdi)
	mov %rsi, %rdi
	push $0
	push $0
	push $0
	push $0
	mov $HYPERCALL_IRET, %eax
	syscall
	ud2

/* Return address of a user function: hands its result to the kernel with call number ~0. */
	.globl user_return
user_return:
	mov %rax, %rdi
	mov $-1, %rax
	syscall
	ud2

	.bss
	.balign 8
	.globl failsafe_selectors
failsafe_selectors:
	.skip 32

	.section .note.GNU-stack, "", @progbits
