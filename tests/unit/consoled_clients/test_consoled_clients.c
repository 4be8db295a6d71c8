/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clients of consoled: what each asks for it gets, and none stops another.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "consoled/reader.h"
#include "fixture.h"

#define LARGE 1000000
#define OK "{\"ok\":true,\"name\":\"test\"}\n"

static void expect(int fd, const char *wanted)
{
	size_t bytes;
	char *text = client_read(fd, &bytes);

	if (wanted) {
		assert_non_null(text);
		assert_string_equal(text, wanted);
	} else {
		assert_null(text);
	}
	free(text);
}

static void expect_part(int fd, const char *part)
{
	size_t bytes;
	char *text = client_read(fd, &bytes);

	assert_non_null(text);
	if (!strstr(text, part))
		fail_msg("no %s in %s", part, text);
	free(text);
}

static void test_clients_attached_one_gets_history_and_more(void **state)
{
	struct source source;
	int fd, last;

	(void)state;
	source_open(&source, 1);
	source_say(&source, "before ", 7);
	pump();
	fd = client_open("{\"attach\": 1}\n");
	last = client_open("{\"attach\": 1, \"history\": 3}\n");
	source_say(&source, "after", 5);
	expect(fd, OK "before after");
	expect(last, OK "re after");
	source_close(&source);
	expect(fd, NULL);
	expect(last, NULL);
	close(fd);
	close(last);
}

static void test_clients_refused_ones_are_told_why(void **state)
{
	static const char *const wrong[] = {"{\"attach\": 9}\n", "hello\n", "{\"list\": 1}\n"};
	char line[1500];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		int fd = client_open(wrong[i]);

		expect_part(fd, "{\"error\":\"");
		expect(fd, NULL);
		close(fd);
	}
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\0';
	expect_part(client_open(line), "longer than a line");
}

static void test_clients_request_may_come_in_pieces(void **state)
{
	struct source source;
	int fd;

	(void)state;
	source_open(&source, 1);
	fd = client_open("{\"att");
	assert_int_equal(send(fd, "ach\": 1}\nin", 11, 0), 11);
	pump();
	assert_int_equal(send(fd, "put", 3, 0), 3);
	expect(fd, OK);
	assert_string_equal(source.taken, "input");
	close(fd);
	source_close(&source);
}

static void test_clients_list_and_settings_are_answered(void **state)
{
	struct source source;
	int fd;

	(void)state;
	source_open(&source, 5);
	fd = client_open("{\"list\": true}\n");
	expect_part(fd, "\"domid\":5,\"name\":\"test\"");
	close(fd);
	fd = client_open("{\"set\": {\"rotate-bytes\": 77, \"timestamps\": true}}\n");
	expect(fd, "{\"ok\":true}\n");
	assert_int_equal(console_settings()->log.rotate_bytes, 77);
	assert_true(console_settings()->log.timestamps);
	close(fd);
	source_close(&source);
}

static void test_clients_input_waits_for_room_and_is_all_taken(void **state)
{
	static char text[20000];
	struct source source;
	size_t sent = 0;
	int fd;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = 'a' + i % 26;
	source_open(&source, 1);
	fd = client_open("{\"attach\": 1}\n");
	source.takes = 0;
	assert_int_equal(send(fd, text, sizeof(text), 0), sizeof(text));
	pump();
	assert_int_equal(source.console.input_bytes, CONSOLE_INPUT_BYTES);
	while (source.nr_taken < sizeof(text) && sent++ < 1000) {
		source.takes = 100;
		console_make_ready(&source.console);
		pump();
	}
	assert_int_equal(source.nr_taken, sizeof(text));
	assert_memory_equal(source.taken, text, sizeof(text));
	close(fd);
	source_close(&source);
}

static void test_clients_without_write_type_nothing(void **state)
{
	struct source source;
	int fd;

	(void)state;
	source_open(&source, 1);
	fd = client_open("{\"attach\": 1, \"write\": false}\nignored");
	assert_int_equal(send(fd, "as well", 7, 0), 7);
	expect(fd, OK);
	assert_int_equal(source.nr_taken, 0);
	close(fd);
	source_close(&source);
}

static char *large_text(void)
{
	char *text = malloc(LARGE);

	for (size_t i = 0; i < LARGE; i++)
		text[i] = 'a' + i % 23;
	return text;
}

static void test_clients_slow_one_is_told_and_stops_nobody(void **state)
{
	char *all = large_text(), *text, *notice;
	struct source source;
	size_t bytes;
	unsigned long lost;
	int slow, fast;

	(void)state;
	source_open(&source, 1);
	slow = client_open("{\"attach\": 1}\n");
	fast = client_open("{\"attach\": 1}\n");
	for (size_t given = 0; given < LARGE; given += 10000) {
		source_say(&source, all + given, 10000);
		text = client_read(fast, &bytes);
		assert_memory_equal(text + (given ? 0 : strlen(OK)), all + given, 10000);
		free(text);
	}
	text = client_read(slow, &bytes);
	notice = strstr(text, "\r\n[");
	assert_non_null(notice);
	assert_int_equal(sscanf(notice, "\r\n[%lu bytes lost: read too slowly]\r\n", &lost), 1);
	assert_memory_equal(text + strlen(OK), all, notice - text - strlen(OK));
	assert_memory_equal(text + bytes - 60000, all + LARGE - 60000, 60000);
	assert_int_equal(bytes - strlen(OK) + lost,
			 LARGE + (strchr(notice + 2, '\n') + 1 - notice));
	free(text);
	free(all);
	close(slow);
	close(fast);
	source_close(&source);
}

static void test_clients_get_the_rest_when_the_console_closes(void **state)
{
	char *all = large_text(), *text;
	struct source source;
	size_t bytes;
	int fd;

	(void)state;
	source_open(&source, 1);
	fd = client_open("{\"attach\": 1}\n");
	/* Fills the socket, and the history behind it. */
	source_say(&source, all, LARGE);
	pump();
	pump();
	pump();
	pump();
	pump();
	console_drain(&source.console, LARGE);
	source_close(&source);
	text = client_read(fd, &bytes);
	assert_memory_equal(text + bytes - 65536, all + LARGE - 65536, 65536);
	free(text);
	expect(fd, NULL);
	free(all);
	close(fd);
}

static void test_clients_may_end_their_input_and_read_on(void **state)
{
	struct source source;
	int fd;

	(void)state;
	source_open(&source, 1);
	fd = client_open("{\"attach\": 1}\nlast words");
	shutdown(fd, SHUT_WR);
	pump();
	assert_string_equal(source.taken, "last words");
	source_say(&source, "still here", 10);
	expect(fd, OK "still here");
	close(fd);
	source_close(&source);
}

static void test_clients_that_vanish_leave_their_input(void **state)
{
	struct source source;

	(void)state;
	source_open(&source, 1);
	for (unsigned int i = 0; i < 600; i++)
		close(client_open("{\"attach\": 1}\nx"));
	pump();
	assert_int_equal(source.nr_taken, 600);
	assert_null(source.console.readers);
	source_say(&source, "to nobody", 9);
	pump();
	close(client_open("{\"atta"));
	pump();
	source_close(&source);
}

static void test_clients_of_a_broken_source_get_the_end(void **state)
{
	struct source source;
	int fd;

	(void)state;
	source_open(&source, 1);
	fd = client_open("{\"attach\": 1}\n");
	source.is_broken = true;
	console_make_ready(&source.console);
	expect(fd, OK);
	expect(fd, NULL);
	assert_false(source.console.is_open);
	close(fd);
	source_close(&source);
}

static void test_consoles_have_turns_one_after_the_other(void **state)
{
	char *all = large_text();
	struct source first, second;

	(void)state;
	source_open(&first, 1);
	source_open(&second, 2);
	source_say(&first, all, LARGE);
	source_say(&second, all, LARGE);
	for (unsigned int i = 1; i < 20; i++) {
		assert_true(console_run_turns());
		assert_int_equal(first.turns, i);
		assert_int_equal(second.turns, i);
		assert_int_equal(first.advanced, i * CONSOLE_TURN_BYTES);
	}
	source_close(&first);
	assert_true(console_run_turns());
	source_close(&second);
	assert_false(console_run_turns());
	free(all);
}

static void test_consoles_have_a_terminal(void **state)
{
	struct source source;
	char name[64], text[32] = "";
	int fd;

	(void)state;
	source_open(&source, 1);
	if (!reader_open_terminal(&source.console, name, sizeof(name)))
		skip();
	fd = open(name, O_RDWR | O_NOCTTY);
	source_say(&source, "line\r\n", 6);
	pump();
	assert_int_equal(read(fd, text, sizeof(text)), 6);
	assert_string_equal(text, "line\r\n");
	assert_int_equal(write(fd, "typed\n", 6), 6);
	/* The kernel hands it on in its own time. */
	for (unsigned int i = 0; i < 1000 && source.nr_taken < 6; i++) {
		usleep(1000);
		pump();
	}
	assert_non_null(source.taken);
	assert_string_equal(source.taken, "typed\n");
	source_close(&source);
	close(fd);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_clients_attached_one_gets_history_and_more),
	cmocka_unit_test(test_clients_refused_ones_are_told_why),
	cmocka_unit_test(test_clients_request_may_come_in_pieces),
	cmocka_unit_test(test_clients_list_and_settings_are_answered),
	cmocka_unit_test(test_clients_input_waits_for_room_and_is_all_taken),
	cmocka_unit_test(test_clients_without_write_type_nothing),
	cmocka_unit_test(test_clients_slow_one_is_told_and_stops_nobody),
	cmocka_unit_test(test_clients_get_the_rest_when_the_console_closes),
	cmocka_unit_test(test_clients_may_end_their_input_and_read_on),
	cmocka_unit_test(test_clients_that_vanish_leave_their_input),
	cmocka_unit_test(test_clients_of_a_broken_source_get_the_end),
	cmocka_unit_test(test_consoles_have_turns_one_after_the_other),
	cmocka_unit_test(test_consoles_have_a_terminal),
};

int main(void)
{
	return cmocka_run_group_tests_name("consoled_clients", tests, fixture_set_up,
					   fixture_tear_down);
}
