/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The real frame and block; a host thread has its block in a thread-local variable, not above its stack. */
#ifndef FAKE_ASM_REGISTERS_H
#define FAKE_ASM_REGISTERS_H

struct cpu_block;
/* The block of the CPU that this thread plays: fake_cpu_enter(). */
struct cpu_block *cpu_block_this_(void);

/* The definition in the real header has `void` between its parentheses and a call has nothing: so the
 * definition is renamed and the calls, in that header and everywhere else, come here. */
#define cpu_block_this(...) cpu_block_this_##__VA_ARGS__(__VA_ARGS__)

#include_next "asm/registers.h"

#endif
