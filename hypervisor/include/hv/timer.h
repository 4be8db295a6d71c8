/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Deadline timers in system time (ns since boot, hv/time.h), one queue per CPU.
 * The handler runs in SOFTIRQ_TIMER on the timer's CPU, interrupts on, without
 * the queue's lock; it may set its own timer again.
 */
#ifndef HV_TIMER_H
#define HV_TIMER_H

#include "hv/types.h"

struct timer {
	uint64_t expires_ns;
	void (*function)(void *data);
	void *data;
	/* The queue of its CPU is a pairing heap inside the timers: setting one takes no memory, so it can't fail. */
	struct timer *child, *next;
	struct timer *previous; /* elder sibling, or parent for the eldest */
	uint16_t cpu;
	bool is_queued;
	bool killed;
};

void timer_init(struct timer *timer, void (*function)(void *data), void *data, unsigned int cpu);
/* Any context with interrupts on or off; expiry in the past fires at once. */
void timer_set(struct timer *timer, uint64_t expires_ns);
void timer_stop(struct timer *timer);
/* Stops it, waits for a running handler on another CPU, and refuses later sets. No lock held that the handler takes. */
void timer_kill(struct timer *timer);
void timer_migrate(struct timer *timer, unsigned int cpu);
bool timer_is_active(const struct timer *timer);
/* Earliest deadline of this CPU, or UINT64_MAX. */
uint64_t timer_next_deadline_ns(void);
/* Start-up: for each CPU, before it takes timers. */
int timer_init_cpu(unsigned int cpu);
/* This CPU, interrupts off, goes off: the boot CPU takes its timers over. */
void timer_close_queue(void);
/* A CPU that was off is on again. */
void timer_open_queue(unsigned int cpu);
/* The timer interrupt of this CPU calls this; it raises SOFTIRQ_TIMER. */
void timer_handle_interrupt(void);

#endif
