/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The arithmetic of time: counts of a counter to ns and back by multiplier and shift, and a clock
 * that follows a reference without ever going back. Pure; overflow-safe over any 64-bit input.
 */
#ifndef HV_TIME_SCALE_H
#define HV_TIME_SCALE_H

#include "hv/time.h"
#include "hv/types.h"

/* a * b / c with 128 bits between; saturates at UINT64_MAX; c is not 0. */
uint64_t time_muldiv(uint64_t a, uint64_t b, uint64_t c);
/* Multiplier (top bit set) and shift of struct time_record for `ticks` that last `ns`; both above 0. */
void time_scale_from_ratio(uint64_t ns, uint64_t ticks, uint32_t *multiplier, int8_t *shift);
/* ((delta << shift) * multiplier) >> 32, saturating. */
uint64_t time_scale_apply(uint64_t delta, uint32_t multiplier, int8_t shift);
/* A counter value as time; values before tsc_base give times before ns_base (at least 0). */
uint64_t time_scale_ns(const struct time_record *record, uint64_t tsc);
/* How far a counter of wrap counts (a power of two, or UINT64_MAX + 1 as 0) has come from `from` to `to`, given roughly how far it must be. */
uint64_t time_scale_unwrap(uint64_t from, uint64_t to, uint64_t wrap, uint64_t expected);

/* A clock on a counter (the TSC) that follows a reference clock (the platform timer). */
struct time_clock {
	struct time_record record;   /* what readers use */
	uint32_t nominal_multiplier; /* the counter's measured rate */
	int8_t nominal_shift;
	/* Two earlier samples; the rate is measured from the older one. */
	uint64_t older_tsc, older_ns, newer_tsc, newer_ns;
	unsigned int nr_implausible; /* measurements in a row that made no sense */
};

/* Starts at ns_now when the counter shows tsc, hz counts a second. */
void time_clock_start(struct time_clock *clock, uint64_t hz, uint64_t tsc, uint64_t ns_now);
/*
 * A sample: at counter tsc the reference showed reference_ns, exact to uncertainty_ns. Improves the
 * rate and bends the clock towards the reference; continuous at tsc but for a forward jump when it is
 * far behind. True when clock->record changed.
 */
bool time_clock_steer(struct time_clock *clock, uint64_t tsc, uint64_t reference_ns,
		      uint64_t uncertainty_ns);

#endif
