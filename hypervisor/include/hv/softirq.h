/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Deferred work of a CPU, run with interrupts on before returning to a guest
 * and in the idle loop. Lower numbers first.
 */
#ifndef HV_SOFTIRQ_H
#define HV_SOFTIRQ_H

#include "hv/percpu.h"
#include "hv/types.h"

enum softirq {
	SOFTIRQ_TIMER,
	SOFTIRQ_SCHEDULE,
	SOFTIRQ_TIME_CALIBRATE,
	SOFTIRQ_NMI,
	SOFTIRQ_CONSOLE,
	SOFTIRQ_RCU,
	SOFTIRQ_TASKLET,
	SOFTIRQ_SCRUB,
	NR_SOFTIRQS,
};

/* Bit per softirq; set with atomics, any CPU. Read by the exit path in assembly. */
DECLARE_PER_CPU(uint32_t, softirq_pending);
/* The CPU sleeps until that word is written: it needs no interrupt. Set and cleared by itself, with full barriers. */
DECLARE_PER_CPU(bool, softirq_is_watched);

typedef void softirq_handler(void);
void softirq_register(enum softirq nr, softirq_handler *handler);
/* On this CPU; any context. */
void softirq_raise(enum softirq nr);
/* On another CPU: sends an event-check interrupt when it must. */
void softirq_raise_cpu(unsigned int cpu, enum softirq nr);
/* Runs all that is pending on this CPU. Interrupts on, no lock held. */
void softirq_run(void);

static inline bool softirq_is_pending(void)
{
	return this_cpu(softirq_pending) != 0;
}

/*
 * Run function(data) once, soon, on this CPU in softirq context, outside any
 * lock: for work that an interrupt or a lock holder can't do.
 */
struct tasklet {
	void (*function)(void *data);
	void *data;
	struct tasklet *next;
	uint32_t scheduled;
};

void tasklet_init(struct tasklet *tasklet, void (*function)(void *data), void *data);
void tasklet_schedule(struct tasklet *tasklet);

#endif
