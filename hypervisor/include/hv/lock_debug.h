/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The order of locks, checked in debug builds: each CPU remembers what it holds and stops on a lock
 * of a rank not above all of those, and on a lock for interrupts taken with interrupts on. Builds
 * without CONFIG_DEBUG compile these calls to nothing.
 */
#ifndef HV_LOCK_DEBUG_H
#define HV_LOCK_DEBUG_H

#include "hv/lock.h"
#include "hv/types.h"

enum lock_order {
	LOCK_ORDER_STRICT, /* above all that is held */
	LOCK_ORDER_SAME,   /* or the same class: second of a pair, nested reader */
	LOCK_ORDER_NONE,   /* a trylock that succeeded: can't wait, so can't dead-lock */
};

#ifdef CONFIG_DEBUG
/* Before waiting for a lock: panics when this CPU may not. */
void lock_debug_check(const void *lock, enum lock_class class, enum lock_order order);
/* The lock is held; and is about to be released. */
void lock_debug_acquired(const void *lock, enum lock_class class);
void lock_debug_released(const void *lock, enum lock_class class);
/* Panics when this CPU holds any lock: on the way to a guest. */
void lock_debug_check_none_held(void);
/* From now on nothing is checked: the machine is going down. Enabled again only where nothing is held. */
void lock_debug_disable(void);
void lock_debug_enable(void);
#else
static inline void lock_debug_check(const void *lock, enum lock_class class, enum lock_order order)
{
}

static inline void lock_debug_acquired(const void *lock, enum lock_class class) {}

static inline void lock_debug_released(const void *lock, enum lock_class class) {}

static inline void lock_debug_check_none_held(void) {}

static inline void lock_debug_disable(void) {}

static inline void lock_debug_enable(void) {}
#endif

#endif
