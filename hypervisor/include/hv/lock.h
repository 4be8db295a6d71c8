/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Spin locks and their ranks. Every lock belongs to a class, one row in
 * lock_classes.def (rank, name, what it protects, whether it is taken in
 * interrupts); a CPU may only take a lock of a higher rank than those it
 * holds. Debug builds stop on an inversion. Two locks of one class only
 * through lock_pair().
 */
#ifndef HV_LOCK_H
#define HV_LOCK_H

#include "asm/processor.h"
#include "hv/types.h"

enum lock_class {
#define LOCK_CLASS(name, in_interrupt, protects) LOCK_##name,
#include "hv/lock_classes.def"
#undef LOCK_CLASS
	NR_LOCK_CLASSES,
};

struct spinlock {
	union {
		uint32_t both;
		struct {
			uint16_t serving;
			uint16_t next;
		};
	};
	uint16_t class;
	uint16_t holder; /* CPU number + 1, debug builds */
};

#define SPINLOCK_INIT(lock_class)     \
	{                             \
		.class = (lock_class) \
	}

void spinlock_init(struct spinlock *lock, enum lock_class class);
bool spin_trylock(struct spinlock *lock);
bool spin_is_locked(const struct spinlock *lock);
/* Until that ticket is served. */
void ticket_wait(const struct spinlock *lock, uint16_t ticket);

/* The lock alone, without the order of locks: for what follows here. */
static always_inline void ticket_lock(struct spinlock *lock)
{
	uint16_t mine = __atomic_fetch_add(&lock->next, 1, __ATOMIC_ACQUIRE);

	if (unlikely(__atomic_load_n(&lock->serving, __ATOMIC_ACQUIRE) != mine))
		ticket_wait(lock, mine);
}

static always_inline void ticket_unlock(struct spinlock *lock)
{
	/* Only the holder writes this half. */
	__atomic_store_n(&lock->serving, (uint16_t)(lock->serving + 1), __ATOMIC_RELEASE);
}

#ifdef CONFIG_DEBUG
void spin_lock(struct spinlock *lock);
void spin_unlock(struct spinlock *lock);
#else
static always_inline void spin_lock(struct spinlock *lock)
{
	ticket_lock(lock);
}

static always_inline void spin_unlock(struct spinlock *lock)
{
	ticket_unlock(lock);
}
#endif

/* With local interrupts off; for classes taken in interrupts. */
static always_inline void spin_lock_irq(struct spinlock *lock)
{
	interrupts_off();
	spin_lock(lock);
}

static always_inline void spin_unlock_irq(struct spinlock *lock)
{
	spin_unlock(lock);
	interrupts_on();
}

static always_inline uint64_t spin_lock_irqsave(struct spinlock *lock)
{
	uint64_t flags = interrupts_save_off();

	spin_lock(lock);
	return flags;
}

static always_inline void spin_unlock_irqrestore(struct spinlock *lock, uint64_t flags)
{
	spin_unlock(lock);
	interrupts_restore(flags);
}

/* Two locks of one class (or one lock twice): the lower address first. */
void spin_lock_pair(struct spinlock *a, struct spinlock *b);
void spin_unlock_pair(struct spinlock *a, struct spinlock *b);

#endif
