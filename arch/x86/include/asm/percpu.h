/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Per-CPU addressing: offsets from the section's link address, this CPU's at the top of its stack. */
#ifndef ASM_PERCPU_H
#define ASM_PERCPU_H

#include "asm/registers.h"
#include "hv/types.h"

#define PERCPU_SECTION __attribute__((section(".bss.percpu")))

extern uint64_t percpu_offset[];

#define percpu_pointer(p, cpu) ((__typeof__(p))((uint64_t)(p) + percpu_offset[cpu]))
#define percpu_pointer_this(p) ((__typeof__(p))((uint64_t)(p) + cpu_block_this()->percpu_offset))

static always_inline unsigned int cpu_this(void)
{
	return cpu_block_this()->cpu;
}

#endif
