/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ELF notes that every test kernel carries. A test adds its own with guest/notes.h: a later note of
 * the same type wins on a hypervisor that reads them in order.
 */
#define NOTE_ENTRY	1
#define NOTE_VIRT_BASE	3
#define NOTE_PADDR	4
#define NOTE_VERSION	5
#define NOTE_GUEST_OS	6
#define NOTE_LOADER	8
#define NOTE_PAE	9
#define NOTE_FEATURES	10
#define NOTE_HV_START	12
#define NOTE_L1_VALID	13

	.macro note type, body:vararg
	.pushsection .note.Xen, "a", @note
	.balign 4
	.long 2f - 1f, 4f - 3f, \type
1:	.asciz "Xen"
2:	.balign 4
3:	\body
4:	.balign 4
	.popsection
	.endm

	note NOTE_VERSION, .asciz "xen-3.0"
	note NOTE_GUEST_OS, .asciz "trestle-test"
	note NOTE_LOADER, .asciz "generic"
	note NOTE_ENTRY, .quad guest_start
	note NOTE_VIRT_BASE, .quad 0xffffffff80000000
	note NOTE_PADDR, .quad 0
	note NOTE_HV_START, .quad 0xffff800000000000
	note NOTE_PAE, .asciz "yes"
	note NOTE_FEATURES, .asciz "!writable_page_tables|pae_pgdir_above_4gb"
	note NOTE_L1_VALID, .quad 1, 1

	.section .note.GNU-stack, "", @progbits
