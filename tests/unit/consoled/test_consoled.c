/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * consoled's rings, histories and requests.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "consoled/history.h"
#include "consoled/request.h"
#include "consoled/ring.h"
#include "tests.h"

static struct xencons_interface page;

static void guest_print(const char *text, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		page.out[page.out_prod++ % sizeof(page.out)] = text[i];
}

static int set_up_ring(void **state)
{
	static struct ring ring;

	memset(&page, 0, sizeof(page));
	ring_attach(&ring, &page);
	*state = &ring;
	return 0;
}

static void test_ring_text_is_read_and_given_back(void **state)
{
	struct ring *ring = *state;
	char text[64];

	guest_print("hello", 5);
	assert_int_equal(ring_read(ring, text, sizeof(text)), 5);
	assert_memory_equal(text, "hello", 5);
	assert_int_equal(page.out_cons, 0);
	assert_int_equal(ring_read(ring, text, 2), 2);
	ring_advance(ring, 2);
	assert_int_equal(page.out_cons, 2);
	assert_int_equal(ring_read(ring, text, sizeof(text)), 3);
	assert_memory_equal(text, "llo", 3);
}

static void test_ring_wraps_at_its_end_and_at_the_index(void **state)
{
	struct ring *ring = *state;
	char line[700], text[2048];

	page.out_cons = page.out_prod = page.in_cons = page.in_prod = UINT32_MAX - 900;
	ring_attach(ring, &page);
	for (unsigned int i = 0; i < 10; i++) {
		memset(line, 'a' + i, sizeof(line));
		guest_print(line, sizeof(line));
		assert_int_equal(ring_read(ring, text, sizeof(text)), sizeof(line));
		assert_memory_equal(text, line, sizeof(line));
		ring_advance(ring, sizeof(line));
		assert_int_equal(ring_write(ring, line, sizeof(line)), sizeof(line));
		assert_int_equal(page.in[(page.in_prod - 1) % sizeof(page.in)], 'a' + i);
		page.in_cons = page.in_prod;
	}
}

static void test_ring_full_one_is_read_whole(void **state)
{
	struct ring *ring = *state;
	char line[2048], text[4096];

	memset(line, 'x', sizeof(line));
	guest_print(line, sizeof(line));
	assert_int_equal(ring_read(ring, text, sizeof(text)), sizeof(line));
}

static void test_ring_indices_that_jump_are_refused(void **state)
{
	struct ring *ring = *state;
	char text[4096] = {0};

	page.out_prod = sizeof(page.out) + 1;
	assert_int_equal(ring_read(ring, text, sizeof(text)), -1);
	page.out_prod = UINT32_MAX;
	assert_int_equal(ring_read(ring, text, sizeof(text)), -1);
	page.in_cons = 1;
	assert_int_equal(ring_write(ring, text, 1), -1);
}

static void test_ring_our_indices_are_our_own(void **state)
{
	struct ring *ring = *state;
	char text[16];

	guest_print("one", 3);
	page.out_cons = 77;
	page.in_prod = 99;
	assert_int_equal(ring_read(ring, text, sizeof(text)), 3);
	ring_advance(ring, 3);
	assert_int_equal(page.out_cons, 3);
	assert_int_equal(ring_write(ring, "x", 1), 1);
	assert_int_equal(page.in_prod, 1);
}

static void test_ring_input_takes_what_has_room(void **state)
{
	struct ring *ring = *state;
	char text[1500];

	memset(text, 'i', sizeof(text));
	assert_int_equal(ring_write(ring, text, sizeof(text)), sizeof(page.in));
	assert_int_equal(ring_write(ring, text, sizeof(text)), 0);
	page.in_cons += 10;
	assert_int_equal(ring_write(ring, text, sizeof(text)), 10);
}

static void test_ring_next_reader_goes_on_where_the_last_stopped(void **state)
{
	struct ring *ring = *state, next;
	char text[16];

	guest_print("onetwo", 6);
	ring_advance(ring, 3);
	assert_int_equal(ring_write(ring, "in", 2), 2);
	ring_attach(&next, &page);
	assert_int_equal(ring_read(&next, text, sizeof(text)), 3);
	assert_memory_equal(text, "two", 3);
	assert_int_equal(ring_write(&next, "put", 3), 3);
	assert_memory_equal(page.in, "input", 5);
}

static size_t history_collect(const struct history *history, uint64_t from, char *to,
			      uint64_t *lost)
{
	size_t total = 0, run;
	const char *text;
	uint64_t at = from, gone;

	*lost = 0;
	while ((run = history_read(history, &at, &text, &gone))) {
		memcpy(to + total, text, run);
		*lost += gone;
		total += run;
		at += run;
	}
	return total;
}

static void test_history_keeps_the_last_bytes(void **state)
{
	struct history history;
	static char all[100000], got[100000];
	uint64_t lost;
	size_t given = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = rand();
	history_init(&history, 16384);
	for (size_t step = 1; given + step <= sizeof(all); step = step * 3 % 5000 + 1) {
		size_t kept, wanted;

		history_append(&history, all + given, step);
		given += step;
		assert_int_equal(history.end, given);
		kept = history_collect(&history, 0, got, &lost);
		wanted = given < 16384 ? given : 16384;
		assert_int_equal(kept, wanted);
		assert_int_equal(lost, given - wanted);
		assert_memory_equal(got, all + given - kept, kept);
	}
	assert_int_equal(history.size, 16384);
	history_fini(&history);
}

static void test_history_takes_text_larger_than_itself(void **state)
{
	struct history history;
	static char all[20000], got[20000];
	uint64_t lost;

	(void)state;
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = rand();
	history_init(&history, 1);
	history_append(&history, "before", 6);
	history_append(&history, all, sizeof(all));
	assert_int_equal(history.end, sizeof(all) + 6);
	assert_int_equal(history_collect(&history, 0, got, &lost), 4096);
	assert_memory_equal(got, all + sizeof(all) - 4096, 4096);
	history_fini(&history);
}

static void test_history_grows_only_as_text_comes(void **state)
{
	struct history history;

	(void)state;
	history_init(&history, 65536);
	assert_int_equal(history.size, 0);
	history_append(&history, "x", 1);
	assert_int_equal(history.size, 4096);
	history_fini(&history);
}

static void test_history_tail_is_at_most_what_there_is(void **state)
{
	struct history history;

	(void)state;
	history_init(&history, 4096);
	history_append(&history, "0123456789", 10);
	assert_int_equal(history_tail(&history, 4), 6);
	assert_int_equal(history_tail(&history, 100), 0);
	assert_int_equal(history_tail(&history, UINT64_MAX), 0);
	assert_int_equal(history_tail(&history, 0), 10);
	history_fini(&history);
}

static const char *parse(const char *line, struct request *request)
{
	return request_parse(line, strlen(line), request);
}

static void test_request_attach_has_defaults(void **state)
{
	struct request request;

	(void)state;
	assert_null(parse("{\"attach\": 5}", &request));
	assert_int_equal(request.kind, REQUEST_ATTACH);
	assert_int_equal(request.domid, 5);
	assert_int_equal(request.number, 0);
	assert_true(request.write);
	assert_int_equal(request.history, UINT64_MAX);
	assert_false(request.of_hypervisor);
}

static void test_request_attach_takes_all_keys(void **state)
{
	struct request request;

	(void)state;
	assert_null(parse("{\"attach\":\"hypervisor\",\"type\":\"pv\",\"number\":2,"
			  "\"write\":false,\"history\":100}",
			  &request));
	assert_true(request.of_hypervisor);
	assert_int_equal(request.number, 2);
	assert_false(request.write);
	assert_int_equal(request.history, 100);
}

static void test_request_set_takes_all_keys(void **state)
{
	struct request request;

	(void)state;
	assert_null(parse("{\"set\":{\"rotate-bytes\":4096,\"rotate-count\":3,"
			  "\"timestamps\":true,\"reopen\":true}}",
			  &request));
	assert_int_equal(request.kind, REQUEST_SET);
	assert_true(request.set.has_rotate_bytes && request.set.has_rotate_count);
	assert_true(request.set.has_timestamps && request.set.timestamps && request.set.reopen);
	assert_int_equal(request.set.rotate_bytes, 4096);
	assert_int_equal(request.set.rotate_count, 3);
	assert_null(parse("{\"set\":{}}", &request));
	assert_false(request.set.has_rotate_bytes || request.set.reopen);
	assert_null(parse("{\"list\":true}", &request));
	assert_int_equal(request.kind, REQUEST_LIST);
}

static void test_request_wrong_ones_are_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"{",
		"[]",
		"5",
		"{}",
		"\"attach\"",
		"{\"attach\":-1}",
		"{\"attach\":65536}",
		"{\"attach\":1.5}",
		"{\"attach\":\"dom0\"}",
		"{\"attach\":null}",
		"{\"attach\":1,\"list\":true}",
		"{\"attach\":1,\"attach\":2}",
		"{\"attach\":1,\"type\":\"vuart\"}",
		"{\"attach\":1,\"type\":1}",
		"{\"attach\":1,\"number\":-1}",
		"{\"attach\":1,\"number\":\"0\"}",
		"{\"attach\":1,\"write\":1}",
		"{\"attach\":1,\"history\":-5}",
		"{\"attach\":1,\"extra\":1}",
		"{\"list\":false}",
		"{\"list\":1}",
		"{\"set\":1}",
		"{\"set\":{\"other\":1}}",
		"{\"set\":{\"rotate-bytes\":-1}}",
		"{\"set\":{\"rotate-count\":1001}}",
		"{\"set\":{\"timestamps\":1}}",
		"{\"set\":{\"reopen\":1}}",
		"{\"attach\":1} x",
		"{\"attach\":99999999999999999999}",
	};
	struct request request;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (!parse(wrong[i], &request))
			fail_msg("taken: %s", wrong[i]);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup(test_ring_text_is_read_and_given_back, set_up_ring),
	cmocka_unit_test_setup(test_ring_wraps_at_its_end_and_at_the_index, set_up_ring),
	cmocka_unit_test_setup(test_ring_full_one_is_read_whole, set_up_ring),
	cmocka_unit_test_setup(test_ring_indices_that_jump_are_refused, set_up_ring),
	cmocka_unit_test_setup(test_ring_our_indices_are_our_own, set_up_ring),
	cmocka_unit_test_setup(test_ring_input_takes_what_has_room, set_up_ring),
	cmocka_unit_test_setup(test_ring_next_reader_goes_on_where_the_last_stopped, set_up_ring),
	cmocka_unit_test(test_history_keeps_the_last_bytes),
	cmocka_unit_test(test_history_takes_text_larger_than_itself),
	cmocka_unit_test(test_history_grows_only_as_text_comes),
	cmocka_unit_test(test_history_tail_is_at_most_what_there_is),
	cmocka_unit_test(test_request_attach_has_defaults),
	cmocka_unit_test(test_request_attach_takes_all_keys),
	cmocka_unit_test(test_request_set_takes_all_keys),
	cmocka_unit_test(test_request_wrong_ones_are_refused),
};

int main(void)
{
	int failed = cmocka_run_group_tests_name("consoled", tests, NULL, NULL);

	return failed + test_logfile_run();
}
