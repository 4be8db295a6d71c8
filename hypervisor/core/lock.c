/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ticket spin locks. Tickets keep the order of arrival; the two halves
 * of a free lock are equal. Ranks are hv/lock_debug.h's.
 */
#include "hv/arch.h"
#include "hv/lock.h"
#include "hv/lock_debug.h"

void spinlock_init(struct spinlock *lock, enum lock_class class)
{
	*lock = (struct spinlock)SPINLOCK_INIT((uint16_t) class);
}

void ticket_wait(const struct spinlock *lock, uint16_t ticket)
{
	while (__atomic_load_n(&lock->serving, __ATOMIC_ACQUIRE) != ticket)
		cpu_relax();
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
	lock_debug_acquired(lock, lock->class);
	return true;
}

bool spin_is_locked(const struct spinlock *lock)
{
	struct spinlock seen;

	seen.both = __atomic_load_n(&lock->both, __ATOMIC_ACQUIRE);
	return seen.serving != seen.next;
}

/* The second of a pair: the order of locks knows one lock a class. */
static void spin_lock_same(struct spinlock *lock)
{
	lock_debug_check(lock, lock->class, LOCK_ORDER_SAME);
	ticket_lock(lock);
	lock_debug_acquired(lock, lock->class);
}

void spin_lock_pair(struct spinlock *a, struct spinlock *b)
{
	struct spinlock *low = a < b ? a : b, *high = a < b ? b : a;

	spin_lock(low);
	if (low != high)
		spin_lock_same(high);
}

void spin_unlock_pair(struct spinlock *a, struct spinlock *b)
{
	spin_unlock(a);
	if (a != b)
		spin_unlock(b);
}
