/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pending bits and handlers of deferred work, and each CPU's queue of tasklets. A bit is cleared
 * before its handler runs, so that work raised meanwhile is seen again.
 */
#include "hv/arch.h"
#include "hv/lock_debug.h"
#include "hv/percpu.h"
#include "hv/perf.h"
#include "hv/printk.h"
#include "hv/softirq.h"

struct tasklet_queue {
	struct tasklet *first, *last;
};

DEFINE_PER_CPU(uint32_t, softirq_pending);
DEFINE_PER_CPU(bool, softirq_is_watched);
static DEFINE_PER_CPU(struct tasklet_queue, tasklet_queue);
static softirq_handler *handlers[NR_SOFTIRQS];

static void tasklets_run(void);

void softirq_register(enum softirq nr, softirq_handler *handler)
{
	BUG_ON(nr >= NR_SOFTIRQS || handlers[nr]);
	handlers[nr] = handler;
}

void softirq_raise(enum softirq nr)
{
	__atomic_fetch_or(&this_cpu(softirq_pending), 1u << nr, __ATOMIC_SEQ_CST);
}

void softirq_raise_cpu(unsigned int cpu, enum softirq nr)
{
	uint32_t was = __atomic_fetch_or(&per_cpu(softirq_pending, cpu), 1u << nr,
					 __ATOMIC_SEQ_CST);

	/* Whoever set the bit first sent the interrupt. */
	if (!(was & 1u << nr) && cpu != cpu_this() &&
	    !__atomic_load_n(&per_cpu(softirq_is_watched, cpu), __ATOMIC_RELAXED))
		arch_send_event_check(cpu);
}

void softirq_run(void)
{
	uint32_t pending;

	ASSERT(interrupts_are_on());
	lock_debug_check_none_held();
	while ((pending = __atomic_load_n(&this_cpu(softirq_pending), __ATOMIC_ACQUIRE)) != 0) {
		unsigned int nr = (unsigned int)__builtin_ctz(pending);

		PERF_INC_AT(softirqs, nr);
		__atomic_fetch_and(&this_cpu(softirq_pending), ~(1u << nr), __ATOMIC_SEQ_CST);
		if (nr == SOFTIRQ_TASKLET)
			tasklets_run();
		else if (likely(handlers[nr]))
			handlers[nr]();
	}
}

void tasklet_init(struct tasklet *tasklet, void (*function)(void *data), void *data)
{
	*tasklet = (struct tasklet){.function = function, .data = data};
}

void tasklet_schedule(struct tasklet *tasklet)
{
	struct tasklet_queue *queue;
	uint64_t flags;

	if (__atomic_exchange_n(&tasklet->scheduled, 1, __ATOMIC_ACQ_REL))
		return;
	flags = interrupts_save_off();
	queue = &this_cpu(tasklet_queue);
	tasklet->next = NULL;
	if (queue->last)
		queue->last->next = tasklet;
	else
		queue->first = tasklet;
	queue->last = tasklet;
	interrupts_restore(flags);
	softirq_raise(SOFTIRQ_TASKLET);
}

static struct tasklet *tasklet_pop(void)
{
	uint64_t flags = interrupts_save_off();
	struct tasklet_queue *queue = &this_cpu(tasklet_queue);
	struct tasklet *tasklet = queue->first;

	if (tasklet) {
		queue->first = tasklet->next;
		if (!queue->first)
			queue->last = NULL;
	}
	interrupts_restore(flags);
	return tasklet;
}

/* One a turn, so that more urgent softirqs come between. */
static void tasklets_run(void)
{
	struct tasklet *tasklet = tasklet_pop();
	void (*function)(void *data);
	void *data;

	if (!tasklet)
		return;
	if (this_cpu(tasklet_queue).first)
		softirq_raise(SOFTIRQ_TASKLET);
	function = tasklet->function;
	data = tasklet->data;
	/* Its memory may be freed or scheduled again by the function. */
	__atomic_store_n(&tasklet->scheduled, 0, __ATOMIC_RELEASE);
	function(data);
}
