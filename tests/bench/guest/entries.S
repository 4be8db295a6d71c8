/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shortest handlers that the ABI allows, so that a figure is the hypervisor's part: skip the
 * faulting instruction, clear the event, return.
 */
#define HYPERCALL_IRET	23
#define IN_SYSCALL	0x100

	.text
	.macro iret_now flags=0
	push $\flags
	push %rcx
	push %r11
	push %rax
	mov $HYPERCALL_IRET, %eax
	syscall
	ud2
	.endm

	.globl bench_page_fault, bench_breakpoint, bench_event, bench_syscall

/* The faulting instruction is two bytes long. */
bench_page_fault:
	pop %rcx
	pop %r11
	add $8, %rsp
	addq $2, (%rsp)
	iret_now

bench_breakpoint:
	pop %rcx
	pop %r11
	iret_now

bench_event:
	pop %rcx
	pop %r11
	push %rax
	mov bench_clear_word(%rip), %rax
	movl $0, (%rax)
	mov bench_upcall(%rip), %rax
	movb $0, (%rax)
	movq $0, 8(%rax)
	pop %rax
	iret_now

bench_syscall:
	cmp $-1, %rax
	je syscall_entry
	pop %rcx
	pop %r11
	iret_now IN_SYSCALL

	.data
	.balign 8
	.globl bench_clear_word, bench_upcall
/* What the event handler zeroes: a word of pending bits, or the ready word of a FIFO. */
bench_clear_word:
	.quad 0
/* The vcpu_info. */
bench_upcall:
	.quad 0

	.section .note.GNU-stack, "", @progbits
