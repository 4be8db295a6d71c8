/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Restart, power-off, and stopping the other CPUs, beyond what hv/arch.h offers. */
#ifndef ASM_MACHINE_H
#define ASM_MACHINE_H

#include "hv/types.h"

/* Makes the reset register reachable. Start-up, after acpi_init(), before the heap. */
void machine_init(void);
/* First thing in the NMI handler: doesn't return when this CPU is to stop. */
void machine_check_stop(void);

#endif
