/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The smallest PV guest: it waits for ever. With another END it ends at its first instruction (CRASH),
 * powers off (POWEROFF) or keeps its processor (BUSY). Started by tl create; for tests of what the tools do with many guests.
 */
	.text
	.globl	_start
_start:
#if defined(CRASH)
	ud2
#elif defined(POWEROFF)
	mov	$29, %eax		/* sched_op */
	mov	$2, %edi		/* shutdown, reason 0 */
	lea	reason(%rip), %rsi
	syscall
#elif defined(BUSY)
	jmp	.
#endif
1:	mov	$29, %eax
	mov	$3, %edi		/* poll: no port, no time; block would let events in, for which
					 * nothing is here */
	lea	nothing(%rip), %rsi
	syscall
	jmp	1b

	.data
	.balign	8
reason:
nothing:
	.quad	0, 0, 0

	.macro	note type, body:vararg
	.pushsection .note.Xen, "a", @note
	.balign	4
	.long	4, 2f - 1f, \type
	.asciz	"Xen"
1:	\body
2:	.balign	4
	.popsection
	.endm

	note	5, .asciz "xen-3.0"
	note	6, .asciz "tiny"
	note	8, .asciz "generic"
	note	1, .quad _start
	note	3, .quad 0xffffffff80000000
	note	4, .quad 0xffffffff80000000
	note	9, .asciz "yes"

	.section .note.GNU-stack, "", @progbits
