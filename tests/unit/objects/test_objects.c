/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small objects: contents, alignment, no overlap, pages given back, misuse stopped. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake.h"
#include "hv/heap.h"
#include "hv/page.h"

#define NR_OBJECTS 500
#define NR_CLASSES 15

static struct {
	uint8_t *bytes;
	size_t size;
	uint8_t pattern;
} objects[NR_OBJECTS];

/* The lists of the allocator outlive a test, so the arena does too. */
static int group_setup(void **state)
{
	fake_machine_start();
	return 0;
}

static bool is_filled(const uint8_t *bytes, size_t size, uint8_t value)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i] != value)
			return false;
	return true;
}

static size_t expected_alignment(size_t size)
{
	return size >= 64 ? 64 : 16;
}

static size_t random_size(void)
{
	unsigned int choice = (unsigned int)rand() % 16;

	if (choice == 0)
		return 2049 + (size_t)rand() % 9000;
	return 1 + (size_t)rand() % (choice < 10 ? 200 : 2048);
}

static void random_objects_are_zeroed_aligned_and_apart(void **state)
{
	srand(3);
	for (unsigned int step = 0; step < 100000; step++) {
		unsigned int i = (unsigned int)rand() % NR_OBJECTS;

		if (objects[i].bytes) {
			assert_true(
				is_filled(objects[i].bytes, objects[i].size, objects[i].pattern));
			object_free(objects[i].bytes);
			objects[i].bytes = NULL;
			continue;
		}
		objects[i].size = random_size();
		objects[i].pattern = (uint8_t)rand();
		objects[i].bytes = object_alloc(objects[i].size);
		assert_non_null(objects[i].bytes);
		assert_int_equal((uint64_t)objects[i].bytes % expected_alignment(objects[i].size),
				 0);
		assert_true(is_filled(objects[i].bytes, objects[i].size, 0));
		memset(objects[i].bytes, objects[i].pattern, objects[i].size);
	}
	for (unsigned int i = 0; i < NR_OBJECTS; i++)
		object_free(objects[i].bytes);
	/* One page of each class at most is kept. */
	assert_true(fake_heap_nr_pages() <= NR_CLASSES);
}

static void no_memory_gives_null(void **state)
{
	void *kept[600];
	unsigned int nr = 0;

	fake_heap_limit(1);
	while (nr < ARRAY_SIZE(kept) && (kept[nr] = object_alloc(1000)))
		nr++;
	fake_heap_unlimit();
	assert_in_range(nr, 1, 8);
	fake_heap_limit(0);
	assert_null(object_alloc(5000));
	fake_heap_unlimit();
	while (nr > 0)
		object_free(kept[--nr]);
	object_free(NULL);
}

static void arrays_that_overflow_are_refused(void **state)
{
	void *array = object_alloc_array(10, 100);

	assert_non_null(array);
	object_free(array);
	assert_null(object_alloc_array(SIZE_MAX / 2, 3));
	assert_null(object_alloc_array(1UL << 32, 1UL << 32));
	assert_null(object_alloc(SIZE_MAX));
	assert_null(object_alloc(SIZE_MAX / 2));
}

static void a_second_free_stops_the_machine(void **state)
{
	char *first = object_alloc(24), *second = object_alloc(24),
	     *large = object_alloc(3 * PAGE_SIZE);

	object_free(first);
	assert_true(FAKE_PANICS(object_free(first)));
	/* The panic left the lock held: the allocator is used no more. */
	assert_non_null(second);
	assert_true(FAKE_PANICS(object_free(large + 16)));
	assert_true(FAKE_PANICS(object_free(second + 8)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_objects_are_zeroed_aligned_and_apart),
		cmocka_unit_test(no_memory_gives_null),
		cmocka_unit_test(arrays_that_overflow_are_refused),
		cmocka_unit_test(a_second_free_stops_the_machine),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
