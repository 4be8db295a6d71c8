/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a CPU does when it has nothing to run. */
#include "hv/arch.h"

/* STI takes effect after the next instruction, so that no interrupt slips in before HLT. */
void arch_cpu_idle(void)
{
	__asm__ volatile("sti; hlt" : : : "memory");
}
