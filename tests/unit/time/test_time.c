/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clock arithmetic at its limits, a clock that follows its reference, and the calendar against the host's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>
#include "fake.h"
#include "hv/calendar.h"
#include "hv/errno.h"
#include "hv/time_scale.h"

static uint64_t random64(void)
{
	return (uint64_t)rand() << 62 ^ (uint64_t)rand() << 31 ^ (uint64_t)rand();
}

static void muldiv_matches_wide_arithmetic(void **state)
{
	srand(1);
	for (unsigned int i = 0; i < 100000; i++) {
		uint64_t a = random64() >> rand() % 64, b = random64() >> rand() % 64;
		uint64_t c = (random64() >> rand() % 64) | 1;
		unsigned __int128 exact = (unsigned __int128)a * b / c;

		assert_int_equal(time_muldiv(a, b, c), exact >> 64 ? UINT64_MAX : (uint64_t)exact);
	}
	assert_int_equal(time_muldiv(UINT64_MAX, UINT64_MAX, UINT64_MAX), UINT64_MAX);
	assert_int_equal(time_muldiv(UINT64_MAX, UINT64_MAX, 1), UINT64_MAX);
	assert_int_equal(time_muldiv(UINT64_MAX, 1, UINT64_MAX), 1);
}

static void ratio_is_exact_to_one_in_2_31(void **state)
{
	static const uint64_t rates[] = {
		1,	    18,		32768,	    1193182,	3579545,    14318180,	 999999999,
		1000000000, 1000000001, 2399999999, 3000000000, 5200000000, 100000000000};

	for (size_t i = 0; i < ARRAY_SIZE(rates); i++) {
		uint32_t multiplier;
		int8_t shift;
		uint64_t second;

		time_scale_from_ratio(NS_PER_SECOND, rates[i], &multiplier, &shift);
		assert_true(multiplier >> 31);
		second = time_scale_apply(rates[i], multiplier, shift);
		assert_in_range(second, NS_PER_SECOND - 2, NS_PER_SECOND + 1);
		/* A year of it, within 1 in 10^9. */
		second = time_scale_apply(rates[i] * 31536000, multiplier, shift);
		assert_in_range(second, 31536000 * (NS_PER_SECOND - 1),
				31536000 * (NS_PER_SECOND + 1));
	}
}

static void ratio_of_extremes_terminates(void **state)
{
	uint32_t multiplier;
	int8_t shift;

	time_scale_from_ratio(UINT64_MAX, 1, &multiplier, &shift);
	assert_true(multiplier >> 31);
	time_scale_from_ratio(1, UINT64_MAX, &multiplier, &shift);
	assert_true(multiplier >> 31);
	time_scale_from_ratio(UINT64_MAX, UINT64_MAX, &multiplier, &shift);
	assert_true(multiplier >> 31);
	time_scale_from_ratio(UINT64_MAX - 1, UINT64_MAX, &multiplier, &shift);
	assert_true(multiplier >> 31);
}

static void apply_saturates(void **state)
{
	assert_int_equal(time_scale_apply(UINT64_MAX, UINT32_MAX, 32), UINT64_MAX);
	assert_int_equal(time_scale_apply(UINT64_MAX, UINT32_MAX, 1), UINT64_MAX);
	assert_int_equal(time_scale_apply(1, UINT32_MAX, 127), UINT64_MAX);
	assert_int_equal(time_scale_apply(0, UINT32_MAX, 127), 0);
	assert_int_equal(time_scale_apply(UINT64_MAX, UINT32_MAX, -128), 0);
	assert_int_equal(time_scale_apply(UINT64_MAX, 1u << 31, 1), UINT64_MAX);
	assert_int_equal(time_scale_apply(UINT64_MAX, 1u << 31, 0), UINT64_MAX / 2);
}

static void values_before_the_base_give_earlier_times(void **state)
{
	const struct time_record record = {1000, 5000, 1u << 31, 1};

	assert_int_equal(time_scale_ns(&record, 1000), 5000);
	assert_int_equal(time_scale_ns(&record, 1100), 5100);
	assert_int_equal(time_scale_ns(&record, 900), 4900);
	assert_int_equal(time_scale_ns(&record, 1000 - 6000), 0);
}

static void unwrap_counts_whole_turns(void **state)
{
	const uint64_t wrap = 1 << 24;

	assert_int_equal(time_scale_unwrap(5, 10, wrap, 0), 5);
	assert_int_equal(time_scale_unwrap(wrap - 5, 5, wrap, 8), 10);
	assert_int_equal(time_scale_unwrap(5, 10, wrap, wrap), wrap + 5);
	assert_int_equal(time_scale_unwrap(5, 10, wrap, 7 * wrap + wrap / 3), 7 * wrap + 5);
	assert_int_equal(time_scale_unwrap(5, 10, wrap, 7 * wrap - wrap / 3), 7 * wrap + 5);
	assert_int_equal(time_scale_unwrap(10, 5, wrap, 3 * wrap), 3 * wrap - 5);
	/* A step back is not a turn. */
	assert_int_equal(time_scale_unwrap(10, 9, wrap, 0), 0);
	assert_int_equal(time_scale_unwrap(10, 9, wrap, 100), 0);
	assert_int_equal(time_scale_unwrap(UINT64_MAX - 1, 3, 0, 0), 5);
}

/* A machine whose TSC runs at hz and whose reference is exact to noise_ns. */
struct machine {
	uint64_t hz, noise_ns, tsc_start;
	struct time_clock clock;
	uint64_t true_ns, last_ns;
};

static uint64_t machine_tsc(const struct machine *m)
{
	return m->tsc_start + time_muldiv(m->true_ns, m->hz, NS_PER_SECOND);
}

/* Lets time pass in small steps, each of which must see the clock go on. */
static void machine_run(struct machine *m, uint64_t ns)
{
	for (unsigned int i = 0; i < 20; i++) {
		uint64_t now;

		m->true_ns += ns / 20;
		now = time_scale_ns(&m->clock.record, machine_tsc(m));
		assert_true(now >= m->last_ns);
		m->last_ns = now;
	}
}

static void machine_steer(struct machine *m)
{
	uint64_t noise = m->noise_ns ? (uint64_t)rand() % (2 * m->noise_ns) : 0;

	time_clock_steer(&m->clock, machine_tsc(m), m->true_ns + noise - m->noise_ns, m->noise_ns);
	assert_true(time_scale_ns(&m->clock.record, machine_tsc(m)) >= m->last_ns);
}

static int64_t machine_error_ns(const struct machine *m)
{
	return (int64_t)(time_scale_ns(&m->clock.record, machine_tsc(m)) - m->true_ns);
}

static void clock_converges_on_its_reference(void **state)
{
	static const uint64_t rates[] = {999000000, 1000000000, 2100000000, 3999999999, 4294967296};
	static const int64_t wrong_ppm[] = {0, 20, -80, 300, -300};

	srand(3);
	for (size_t r = 0; r < ARRAY_SIZE(rates) * ARRAY_SIZE(wrong_ppm); r++) {
		uint64_t hz = rates[r % ARRAY_SIZE(rates)];
		int64_t ppm = wrong_ppm[r / ARRAY_SIZE(rates)];
		struct machine m = {.hz = hz,
				    .noise_ns = 300,
				    .tsc_start = 1UL << 40,
				    .true_ns = 50 * NS_PER_MS};

		time_clock_start(&m.clock, (uint64_t)((int64_t)hz + (int64_t)hz / 1000000 * ppm),
				 machine_tsc(&m), m.true_ns);
		for (unsigned int second = 0; second < 200; second++) {
			machine_run(&m, NS_PER_SECOND);
			machine_steer(&m);
			if (second > 30)
				assert_in_range(machine_error_ns(&m) + 3000, 0, 6000);
		}
	}
}

static void clock_in_agreement_changes_no_record(void **state)
{
	struct machine m = {.hz = 2000000000, .noise_ns = 0};
	unsigned int changes = 0;

	time_clock_start(&m.clock, m.hz, 0, 0);
	for (unsigned int second = 0; second < 100; second++) {
		machine_run(&m, NS_PER_SECOND);
		changes += time_clock_steer(&m.clock, machine_tsc(&m), m.true_ns, 300);
	}
	assert_int_equal(changes, 0);
}

static void clock_far_behind_jumps_and_far_ahead_does_not(void **state)
{
	struct machine m = {.hz = 1000000000};

	time_clock_start(&m.clock, m.hz, 0, 0);
	machine_run(&m, NS_PER_SECOND);
	time_clock_steer(&m.clock, machine_tsc(&m), m.true_ns + NS_PER_SECOND, 0);
	assert_int_equal(machine_error_ns(&m), NS_PER_SECOND);
	machine_run(&m, NS_PER_SECOND);
	/* Now it is a second ahead: it slows down, and never goes back. */
	time_clock_steer(&m.clock, machine_tsc(&m), m.true_ns, 0);
	assert_in_range(machine_error_ns(&m), NS_PER_SECOND - NS_PER_MS, NS_PER_SECOND + NS_PER_MS);
	machine_run(&m, NS_PER_SECOND);
	assert_true(machine_error_ns(&m) < (int64_t)NS_PER_SECOND);
}

static void clock_believes_a_new_rate_in_the_end(void **state)
{
	struct machine m = {.hz = 1000000000};

	time_clock_start(&m.clock, m.hz / 2, 0, 0);
	for (unsigned int second = 0; second < 10; second++) {
		machine_run(&m, NS_PER_SECOND);
		machine_steer(&m);
	}
	assert_int_equal(m.clock.nominal_multiplier, 1u << 31);
	assert_int_equal(m.clock.nominal_shift, 1);
}

static void calendar_matches_the_host(void **state)
{
	srand(4);
	for (unsigned int i = 0; i < 100000; i++) {
		time_t seconds = (time_t)(random64() % 8000000000UL);
		struct calendar_time ours;
		struct tm host;
		uint64_t back;

		gmtime_r(&seconds, &host);
		calendar_from_seconds((uint64_t)seconds, &ours);
		assert_int_equal(ours.year, host.tm_year + 1900);
		assert_int_equal(ours.month, host.tm_mon + 1);
		assert_int_equal(ours.day, host.tm_mday);
		assert_int_equal(ours.hour, host.tm_hour);
		assert_int_equal(ours.minute, host.tm_min);
		assert_int_equal(ours.second, host.tm_sec);
		assert_int_equal(calendar_to_seconds(&ours, &back), 0);
		assert_int_equal(back, seconds);
	}
}

static void calendar_refuses_nonsense(void **state)
{
	static const struct calendar_time bad[] = {
		{1969, 12, 31, 0, 0, 0}, {2023, 2, 29, 0, 0, 0},	  {2100, 2, 29, 0, 0, 0},
		{2024, 0, 1, 0, 0, 0},	 {2024, 13, 1, 0, 0, 0},	  {2024, 4, 31, 0, 0, 0},
		{2024, 1, 0, 0, 0, 0},	 {2024, 1, 1, 24, 0, 0},	  {2024, 1, 1, 0, 60, 0},
		{2024, 1, 1, 0, 0, 61},	 {2024, 165, 165, 165, 165, 165},
	};
	uint64_t seconds = 7;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(calendar_to_seconds(&bad[i], &seconds), -EINVAL);
	assert_int_equal(seconds, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(muldiv_matches_wide_arithmetic),
		cmocka_unit_test(ratio_is_exact_to_one_in_2_31),
		cmocka_unit_test(ratio_of_extremes_terminates),
		cmocka_unit_test(apply_saturates),
		cmocka_unit_test(values_before_the_base_give_earlier_times),
		cmocka_unit_test(unwrap_counts_whole_turns),
		cmocka_unit_test(clock_converges_on_its_reference),
		cmocka_unit_test(clock_in_agreement_changes_no_record),
		cmocka_unit_test(clock_far_behind_jumps_and_far_ahead_does_not),
		cmocka_unit_test(clock_believes_a_new_rate_in_the_end),
		cmocka_unit_test(calendar_matches_the_host),
		cmocka_unit_test(calendar_refuses_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
