/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Start-up: the order in which modules come to life, and the processor side's
 * steps in it. core/start.c is the list; nothing else calls these.
 */
#ifndef HV_START_H
#define HV_START_H

#include "hv/types.h"

/* Entered by the boot code on the boot CPU, interrupts off, boot_information filled. */
noreturn_function void start_hypervisor(void);

/* CPU features, control registers, descriptor tables: faults are reported from here on. */
void arch_start_boot_cpu(void);
/* Our page tables, frame table, M2P; the boot allocator holds free RAM. */
void arch_memory_init(void);
/* Firmware tables, CPU numbers; then the heap can know nodes. */
void arch_platform_init(void);
/* Gives all free RAM to the heap and ends the boot allocator. */
void arch_memory_fill_heap(void);
/* Goes on in `next` on the boot CPU's final, guarded stack. */
noreturn_function void arch_start_on_own_stack(void (*next)(void));
/* Interrupt controllers; then the clocks. Interrupts stay off. */
void arch_irq_init(void);
void arch_time_init(void);
/* Processors beside this one; interrupts on. */
void arch_start_other_cpus(void);
/* dom0 from the modules; it doesn't run before the idle loop. */
void arch_start_dom0(void);
/* Gives the modules' memory to the heap; they were copied. */
void arch_memory_free_modules(void);
/* Models and numbers of processors, for the banner. */
void arch_print_processor(void);

#endif
