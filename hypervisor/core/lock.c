/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ticket spin locks and the readers-writer lock. Tickets keep the order of arrival; the two halves
 * of a free lock are equal. Ranks are hv/lock_debug.h's.
 */
#include "hv/arch.h"
#include "hv/lock.h"
#include "hv/lock_debug.h"

#define RWLOCK_WRITER 0x80000000u

void spinlock_init(struct spinlock *lock, enum lock_class class)
{
	*lock = (struct spinlock)SPINLOCK_INIT((uint16_t) class);
}

static void ticket_wait(struct spinlock *lock)
{
	uint16_t mine = __atomic_fetch_add(&lock->next, 1, __ATOMIC_ACQUIRE);

	while (unlikely(__atomic_load_n(&lock->serving, __ATOMIC_ACQUIRE) != mine))
		cpu_relax();
}

static void spin_lock_ordered(struct spinlock *lock, enum lock_order order)
{
	lock_debug_check(lock, lock->class, order);
	ticket_wait(lock);
	lock->holder = (uint16_t)(cpu_this() + 1);
	lock_debug_acquired(lock, lock->class);
}

void spin_lock(struct spinlock *lock)
{
	spin_lock_ordered(lock, LOCK_ORDER_STRICT);
}

void spin_unlock(struct spinlock *lock)
{
	lock_debug_released(lock, lock->class);
	lock->holder = 0;
	/* Only the holder writes this half. */
	__atomic_store_n(&lock->serving, (uint16_t)(lock->serving + 1), __ATOMIC_RELEASE);
}

bool spin_trylock(struct spinlock *lock)
{
	struct spinlock seen;
	uint32_t taken;

	lock_debug_check(lock, lock->class, LOCK_ORDER_NONE);
	seen.both = __atomic_load_n(&lock->both, __ATOMIC_RELAXED);
	if (seen.serving != seen.next)
		return false;
	taken = seen.both;
	seen.next++;
	if (!__atomic_compare_exchange_n(&lock->both, &taken, seen.both, false, __ATOMIC_ACQUIRE,
					 __ATOMIC_RELAXED))
		return false;
	lock->holder = (uint16_t)(cpu_this() + 1);
	lock_debug_acquired(lock, lock->class);
	return true;
}

bool spin_is_locked(const struct spinlock *lock)
{
	struct spinlock seen;

	seen.both = __atomic_load_n(&lock->both, __ATOMIC_RELAXED);
	return seen.serving != seen.next;
}

void spin_lock_irq(struct spinlock *lock)
{
	interrupts_off();
	spin_lock(lock);
}

void spin_unlock_irq(struct spinlock *lock)
{
	spin_unlock(lock);
	interrupts_on();
}

uint64_t spin_lock_irqsave(struct spinlock *lock)
{
	uint64_t flags = interrupts_save_off();

	spin_lock(lock);
	return flags;
}

void spin_unlock_irqrestore(struct spinlock *lock, uint64_t flags)
{
	spin_unlock(lock);
	interrupts_restore(flags);
}

void spin_lock_pair(struct spinlock *a, struct spinlock *b)
{
	struct spinlock *low = a < b ? a : b, *high = a < b ? b : a;

	spin_lock(low);
	if (low != high)
		spin_lock_ordered(high, LOCK_ORDER_SAME);
}

void spin_unlock_pair(struct spinlock *a, struct spinlock *b)
{
	spin_unlock(a);
	if (a != b)
		spin_unlock(b);
}

void rwlock_init(struct rwlock *lock, enum lock_class class)
{
	*lock = (struct rwlock)RWLOCK_INIT((uint16_t) class);
}

static bool rwlock_change(struct rwlock *lock, uint32_t from, uint32_t to)
{
	return __atomic_compare_exchange_n(&lock->state, &from, to, false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

/* A waiting writer does not hold off new readers: a nested one would wait for ever. */
void read_lock(struct rwlock *lock)
{
	uint32_t state;

	lock_debug_check(lock, lock->class, LOCK_ORDER_SAME);
	for (;;) {
		state = __atomic_load_n(&lock->state, __ATOMIC_RELAXED);
		if (!(state & RWLOCK_WRITER) && rwlock_change(lock, state, state + 1))
			break;
		cpu_relax();
	}
	lock_debug_acquired(lock, lock->class);
}

void read_unlock(struct rwlock *lock)
{
	lock_debug_released(lock, lock->class);
	__atomic_fetch_sub(&lock->state, 1, __ATOMIC_RELEASE);
}

void write_lock(struct rwlock *lock)
{
	lock_debug_check(lock, lock->class, LOCK_ORDER_STRICT);
	while (__atomic_load_n(&lock->state, __ATOMIC_RELAXED) != 0 ||
	       !rwlock_change(lock, 0, RWLOCK_WRITER))
		cpu_relax();
	lock_debug_acquired(lock, lock->class);
}

void write_unlock(struct rwlock *lock)
{
	lock_debug_released(lock, lock->class);
	__atomic_store_n(&lock->state, 0, __ATOMIC_RELEASE);
}
