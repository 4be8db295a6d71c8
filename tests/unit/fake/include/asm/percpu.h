/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Per-CPU variables of FAKE_NR_CPUS CPUs: CPU 0 has the section itself, the others have copies. */
#ifndef FAKE_ASM_PERCPU_H
#define FAKE_ASM_PERCPU_H

#include "asm/registers.h"
#include "hv/types.h"

#define FAKE_NR_CPUS 8

/* A section with a C name gets __start_ and __stop_ symbols from the host's linker. */
#define PERCPU_SECTION __attribute__((section("percpu_data")))

extern char __start_percpu_data[], __stop_percpu_data[];
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
