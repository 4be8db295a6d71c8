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
	size_t weight = 0;

	for (size_t i = 0; i < model->nr_bits; i++) {
		assert_int_equal(bitmap_test(model->map, i), model->bits[i]);
		weight += model->bits[i];
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
	assert_int_equal(bitmap_weight(model->map, model->nr_bits), weight);
	assert_int_equal(bitmap_is_empty(model->map, model->nr_bits), weight == 0);
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

			model.bits[bit] = rand() & 1;
			if (model.bits[bit])
				bitmap_set(model.map, bit);
			else
				bitmap_clear(model.map, bit);
			model_check(&model);
		}
		free(model.map);
	}
}

static void whole_maps_are_emptied(void **state)
{
	BITMAP_DECLARE(map, 70);

	bitmap_zero(map, 70);
	assert_true(bitmap_is_empty(map, 70));
}

static void overlap_ends_with_the_size(void **state)
{
	BITMAP_DECLARE(a, 70) = {0};
	BITMAP_DECLARE(b, 70) = {0};

	bitmap_set(a, 3);
	bitmap_set(a, 69);
	bitmap_set(b, 69);
	assert_true(bitmap_is_overlapping(a, b, 70));
	assert_false(bitmap_is_overlapping(a, b, 69));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(single_bits_follow_the_model),
		cmocka_unit_test(whole_maps_are_emptied),
		cmocka_unit_test(overlap_ends_with_the_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
