/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System time of this vcpu, from its time area. */
#ifndef GUEST_TIME_H
#define GUEST_TIME_H

#include "guest/types.h"

#define MILLISECOND 1000000ull
#define SECOND 1000000000ull

uint64_t time_ns(void);

static inline uint64_t read_tsc(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high)::"memory");
	return (uint64_t)high << 32 | low;
}

/* Scales ticks by a time area's multiplier and shift. */
uint64_t time_scale(uint64_t ticks, uint32_t multiplier, int8_t shift);

#endif
