/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hv/rangeset.h against an array of bool, its edges at 0 and 2^64 - 1, and a full array.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "hv/errno.h"
#include "hv/rangeset.h"

#define UNIVERSE 48
#define MAX_RANGES 8

static void check_invariants(const struct rangeset *set)
{
	const struct range *r;

	rangeset_for_each(r, set)
	{
		assert_true(r->start <= r->end);
		if (r > set->ranges)
			assert_true(r[-1].end + 1 < r->start);
	}
	assert_true(set->nr_ranges <= set->max_ranges);
}

static void check_model(const struct rangeset *set, const bool *model)
{
	for (uint64_t start = 0; start < UNIVERSE; start++) {
		bool all = true, any = false;

		for (uint64_t end = start; end < UNIVERSE; end++) {
			all &= model[end];
			any |= model[end];
			assert_int_equal(rangeset_contains(set, start, end), all);
			assert_int_equal(rangeset_overlaps(set, start, end), any);
		}
	}
	check_invariants(set);
}

static unsigned int count_runs(const bool *model)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < UNIVERSE; i++)
		nr += model[i] && (i == 0 || !model[i - 1]);
	return nr;
}

static void random_changes_follow_the_model(void **state)
{
	struct range storage[MAX_RANGES];
	bool model[UNIVERSE] = {false}, next[UNIVERSE];
	struct rangeset set;
	unsigned int refused = 0;

	rangeset_init(&set, storage, MAX_RANGES);
	srand(3);
	for (unsigned int step = 0; step < 1500; step++) {
		unsigned int start = (unsigned int)rand() % UNIVERSE;
		unsigned int end = start + (unsigned int)rand() % 5;
		bool add = rand() & 1;
		int rc;

		end = end < UNIVERSE ? end : UNIVERSE - 1;
		for (unsigned int i = 0; i < UNIVERSE; i++)
			next[i] = i >= start && i <= end ? add : model[i];
		rc = add ? rangeset_add(&set, start, end) : rangeset_remove(&set, start, end);
		assert_int_equal(rc, count_runs(next) > MAX_RANGES ? -ENOSPC : 0);
		refused += rc != 0;
		for (unsigned int i = 0; i < UNIVERSE && rc == 0; i++)
			model[i] = next[i];
		check_model(&set, model);
	}
	assert_true(refused > 10);
}

static void touching_ranges_become_one(void **state)
{
	struct range storage[2];
	struct rangeset set;

	rangeset_init(&set, storage, 2);
	assert_true(rangeset_is_empty(&set));
	assert_int_equal(rangeset_add(&set, 10, 19), 0);
	assert_int_equal(rangeset_add(&set, 30, 39), 0);
	assert_int_equal(rangeset_add(&set, 50, 59), -ENOSPC);
	assert_int_equal(rangeset_add(&set, 20, 29), 0);
	assert_int_equal(set.nr_ranges, 1);
	assert_true(rangeset_contains(&set, 10, 39));
	rangeset_clear(&set);
	assert_true(rangeset_is_empty(&set));
}

static void whole_number_space_can_be_held(void **state)
{
	struct range storage[2];
	struct rangeset set;

	rangeset_init(&set, storage, 2);
	assert_int_equal(rangeset_add(&set, 0, UINT64_MAX), 0);
	assert_true(rangeset_contains(&set, 0, UINT64_MAX));
	assert_int_equal(rangeset_remove(&set, 5, UINT64_MAX - 5), 0);
	assert_int_equal(set.nr_ranges, 2);
	assert_int_equal(rangeset_add(&set, UINT64_MAX, UINT64_MAX), 0);
	assert_int_equal(rangeset_remove(&set, 0, 4), 0);
	assert_false(rangeset_overlaps(&set, 0, UINT64_MAX - 5));
	assert_int_equal(rangeset_remove(&set, 0, UINT64_MAX), 0);
	assert_true(rangeset_is_empty(&set));
}

static void reversed_ranges_are_refused(void **state)
{
	struct range storage[2];
	struct rangeset set;

	rangeset_init(&set, storage, 2);
	assert_int_equal(rangeset_add(&set, 5, 4), -EINVAL);
	assert_int_equal(rangeset_remove(&set, 5, 4), -EINVAL);
	assert_int_equal(rangeset_add(&set, 0, 10), 0);
	assert_false(rangeset_contains(&set, 5, 4));
	assert_false(rangeset_overlaps(&set, 5, 4));
}

static void split_in_a_full_set_changes_nothing(void **state)
{
	struct range storage[1];
	struct rangeset set;

	rangeset_init(&set, storage, 1);
	assert_int_equal(rangeset_add(&set, 0, 10), 0);
	assert_int_equal(rangeset_remove(&set, 5, 5), -ENOSPC);
	assert_true(rangeset_contains(&set, 0, 10));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_changes_follow_the_model),
		cmocka_unit_test(touching_ranges_become_one),
		cmocka_unit_test(whole_number_space_can_be_held),
		cmocka_unit_test(reversed_ranges_are_refused),
		cmocka_unit_test(split_in_a_full_set_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
