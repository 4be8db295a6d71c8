/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bringing processors up: per-CPU area, GDT page, TSS and stack block of each
 * possible CPU, then INIT and two start-up messages, one CPU after the other.
 * Boot CPU only.
 */
#ifndef ASM_SMP_H
#define ASM_SMP_H

#include "hv/types.h"

/* Maps a stack block: 8 frames in the order of asm/registers.h; those of the code page and the guard are ignored. -ENOMEM. */
int must_check stack_block_map(unsigned int cpu, const mfn_t *frames);
/* The boot CPU's block is in the image. */
int must_check stack_block_map_boot(void);
/* Brings up all possible CPUs but this one, as maxcpus= allows. */
void smp_start_all(void);

/* boot/trampoline.S: copied below 1 MiB; the fields are filled in the copy. */
extern const char trampoline_start[], trampoline_end[];
extern const char trampoline_gdt_base[], trampoline_cr3[], trampoline_far[];
/* Stack block of the boot CPU in the image; the page of SYSCALL entry code. */
extern char boot_stack[];
extern const char syscall_entry_page[];
/* In the image: what the trampoline's 64-bit end takes its stack from. */
extern uint64_t smp_boot_stack_top;
/* C entry of another CPU, on its own stack, interrupts off. */
noreturn_function void smp_enter(void);

#endif
