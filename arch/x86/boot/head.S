/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the boot loader to C: multiboot1 and multiboot2 headers, and the 32-bit entry that both
 * use. It runs wherever it was loaded: all addresses are relative to %ebp. It checks what the
 * hypervisor can't do without, maps the first 4 GiB (at 0 and in the direct map's place) and the
 * image, and goes on in long mode in the high half. These first tables are writable and
 * executable; arch_memory_init() replaces them.
 */
#include "asm/image.h"
#include "asm/offsets.h"
#include "asm/page.h"
#include "asm/registers.h"

#define MULTIBOOT1_HEADER 0x1badb002
#define MULTIBOOT1_FLAGS 0x3 /* modules on pages; memory map wanted */
#define MULTIBOOT1_MAGIC 0x2badb002
#define MULTIBOOT2_HEADER 0xe85250d6
#define MULTIBOOT2_MAGIC 0x36d76289

#define TAG_REQUEST 1
#define TAG_CONSOLE 4
#define TAG_MODULE_ALIGN 6
#define TAG_RELOCATABLE 10
#define OPTIONAL 1

#define CR0_VALUE 0x80050033 /* PG AM WP NE ET MP PE */
#define CR4_PAE_PGE 0xa0
#define MSR_EFER 0xc0000080
#define EFER_NXE_LME_SCE 0x901
#define CPUID_NX_BIT 20
#define CPUID_LM_BIT 29

#define TABLE_FLAGS (PTE_PRESENT | PTE_WRITABLE)
#define LARGE_FLAGS (PTE_PRESENT | PTE_WRITABLE | PTE_LARGE)
#define SLOT(address) (((address) >> L4_SHIFT) & 511)
#define L3_INDEX(address) (((address) >> L3_SHIFT) & 511)
#if SLOT(HV_IMAGE_START) != SLOT(DIRECT_MAP_START) || L3_INDEX(DIRECT_MAP_START) > 508
#error "the direct map of the entry code doesn't begin in the image's table"
#endif
/* cpu_block, rounded up for the ABI's 16-byte alignment */
#define STACK_TOP_ROOM ((CPU_BLOCK_BYTES + 15) & ~15)
#define RELATIVE(symbol) (symbol - base)(%ebp)

	.section .text.boot, "ax"
	.code32
	.balign 8
	.long MULTIBOOT1_HEADER
	.long MULTIBOOT1_FLAGS
	.long -(MULTIBOOT1_HEADER + MULTIBOOT1_FLAGS)

	.balign 8
multiboot2_header:
	.long MULTIBOOT2_HEADER
	.long 0
	.long multiboot2_end - multiboot2_header
	.long -(MULTIBOOT2_HEADER + (multiboot2_end - multiboot2_header))
	/* Command line, loader, modules, memory map, framebuffer, EFI table, RSDP old and new, load base. */
	.balign 8
1:	.short TAG_REQUEST, OPTIONAL
	.long 2f - 1b
	.long 1, 2, 3, 6, 8, 12, 14, 15, 21
2:	.balign 8
	.short TAG_MODULE_ALIGN, 0
	.long 8
	.balign 8
	.short TAG_CONSOLE, OPTIONAL
	.long 12
	.long 2 /* EGA text is fine: without a framebuffer tag BIOS machines keep it */
	.balign 8
	.short TAG_RELOCATABLE, OPTIONAL
	.long 24
	.long IMAGE_LOAD_ADDRESS, 0xffffffff, IMAGE_ALIGN, 1
	.balign 8
	.short 0, 0
	.long 8
multiboot2_end:

	.globl boot_entry
	.type boot_entry, @function
boot_entry:
	cli
	cld
	/* No stack is promised: the second word of the loader's information isn't used by us. */
	lea 8(%ebx), %esp
	call base
base:
	pop %ebp
	lea RELATIVE(boot_stack + STACK_BYTES), %esp
	mov %eax, %edi
	mov %ebx, %esi

	lea RELATIVE(image_start), %eax
	mov %eax, RELATIVE(image_physical)
	test $(IMAGE_ALIGN - 1), %eax
	mov $(text_misaligned - base), %edx
	jnz refuse
	call check_processor
	call build_tables

	mov $CR4_PAE_PGE, %eax
	mov %eax, %cr4
	lea RELATIVE(boot_l4), %eax
	mov %eax, %cr3
	mov $MSR_EFER, %ecx
	xor %edx, %edx
	mov $EFER_NXE_LME_SCE, %eax
	wrmsr
	mov $CR0_VALUE, %eax
	mov %eax, %cr0

	lea RELATIVE(boot_gdt), %eax
	push %eax
	pushw $(boot_gdt_end - boot_gdt - 1)
	lgdt (%esp)
	add $6, %esp
	push $8
	lea RELATIVE(enter_long), %eax
	push %eax
	lret

check_processor:
	push %edi
	push %esi
	mov $0x80000000, %eax
	cpuid
	cmp $0x80000001, %eax
	mov $(text_no_long - base), %ebx
	jb 1f
	mov $0x80000001, %eax
	cpuid
	mov $(text_no_long - base), %ebx
	bt $CPUID_LM_BIT, %edx
	jnc 1f
	mov $(text_no_nx - base), %ebx
	bt $CPUID_NX_BIT, %edx
	jnc 1f
	pop %esi
	pop %edi
	ret
1:	mov %ebx, %edx
	/* falls through */

/* Prints the text at base + %edx on the VGA screen and COM1, and stops. */
refuse:
	lea (%ebp, %edx), %esi
	mov $0xb8000, %edi
1:	lodsb
	test %al, %al
	jz 3f
	mov $0x4f, %ah
	stosw
	mov %eax, %ebx
	mov $0x3fd, %dx
	mov $100000, %ecx
2:	in %dx, %al
	test $0x20, %al
	loopz 2b
	mov %ebx, %eax
	mov $0x3f8, %dx
	out %al, %dx
	jmp 1b
3:	hlt
	jmp 3b

build_tables:
	push %edi
	/* 2048 large pages: the first 4 GiB. */
	lea RELATIVE(boot_l2), %edi
	mov $LARGE_FLAGS, %eax
	mov $(4 * PT_ENTRIES), %ecx
1:	mov %eax, (%edi)
	add $8, %edi
	add $(1 << L2_SHIFT), %eax
	loop 1b
	lea RELATIVE(boot_l2 + TABLE_FLAGS), %eax
	lea RELATIVE(boot_l3), %edi
	mov $4, %ecx
1:	mov %eax, (%edi)
	add $8, %edi
	add $4096, %eax
	loop 1b
	/* The image. */
	mov RELATIVE(image_physical), %eax
	or $LARGE_FLAGS, %eax
	lea RELATIVE(boot_image_l2), %edi
	mov $(IMAGE_MAX_BYTES >> L2_SHIFT), %ecx
1:	mov %eax, (%edi)
	add $8, %edi
	add $(1 << L2_SHIFT), %eax
	loop 1b
	lea RELATIVE(boot_image_l2 + TABLE_FLAGS), %eax
	mov %eax, RELATIVE(boot_high_l3 + 8 * L3_INDEX(HV_IMAGE_START))
	/* The same 4 GiB in the direct map, whose start lies in the image's slot. */
	lea RELATIVE(boot_l2 + TABLE_FLAGS), %eax
	lea RELATIVE(boot_high_l3 + 8 * L3_INDEX(DIRECT_MAP_START)), %edi
	mov $4, %ecx
1:	mov %eax, (%edi)
	add $8, %edi
	add $4096, %eax
	loop 1b
	lea RELATIVE(boot_high_l3 + TABLE_FLAGS), %eax
	mov %eax, RELATIVE(boot_l4 + 8 * SLOT(HV_IMAGE_START))
	lea RELATIVE(boot_l3 + TABLE_FLAGS), %eax
	mov %eax, RELATIVE(boot_l4)
	pop %edi
	ret

text_misaligned:
	.asciz "Trestle: the boot loader put the image at an address that is no multiple of 2 MiB.\r\n"
text_no_long:
	.asciz "Trestle: this processor has no 64-bit mode.\r\n"
text_no_nx:
	.asciz "Trestle: no-execute is missing or switched off in the firmware's set-up.\r\n"

	.balign 8
boot_gdt:
	.quad 0
	.quad 0x00af9b000000ffff
boot_gdt_end:

	.code64
enter_long:
	movabs $enter_high, %rax
	jmp *%rax
enter_high:
	xor %eax, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %ss
	mov %eax, %fs
	mov %eax, %gs
	movabs $(boot_stack + STACK_BYTES - STACK_TOP_ROOM), %rsp
	xor %ebp, %ebp
	mov %edi, %edi
	mov %esi, %esi
	call boot_start
	ud2

	.section .bss.boot_stack, "aw", @nobits
	.balign STACK_BYTES
	.globl boot_stack
boot_stack:
	.skip STACK_BYTES

	.section .bss.page_aligned, "aw", @nobits
	.balign 4096
boot_l4:
	.skip 4096
boot_l3:
	.skip 4096
boot_l2:
	.skip 4 * 4096
boot_high_l3:
	.skip 4096
boot_image_l2:
	.skip 4096

	.section .data, "aw"
	.balign 8
	.globl image_physical
image_physical:
	.quad 0

	.section .note.GNU-stack, "", @progbits
