/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pure arithmetic of clocks; its only divisions are in calibration, never on a reader's path. */
#include "hv/time_scale.h"

/* The rate is measured over one to two of these. */
#define BASELINE_NS (32 * NS_PER_SECOND)
/* Below it a sample says too little about the rate. */
#define BASELINE_MIN_NS (NS_PER_SECOND / 2)
/* A deviation is worked off in this time, at a rate within the limits. */
#define CORRECTION_NS (2 * NS_PER_SECOND)
#define CORRECTION_PPB 100000
#define CORRECTION_FAR_PPB 500000
#define FAR_NS (1 * NS_PER_MS)
/* Further behind than this it jumps. */
#define JUMP_NS (10 * NS_PER_MS)
/* A rate that is 1 in 2^10 off the one before is believed only the third time in a row. */
#define PLAUSIBLE_SHIFT 10
#define IMPLAUSIBLE_MAX 3
/* Changes of the rate below 2^-24 are not worth telling every guest. */
#define RATE_NOISE_SHIFT 24

uint64_t time_muldiv(uint64_t a, uint64_t b, uint64_t c)
{
	unsigned __int128 product = (unsigned __int128)a * b;
	uint64_t high = (uint64_t)(product >> 64), low = (uint64_t)product, quotient = 0;

	if (high >= c)
		return UINT64_MAX;
	/* Long division: the remainder stays below c, its top bit may carry out. */
	for (unsigned int i = 0; i < 64; i++) {
		bool carry = high >> 63;

		high = high << 1 | low >> 63;
		low <<= 1;
		quotient <<= 1;
		if (carry || high >= c) {
			high -= c;
			quotient |= 1;
		}
	}
	return quotient;
}

void time_scale_from_ratio(uint64_t ns, uint64_t ticks, uint32_t *multiplier, int8_t *shift)
{
	uint64_t scaled;
	int8_t s = 0;

	/* A ratio from 1/2 to below 1 makes a multiplier with its top bit set. */
	while (ns >= ticks) {
		s++;
		if (ticks >> 63)
			ns >>= 1;
		else
			ticks <<= 1;
	}
	while (ns < ticks - ns) {
		s--;
		if (ns >> 62)
			ticks >>= 1;
		else
			ns <<= 1;
	}
	scaled = time_muldiv(ns, 1ULL << 32, ticks);
	*multiplier = scaled > UINT32_MAX ? UINT32_MAX : (uint32_t)scaled;
	*shift = s;
}

uint64_t time_scale_apply(uint64_t delta, uint32_t multiplier, int8_t shift)
{
	unsigned __int128 product = (unsigned __int128)delta * multiplier;

	if (shift > 32)
		return product ? UINT64_MAX : 0;
	product >>= MIN(32 - shift, 127);
	return product >> 64 ? UINT64_MAX : (uint64_t)product;
}

uint64_t time_scale_ns(const struct time_record *record, uint64_t tsc)
{
	int64_t delta = (int64_t)(tsc - record->tsc_base);
	uint64_t ns;

	if (likely(delta >= 0)) {
		ns = time_scale_apply((uint64_t)delta, record->multiplier, record->shift);
		return ns > UINT64_MAX - record->ns_base ? UINT64_MAX : record->ns_base + ns;
	}
	ns = time_scale_apply(-(uint64_t)delta, record->multiplier, record->shift);
	return ns > record->ns_base ? 0 : record->ns_base - ns;
}

uint64_t time_scale_unwrap(uint64_t from, uint64_t to, uint64_t wrap, uint64_t expected)
{
	uint64_t delta = to - from;

	if (wrap == 0)
		return delta;
	delta &= wrap - 1;
	/* Not nearly a whole turn but a step back: two reads of a counter between clock domains. */
	if (delta > wrap / 2 && delta - wrap / 2 > expected)
		return 0;
	if (expected <= delta + wrap / 2)
		return delta;
	return delta + ((expected - delta + wrap / 2) & ~(wrap - 1));
}

void time_clock_start(struct time_clock *clock, uint64_t hz, uint64_t tsc, uint64_t ns_now)
{
	time_scale_from_ratio(NS_PER_SECOND, hz, &clock->nominal_multiplier, &clock->nominal_shift);
	clock->record = (struct time_record){
		.tsc_base = tsc,
		.ns_base = ns_now,
		.multiplier = clock->nominal_multiplier,
		.shift = clock->nominal_shift,
	};
	clock->nr_implausible = 0;
	clock->older_tsc = clock->newer_tsc = tsc;
	clock->older_ns = clock->newer_ns = ns_now;
}

static void baseline_restart(struct time_clock *clock, uint64_t tsc, uint64_t reference_ns)
{
	clock->older_tsc = clock->newer_tsc = tsc;
	clock->older_ns = clock->newer_ns = reference_ns;
}

/* Neither clock changes its rate much: one of them was stopped or set. */
static bool rate_is_plausible(const struct time_clock *clock, uint32_t multiplier, int8_t shift)
{
	uint64_t nominal = (uint64_t)clock->nominal_multiplier << 2, measured;

	if (shift > clock->nominal_shift + 1 || shift < clock->nominal_shift - 1)
		return false;
	measured = (uint64_t)multiplier << (2 + shift - clock->nominal_shift);
	return MAX(nominal, measured) - MIN(nominal, measured) <= nominal >> PLAUSIBLE_SHIFT;
}

/* Rate of the counter from the older sample to this one. */
static void rate_measure(struct time_clock *clock, uint64_t tsc, uint64_t reference_ns)
{
	uint32_t multiplier;
	int8_t shift;

	if (tsc <= clock->older_tsc || reference_ns - clock->older_ns < BASELINE_MIN_NS)
		return;
	time_scale_from_ratio(reference_ns - clock->older_ns, tsc - clock->older_tsc, &multiplier,
			      &shift);
	if (!rate_is_plausible(clock, multiplier, shift) &&
	    ++clock->nr_implausible < IMPLAUSIBLE_MAX) {
		baseline_restart(clock, tsc, reference_ns);
		return;
	}
	clock->nr_implausible = 0;
	clock->nominal_multiplier = multiplier;
	clock->nominal_shift = shift;
	if (reference_ns - clock->newer_ns < BASELINE_NS)
		return;
	clock->older_tsc = clock->newer_tsc;
	clock->older_ns = clock->newer_ns;
	clock->newer_tsc = tsc;
	clock->newer_ns = reference_ns;
}

/* By how many ppb the clock must run faster than the nominal rate to lose its deviation. */
static int64_t correction_ppb(int64_t deviation_ns, uint64_t uncertainty_ns)
{
	uint64_t size = (uint64_t)(deviation_ns < 0 ? -deviation_ns : deviation_ns);
	int64_t limit = size > FAR_NS ? CORRECTION_FAR_PPB : CORRECTION_PPB;
	int64_t ppb;

	if (size <= uncertainty_ns)
		return 0;
	if (size > NS_PER_SECOND)
		return deviation_ns < 0 ? -limit : limit;
	ppb = deviation_ns * (int64_t)NS_PER_SECOND / (int64_t)CORRECTION_NS;
	return ppb > limit ? limit : ppb < -limit ? -limit : ppb;
}

/* The nominal rate changed by ppb, as multiplier and shift with the multiplier's top bit set. */
static void rate_bend(const struct time_clock *clock, int64_t ppb, uint32_t *multiplier,
		      int8_t *shift)
{
	int64_t bent = (int64_t)clock->nominal_multiplier +
		       (int64_t)clock->nominal_multiplier * ppb / (int64_t)NS_PER_SECOND;

	*shift = clock->nominal_shift;
	if (bent > UINT32_MAX) {
		bent >>= 1;
		*shift = (int8_t)(*shift + 1);
	}
	if (bent < 1LL << 31) {
		bent <<= 1;
		*shift = (int8_t)(*shift - 1);
	}
	*multiplier = (uint32_t)bent;
}

static bool rate_is_noise(const struct time_record *record, uint32_t multiplier, int8_t shift)
{
	uint32_t change = multiplier > record->multiplier ? multiplier - record->multiplier
							  : record->multiplier - multiplier;

	return shift == record->shift && change <= multiplier >> RATE_NOISE_SHIFT;
}

bool time_clock_steer(struct time_clock *clock, uint64_t tsc, uint64_t reference_ns,
		      uint64_t uncertainty_ns)
{
	struct time_record *record = &clock->record;
	uint64_t now_ns = time_scale_ns(record, tsc);
	int64_t deviation_ns = (int64_t)(reference_ns - now_ns);
	bool jumps = deviation_ns > (int64_t)JUMP_NS;
	uint32_t multiplier;
	int8_t shift;

	rate_measure(clock, tsc, reference_ns);
	if (jumps) {
		now_ns = reference_ns;
		deviation_ns = 0;
	}
	rate_bend(clock, correction_ppb(deviation_ns, uncertainty_ns), &multiplier, &shift);
	if (!jumps && rate_is_noise(record, multiplier, shift))
		return false;
	*record = (struct time_record){tsc, now_ns, multiplier, shift};
	return true;
}
