/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where processors other than the first wake up: in real mode, in a page below
 * 1 MiB into which cpu/smp.c copied this, straight to long mode on the
 * trampoline's page tables, then to the image.
 */
#include "asm/page.h"

#define CR0_VALUE 0x80050033 /* PG AM WP NE ET MP PE */
#define CR4_PAE_PGE 0xa0
#define MSR_EFER 0xc0000080
#define EFER_NXE_LME_SCE 0x901

	.section .rodata.trampoline, "a"
	.code16
	.balign 16
	.globl trampoline_start
trampoline_start:
	cli
	cld
	mov %cs, %ax
	mov %ax, %ds
	lgdtl gdt_pointer - trampoline_start
	mov $CR4_PAE_PGE, %eax
	mov %eax, %cr4
	mov trampoline_cr3 - trampoline_start, %eax
	mov %eax, %cr3
	mov $MSR_EFER, %ecx
	xor %edx, %edx
	mov $EFER_NXE_LME_SCE, %eax
	wrmsr
	mov $CR0_VALUE, %eax
	mov %eax, %cr0
	ljmpl *(trampoline_far - trampoline_start)

	.balign 8
gdt:
	.quad 0
	.quad 0x00af9b000000ffff
gdt_end:
gdt_pointer:
	.short gdt_end - gdt - 1
	.globl trampoline_gdt_base, trampoline_cr3, trampoline_far
trampoline_gdt_base: /* filled: the linear address of gdt */
	.long gdt - trampoline_start
	.balign 4
trampoline_cr3: /* filled */
	.long 0
trampoline_far: /* offset filled */
	.long trampoline_long - trampoline_start
	.short 8

	.code64
	.balign 8
trampoline_long:
	movabs $trampoline_high, %rax
	jmp *%rax
	.globl trampoline_end
trampoline_end:

	.text
trampoline_high:
	xor %eax, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %ss
	mov %eax, %fs
	mov %eax, %gs
	lea hv_root_table(%rip), %rax
	movabs $HV_IMAGE_START, %rcx
	sub %rcx, %rax
	add image_physical(%rip), %rax
	mov %rax, %cr3
	mov smp_boot_stack_top(%rip), %rsp
	xor %ebp, %ebp
	call smp_enter
	ud2

	.section .note.GNU-stack, "", @progbits
