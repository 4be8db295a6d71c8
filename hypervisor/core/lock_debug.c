/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The locks that each CPU holds, in the order it took them, and the panic when the order of
 * lock_classes.def is broken. Linked in debug builds only.
 */
#include "hv/arch.h"
#include "hv/lock_debug.h"
#include "hv/percpu.h"
#include "hv/printk.h"

#define NR_HELD 16

struct held_lock {
	const void *lock;
	enum lock_class class;
};

struct held_locks {
	struct held_lock entries[NR_HELD];
	unsigned int nr;
};

struct lock_class_row {
	const char *name;
	bool in_interrupt;
};

static const struct lock_class_row classes[NR_LOCK_CLASSES] = {
#define LOCK_CLASS(class, interrupt, protects) [LOCK_##class] = {#class, interrupt},
#include "hv/lock_classes.def"
#undef LOCK_CLASS
};

static DEFINE_PER_CPU(struct held_locks, held_locks);
static bool is_disabled;

void lock_debug_disable(void)
{
	is_disabled = true;
}

void lock_debug_enable(void)
{
	is_disabled = false;
}

static noreturn_function void order_panic(enum lock_class class, const struct held_lock *held,
					  const char *rule)
{
	is_disabled = true;
	panic("lock %s is taken while %s is held: %s", classes[class].name,
	      classes[held->class].name, rule);
}

static void order_check(const struct held_lock *held, const void *lock, enum lock_class class,
			enum lock_order order)
{
	if (held->class < class)
		return;
	if (held->class > class)
		order_panic(class, held, "its rank is lower");
	if (order != LOCK_ORDER_SAME)
		order_panic(class, held, held->lock == lock ? "the same lock" : "the same class");
}

void lock_debug_check(const void *lock, enum lock_class class, enum lock_order order)
{
	const struct held_locks *held;

	if (is_disabled)
		return;
	if (classes[class].in_interrupt && interrupts_are_on()) {
		is_disabled = true;
		panic("lock %s is for interrupts and taken with interrupts on",
		      classes[class].name);
	}
	if (order == LOCK_ORDER_NONE)
		return;
	held = &this_cpu(held_locks);
	for (unsigned int i = 0; i < held->nr; i++)
		order_check(&held->entries[i], lock, class, order);
}

void lock_debug_acquired(const void *lock, enum lock_class class)
{
	struct held_locks *held;
	uint64_t flags;

	if (is_disabled)
		return;
	/* An interrupt between the two stores would leave its own entry in ours. */
	flags = interrupts_save_off();
	held = &this_cpu(held_locks);
	BUG_ON(held->nr == NR_HELD);
	held->entries[held->nr] = (struct held_lock){lock, class};
	held->nr++;
	interrupts_restore(flags);
}

static bool held_remove(struct held_locks *held, const void *lock)
{
	for (unsigned int i = held->nr; i-- > 0;) {
		if (held->entries[i].lock != lock)
			continue;
		for (held->nr--; i < held->nr; i++)
			held->entries[i] = held->entries[i + 1];
		return true;
	}
	return false;
}

void lock_debug_released(const void *lock, enum lock_class class)
{
	uint64_t flags;
	bool was_held;

	if (is_disabled)
		return;
	flags = interrupts_save_off();
	was_held = held_remove(&this_cpu(held_locks), lock);
	interrupts_restore(flags);
	if (!was_held) {
		is_disabled = true;
		panic("lock %s is released by a CPU that does not hold it", classes[class].name);
	}
}

void lock_debug_check_none_held(void)
{
	const struct held_locks *held = &this_cpu(held_locks);

	if (is_disabled || held->nr == 0)
		return;
	is_disabled = true;
	panic("lock %s is still held on the way to a guest", classes[held->entries[0].class].name);
}

void spin_lock(struct spinlock *lock)
{
	lock_debug_check(lock, lock->class, LOCK_ORDER_STRICT);
	ticket_lock(lock);
	lock->holder = (uint16_t)(cpu_this() + 1);
	lock_debug_acquired(lock, lock->class);
}

void spin_unlock(struct spinlock *lock)
{
	lock_debug_released(lock, lock->class);
	lock->holder = 0;
	ticket_unlock(lock);
}
