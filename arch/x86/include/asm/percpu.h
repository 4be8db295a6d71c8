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

/* The offset until the CPU's area is made: an address that no processor accepts. */
#define PERCPU_NONE (1UL << 62)

/* False: a CPU that was never started has no variables. */
static always_inline bool percpu_exists(unsigned int cpu)
{
	return percpu_offset[cpu] != PERCPU_NONE;
}

static always_inline unsigned int cpu_this(void)
{
	return cpu_block_this()->cpu;
}

#endif
