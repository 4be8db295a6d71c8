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
void spin_lock(struct spinlock *lock);
void spin_unlock(struct spinlock *lock);
bool spin_trylock(struct spinlock *lock);
bool spin_is_locked(const struct spinlock *lock);
/* With local interrupts off; for classes taken in interrupts. */
void spin_lock_irq(struct spinlock *lock);
void spin_unlock_irq(struct spinlock *lock);
uint64_t spin_lock_irqsave(struct spinlock *lock);
void spin_unlock_irqrestore(struct spinlock *lock, uint64_t flags);
/* Two locks of one class (or one lock twice): the lower address first. */
void spin_lock_pair(struct spinlock *a, struct spinlock *b);
void spin_unlock_pair(struct spinlock *a, struct spinlock *b);

/*
 * Readers-writer lock for read-mostly lists: readers may nest, writers wait
 * for all readers. Not taken in interrupts.
 */
struct rwlock {
	uint32_t state; /* bit 31: writer; else number of readers */
	uint16_t class;
};

#define RWLOCK_INIT(lock_class)       \
	{                             \
		.class = (lock_class) \
	}

void rwlock_init(struct rwlock *lock, enum lock_class class);
void read_lock(struct rwlock *lock);
void read_unlock(struct rwlock *lock);
void write_lock(struct rwlock *lock);
void write_unlock(struct rwlock *lock);

#endif
