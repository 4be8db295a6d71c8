/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The NMI watchdog: a CPU that runs no timers any more stops the machine with its registers shown. */
#ifndef ASM_WATCHDOG_H
#define ASM_WATCHDOG_H

#include "hv/types.h"

struct registers;

/* Boot CPU, all CPUs online: starts it when the boot option `watchdog` is given. */
void watchdog_start(void);
/* A CPU is about to start: no NMIs until it has come. */
void watchdog_await_cpu(void);
/* It did not come: NMIs again. */
void watchdog_go_on(void);
/* A CPU has come (again). */
void watchdog_join_cpu(unsigned int cpu);
/* NMI context: true when the NMI was the watchdog's own. Panics when this CPU is stuck. */
bool watchdog_handle_nmi(struct registers *r);

#endif
