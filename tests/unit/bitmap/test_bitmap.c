/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hv/bitmap.h against an array of bool, at sizes round a word's.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "hv/bitmap.h"

#define MAX_BITS 200

struct model {
	unsigned long *map; /* on the heap, so that a word too many is seen */
	bool bits[MAX_BITS];
	size_t nr_bits;
};

static void model_init(struct model *model, size_t nr_bits)
{
	*model = (struct model){.nr_bits = nr_bits};
	model->map = calloc(BITMAP_WORDS(nr_bits), sizeof(unsigned long));
	assert_non_null(model->map);
	/* What lies beyond the size must not matter. */
	model->map[BITMAP_WORDS(nr_bits) - 1] = ~bitmap_valid_mask(BITMAP_WORDS(nr_bits) - 1,
								   nr_bits);
}

static size_t model_find(const struct model *model, size_t from, bool value)
{
	for (size_t i = from; i < model->nr_bits; i++)
		if (model->bits[i] == value)
			return i;
	return model->nr_bits;
}

static void model_check(const struct model *model)
{
	size_t weight = 0, last = model->nr_bits;

	for (size_t i = 0; i < model->nr_bits; i++) {
		assert_int_equal(bitmap_test(model->map, i), model->bits[i]);
		weight += model->bits[i];
		last = model->bits[i] ? i : last;
	}
	for (size_t from = 0; from <= model->nr_bits + 1; from++) {
		assert_int_equal(bitmap_find_next_set(model->map, model->nr_bits, from),
				 model_find(model, from, true));
		assert_int_equal(bitmap_find_next_zero(model->map, model->nr_bits, from),
				 model_find(model, from, false));
	}
	assert_int_equal(bitmap_find_first_set(model->map, model->nr_bits),
			 model_find(model, 0, true));
	assert_int_equal(bitmap_find_first_zero(model->map, model->nr_bits),
			 model_find(model, 0, false));
	assert_int_equal(bitmap_find_last_set(model->map, model->nr_bits), last);
	assert_int_equal(bitmap_weight(model->map, model->nr_bits), weight);
	assert_int_equal(bitmap_is_empty(model->map, model->nr_bits), weight == 0);
	assert_int_equal(bitmap_is_full(model->map, model->nr_bits), weight == model->nr_bits);
}

static const size_t sizes[] = {1, 2, 63, 64, 65, 127, 128, 129, MAX_BITS};

static void single_bits_follow_the_model(void **state)
{
	struct model model;

	for (size_t s = 0; s < ARRAY_SIZE(sizes); s++) {
		model_init(&model, sizes[s]);
		srand(1);
		for (unsigned int step = 0; step < 200; step++) {
			size_t bit = (size_t)rand() % sizes[s];
			bool was = model.bits[bit];

			model.bits[bit] = rand() & 1;
			if (model.bits[bit])
				assert_int_equal(bitmap_test_and_set(model.map, bit), was);
			else
				assert_int_equal(bitmap_test_and_clear(model.map, bit), was);
			model_check(&model);
		}
		free(model.map);
	}
}

static void ranges_follow_the_model(void **state)
{
	struct model model;

	model_init(&model, MAX_BITS);
	srand(2);
	for (unsigned int step = 0; step < 300; step++) {
		size_t first = (size_t)rand() % MAX_BITS;
		size_t nr = (size_t)rand() % (MAX_BITS - first + 1);
		bool value = rand() & 1;

		if (value)
			bitmap_set_range(model.map, first, nr);
		else
			bitmap_clear_range(model.map, first, nr);
		for (size_t i = first; i < first + nr; i++)
			model.bits[i] = value;
		model_check(&model);
	}
	free(model.map);
}

static void whole_maps_are_filled_and_emptied(void **state)
{
	BITMAP_DECLARE(map, 70);

	bitmap_zero(map, 70);
	assert_true(bitmap_is_empty(map, 70));
	bitmap_fill(map, 70);
	assert_true(bitmap_is_full(map, 70));
	assert_int_equal(bitmap_weight(map, 70), 70);
}

static void set_algebra_is_right(void **state)
{
	BITMAP_DECLARE(a, 70) = {0};
	BITMAP_DECLARE(b, 70) = {0};
	BITMAP_DECLARE(c, 70);

	bitmap_set(a, 3);
	bitmap_set(a, 69);
	bitmap_set(b, 69);
	assert_true(bitmap_is_overlapping(a, b, 70));
	assert_false(bitmap_is_overlapping(a, b, 69));
	assert_true(bitmap_is_subset(b, a, 70));
	assert_false(bitmap_is_subset(a, b, 70));
	bitmap_and(c, a, b, 70);
	assert_true(bitmap_is_equal(c, b, 70));
	bitmap_and_not(c, a, b, 70);
	assert_int_equal(bitmap_weight(c, 70), 1);
	assert_true(bitmap_test(c, 3));
	bitmap_or(c, c, b, 70);
	assert_true(bitmap_is_equal(c, a, 70));
	bitmap_copy(c, b, 70);
	assert_true(bitmap_is_equal(c, b, 70));
	assert_false(bitmap_is_equal(c, a, 70));
	bitmap_clear(c, 69);
	assert_true(bitmap_is_empty(c, 70));
}

static void walk_meets_each_set_bit_once(void **state)
{
	BITMAP_DECLARE(map, 130) = {0};
	size_t met = 0, bit;

	bitmap_set(map, 0);
	bitmap_set(map, 64);
	bitmap_set(map, 129);
	bitmap_for_each_set(bit, map, 130)
	{
		bitmap_clear(map, bit);
		met += bit + 1;
	}
	assert_int_equal(met, 1 + 65 + 130);
	assert_true(bitmap_is_empty(map, 130));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(single_bits_follow_the_model),
		cmocka_unit_test(ranges_follow_the_model),
		cmocka_unit_test(whole_maps_are_filled_and_emptied),
		cmocka_unit_test(set_algebra_is_right),
		cmocka_unit_test(walk_meets_each_set_bit_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
