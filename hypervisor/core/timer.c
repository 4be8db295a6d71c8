/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each CPU's queue of timers: a pairing heap, whose smallest deadline the timer interrupt is set to.
 * A timer belongs to the queue of timer->cpu, which changes only under that queue's lock.
 * A CPU that goes off leaves its timers to the boot CPU; those that were not set follow when somebody touches them.
 */
#include "hv/arch.h"
#include "hv/lock.h"
#include "hv/percpu.h"
#include "hv/perf.h"
#include "hv/printk.h"
#include "hv/softirq.h"
#include "hv/time.h"
#include "hv/timer.h"

struct timer_queue {
	struct spinlock lock;
	struct timer *root;
	struct timer *running; /* its handler is being called */
	bool is_closed;	       /* the CPU is off: the queue is empty and stays so */
};

static DEFINE_PER_CPU(struct timer_queue, timer_queue);

/* Both are roots without siblings or NULL. */
static struct timer *heap_merge(struct timer *a, struct timer *b)
{
	struct timer *top, *below;

	if (!a || !b)
		return a ? a : b;
	top = b->expires_ns < a->expires_ns ? b : a;
	below = top == a ? b : a;
	below->next = top->child;
	below->previous = top;
	if (top->child)
		top->child->previous = below;
	top->child = below;
	return top;
}

/* Merges the children of a removed root in pairs, then the pairs from the last to the first. */
static struct timer *heap_merge_siblings(struct timer *first)
{
	struct timer *pairs = NULL, *root = NULL;

	while (first) {
		struct timer *a = first, *b = a->next;

		first = b ? b->next : NULL;
		a->next = NULL;
		if (b)
			b->next = NULL;
		a = heap_merge(a, b);
		a->next = pairs;
		pairs = a;
	}
	while (pairs) {
		struct timer *rest = pairs->next;

		pairs->next = NULL;
		root = heap_merge(root, pairs);
		pairs = rest;
	}
	if (root)
		root->previous = NULL;
	return root;
}

static void heap_insert(struct timer_queue *queue, struct timer *timer)
{
	timer->child = NULL;
	timer->next = NULL;
	timer->previous = NULL;
	queue->root = heap_merge(queue->root, timer);
	timer->is_queued = true;
}

static void heap_remove(struct timer_queue *queue, struct timer *timer)
{
	struct timer *children = heap_merge_siblings(timer->child);

	if (timer == queue->root) {
		queue->root = children;
	} else {
		if (timer->previous->child == timer)
			timer->previous->child = timer->next;
		else
			timer->previous->next = timer->next;
		if (timer->next)
			timer->next->previous = timer->previous;
		queue->root = heap_merge(queue->root, children);
	}
	timer->is_queued = false;
}

#define HEIR 0

/* Locks the queue that the timer is on now; a migration may come between look and lock. */
static struct timer_queue *queue_lock(struct timer *timer, uint64_t *flags)
{
	for (;;) {
		unsigned int cpu = READ_ONCE(timer->cpu);
		struct timer_queue *queue = &per_cpu(timer_queue, cpu);

		*flags = spin_lock_irqsave(&queue->lock);
		if (likely(timer->cpu == cpu && !queue->is_closed))
			return queue;
		if (timer->cpu == cpu)
			timer->cpu = HEIR;
		spin_unlock_irqrestore(&queue->lock, *flags);
	}
}

static void queue_program(const struct timer_queue *queue)
{
	arch_timer_set_deadline(queue->root ? queue->root->expires_ns : UINT64_MAX);
}

/* The queue of that CPU has a new first timer. Queue locked. */
static void queue_reprogram(struct timer_queue *queue, unsigned int cpu)
{
	if (cpu != cpu_this())
		softirq_raise_cpu(cpu, SOFTIRQ_TIMER);
	else if (queue->root->expires_ns <= time_now_ns())
		softirq_raise(SOFTIRQ_TIMER);
	else
		queue_program(queue);
}

void timer_init(struct timer *timer, void (*function)(void *data), void *data, unsigned int cpu)
{
	*timer = (struct timer){.function = function, .data = data, .cpu = (uint16_t)cpu};
}

void timer_set(struct timer *timer, uint64_t expires_ns)
{
	uint64_t flags;
	struct timer_queue *queue = queue_lock(timer, &flags);

	if (timer->is_queued)
		heap_remove(queue, timer);
	if (!timer->killed) {
		timer->expires_ns = expires_ns;
		heap_insert(queue, timer);
		if (queue->root == timer)
			queue_reprogram(queue, timer->cpu);
	}
	spin_unlock_irqrestore(&queue->lock, flags);
}

/* An interrupt for a timer that is gone costs less than programming the next deadline. */
void timer_stop(struct timer *timer)
{
	uint64_t flags;
	struct timer_queue *queue = queue_lock(timer, &flags);

	if (timer->is_queued)
		heap_remove(queue, timer);
	spin_unlock_irqrestore(&queue->lock, flags);
}

/* The handler may have freed the timer by the time it returns, so the queue says what runs, not the timer. */
static void timer_wait_until_idle(const struct timer *timer)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) while (cpu != cpu_this() &&
					__atomic_load_n(&per_cpu(timer_queue, cpu).running,
							__ATOMIC_ACQUIRE) == timer) cpu_relax();
}

void timer_kill(struct timer *timer)
{
	uint64_t flags;
	struct timer_queue *queue = queue_lock(timer, &flags);

	if (timer->is_queued)
		heap_remove(queue, timer);
	timer->killed = true;
	spin_unlock_irqrestore(&queue->lock, flags);
	timer_wait_until_idle(timer);
}

static void timer_move(struct timer *timer, unsigned int from, unsigned int to)
{
	struct timer_queue *source = &per_cpu(timer_queue, from);
	struct timer_queue *target = &per_cpu(timer_queue, to);
	bool was_queued = timer->is_queued;

	if (was_queued)
		heap_remove(source, timer);
	timer->cpu = (uint16_t)to;
	if (!was_queued)
		return;
	heap_insert(target, timer);
	if (target->root == timer)
		queue_reprogram(target, to);
}

void timer_migrate(struct timer *timer, unsigned int cpu)
{
	uint64_t flags = interrupts_save_off();
	unsigned int from;

	while ((from = READ_ONCE(timer->cpu)) != cpu) {
		struct spinlock *source = &per_cpu(timer_queue, from).lock;
		struct spinlock *target = &per_cpu(timer_queue, cpu).lock;

		spin_lock_pair(source, target);
		if (timer->cpu == from)
			timer_move(timer, from, cpu);
		spin_unlock_pair(source, target);
	}
	interrupts_restore(flags);
}

void timer_close_queue(void)
{
	unsigned int cpu = cpu_this();
	struct timer_queue *queue = &this_cpu(timer_queue);
	struct spinlock *heir = &per_cpu(timer_queue, HEIR).lock;

	ASSERT(!interrupts_are_on() && cpu != HEIR);
	spin_lock_pair(&queue->lock, heir);
	while (queue->root)
		timer_move(queue->root, cpu, HEIR);
	queue->is_closed = true;
	spin_unlock_pair(&queue->lock, heir);
	arch_timer_set_deadline(UINT64_MAX);
}

void timer_open_queue(unsigned int cpu)
{
	struct timer_queue *queue = &per_cpu(timer_queue, cpu);
	uint64_t flags = spin_lock_irqsave(&queue->lock);

	queue->is_closed = false;
	spin_unlock_irqrestore(&queue->lock, flags);
}

bool timer_is_active(const struct timer *timer)
{
	return READ_ONCE(timer->is_queued);
}

uint64_t timer_next_deadline_ns(void)
{
	struct timer_queue *queue = &this_cpu(timer_queue);
	uint64_t flags = spin_lock_irqsave(&queue->lock);
	uint64_t deadline = queue->root ? queue->root->expires_ns : UINT64_MAX;

	spin_unlock_irqrestore(&queue->lock, flags);
	return deadline;
}

/* Takes the first timer that is due and marks it running; NULL when none is. Queue locked. */
static struct timer *queue_pop_due(struct timer_queue *queue)
{
	struct timer *timer = queue->root;

	if (!timer || timer->expires_ns > time_now_ns())
		return NULL;
	heap_remove(queue, timer);
	__atomic_store_n(&queue->running, timer, __ATOMIC_RELEASE);
	return timer;
}

static void queue_run(void)
{
	struct timer_queue *queue = &this_cpu(timer_queue);
	struct timer *timer;

	spin_lock_irq(&queue->lock);
	while ((timer = queue_pop_due(queue)) != NULL) {
		void (*function)(void *data) = timer->function;
		void *data = timer->data;

		spin_unlock_irq(&queue->lock);
		function(data);
		spin_lock_irq(&queue->lock);
		__atomic_store_n(&queue->running, NULL, __ATOMIC_RELEASE);
	}
	queue_program(queue);
	spin_unlock_irq(&queue->lock);
}

int timer_init_cpu(unsigned int cpu)
{
	struct timer_queue *queue = &per_cpu(timer_queue, cpu);
	static bool is_registered;

	spinlock_init(&queue->lock, LOCK_timer);
	queue->root = NULL;
	if (!is_registered)
		softirq_register(SOFTIRQ_TIMER, queue_run);
	is_registered = true;
	return 0;
}

void timer_handle_interrupt(void)
{
	PERF_INC(timer_interrupts);
	softirq_raise(SOFTIRQ_TIMER);
}
