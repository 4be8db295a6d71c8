/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The store: reading, transactions, batches, watches, waiting. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "libdom/device.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void nodes_are_read_and_written(void **state)
{
	uint64_t number;
	unsigned int count;
	char *value, **names;

	assert_int_equal(store_write(bench_store, "12", "/a/%d/b", 1), 0);
	value = store_read(bench_store, "/a/%d/%s", 1, "b");
	assert_string_equal(value, "12");
	free(value);
	assert_int_equal(store_read_number(bench_store, &number, "/a/1/b"), 0);
	assert_int_equal(number, 12);
	names = store_list(bench_store, &count, "/a");
	assert_int_equal(count, 1);
	assert_string_equal(names[0], "1");
	free(names);
	assert_null(store_read(bench_store, "/b"));
	assert_int_equal(errno, ENOENT);
	assert_int_equal(store_remove(bench_store, "/b"), 0);
}

static void only_numbers_are_numbers(void **state)
{
	static const char *const wrong[] = {"", "x", "1x", "-1", "99999999999999999999999"};
	uint64_t number;

	for (size_t i = 0; i < COUNT(wrong); i++) {
		fake_xenstore_set("/a", wrong[i]);
		assert_int_equal(store_read_number(bench_store, &number, "/a"), -1);
	}
	fake_xenstore_set("/a", "0x1f");
	assert_int_equal(store_read_number(bench_store, &number, "/a"), 0);
	assert_int_equal(number, 31);
}

static void paths_that_are_too_long_are_refused(void **state)
{
	char path[4096];

	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(store_write(bench_store, "", "/%s", path), -1);
	assert_int_equal(errno, ENAMETOOLONG);
}

static int count_and_write(struct store *store, void *context)
{
	int *tries = context;

	(*tries)++;
	return store_write(store, "1", "/a");
}

static int write_and_fail(struct store *store, void *context)
{
	store_write(store, "2", "/a");
	return 42;
}

static void transactions_are_tried_again(void **state)
{
	int tries = 0;

	fake_xenstore_conflict(3);
	assert_int_equal(store_transact(bench_store, count_and_write, &tries), 0);
	assert_int_equal(tries, 4);
	assert_string_equal(fake_xenstore_get("/a"), "1");
	errno = EAGAIN;
	assert_int_equal(store_transact(bench_store, write_and_fail, NULL), 42);
	assert_string_equal(fake_xenstore_get("/a"), "1");
}

static void batches_are_one_transaction_with_permissions(void **state)
{
	struct store_batch *batch = store_batch_create();
	unsigned int before = fake_xenstore_commits();

	store_batch_enter(batch, (struct store_access){7, 0}, "/d/%d", 7);
	store_batch_add(batch, "state", "%d", 1);
	store_batch_enter(batch, (struct store_access){0, STORE_NOBODY}, "/e");
	store_batch_add(batch, "f", "text");
	assert_int_equal(store_batch_write(bench_store, batch), 0);
	store_batch_destroy(batch);
	assert_int_equal(fake_xenstore_commits(), before + 1);
	assert_string_equal(fake_xenstore_access("/d/7"), "7,0");
	assert_string_equal(fake_xenstore_access("/d/7/state"), "7,0");
	assert_string_equal(fake_xenstore_access("/e"), "0");
	assert_string_equal(fake_xenstore_get("/e/f"), "text");
}

static void batch_that_overflows_says_so(void **state)
{
	struct store_batch *batch = store_batch_create();
	char path[4096];

	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	store_batch_enter(batch, (struct store_access){0, 0}, "/%s", path);
	assert_int_equal(store_batch_write(bench_store, batch), -1);
	store_batch_destroy(batch);
	assert_int_equal(store_batch_write(bench_store, NULL), -1);
}

static void pruning_takes_empty_parents(void **state)
{
	fake_xenstore_set("/r/a/b/c/d", "1");
	fake_xenstore_set("/r/a/x", "1");
	assert_int_equal(store_prune(bench_store, "/r", "/r/a/b/c"), 0);
	assert_false(fake_xenstore_has("/r/a/b"));
	assert_true(fake_xenstore_has("/r/a/x"));
	assert_int_equal(store_prune(bench_store, "/r", "/r/a/x"), 0);
	assert_false(fake_xenstore_has("/r/a"));
	assert_true(fake_xenstore_has("/r"));
	fake_xenstore_set("/r/v", "value");
	fake_xenstore_set("/r/v/w", "");
	assert_int_equal(store_prune(bench_store, "/r", "/r/v/w"), 0);
	assert_true(fake_xenstore_has("/r/v"));
}

static void watches_fire_at_first_and_at_changes(void **state)
{
	struct store_event event;

	assert_int_equal(store_watch(bench_store, "t", "/w/%d", 1), 0);
	assert_int_equal(store_next_event(bench_store, &event), 1);
	assert_int_equal(store_next_event(bench_store, &event), 0);
	fake_xenstore_set("/w/1/x", "1");
	assert_int_equal(store_next_event(bench_store, &event), 1);
	assert_string_equal(event.path, "/w/1/x");
	assert_string_equal(event.token, "t");
	assert_int_equal(store_unwatch(bench_store, "t", "/w/1"), 0);
	fake_xenstore_set("/w/1/x", "2");
	assert_int_equal(store_next_event(bench_store, &event), 0);
}

static bool is_five(const char *value, void *context)
{
	return value && strcmp(value, "5") == 0;
}

static void waiting_ends_or_times_out(void **state)
{
	fake_xenstore_set("/five", "5");
	assert_int_equal(store_wait("/five", is_five, NULL, 1000), 0);
	fake_xenstore_set("/five", "6");
	assert_int_equal(store_wait("/five", is_five, NULL, 10), -1);
	assert_int_equal(errno, ETIMEDOUT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_set_up, bench_tear_down)

static const struct CMUnitTest tests[] = {
	TEST(nodes_are_read_and_written),
	TEST(only_numbers_are_numbers),
	TEST(paths_that_are_too_long_are_refused),
	TEST(transactions_are_tried_again),
	TEST(batches_are_one_transaction_with_permissions),
	TEST(batch_that_overflows_says_so),
	TEST(pruning_takes_empty_parents),
	TEST(watches_fire_at_first_and_at_changes),
	TEST(waiting_ends_or_times_out),
};

const struct bench_tests store_tests = {tests, COUNT(tests)};
