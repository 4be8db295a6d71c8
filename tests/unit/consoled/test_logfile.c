/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * consoled's logs: in a folder of their own, appended to, renamed at the limit.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "consoled/logfile.h"
#include "tests.h"

static char folder[] = "/tmp/consoled-logs-XXXXXX";
static struct logfile_settings settings;
static struct logfile file;
static const struct timespec now = {.tv_sec = 1000000000, .tv_nsec = 42000000};

static const char *const names[] = {"a.log", "a.log.1", "a.log.2", "a.log.3", "elsewhere"};

static int set_up(void **state)
{
	(void)state;
	settings = (struct logfile_settings){.folder = open(folder, O_RDONLY | O_DIRECTORY),
					     .rotate_bytes = 10,
					     .rotate_count = 2};
	logfile_open(&file, &settings, "a.log");
	return settings.folder < 0;
}

static int tear_down(void **state)
{
	(void)state;
	logfile_close(&file);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlinkat(settings.folder, names[i], 0);
	close(settings.folder);
	return 0;
}

static void expect(const char *name, const char *content)
{
	char text[512] = "";
	int fd = openat(settings.folder, name, O_RDONLY);

	if (!content) {
		assert_int_equal(fd, -1);
		return;
	}
	assert_true(fd >= 0);
	assert_true(read(fd, text, sizeof(text) - 1) >= 0);
	close(fd);
	assert_string_equal(text, content);
}

static bool put(const char *text)
{
	return logfile_write(&file, &settings, text, strlen(text), &now);
}

static void test_logfile_names_are_file_names(void **state)
{
	char name[LOGFILE_NAME_BYTES], huge[500];

	(void)state;
	logfile_name(name, "guest-", "a/../b c\n");
	assert_string_equal(name, "guest-a_.._b_c_.log");
	memset(huge, 'n', sizeof(huge) - 1);
	huge[sizeof(huge) - 1] = '\0';
	logfile_name(name, "guest-", huge);
	assert_int_equal(strlen(name), LOGFILE_NAME_BYTES - 1);
}

static void test_logfile_is_appended_to(void **state)
{
	(void)state;
	assert_true(put("one"));
	logfile_close(&file);
	logfile_open(&file, &settings, "a.log");
	assert_int_equal(file.bytes, 3);
	assert_true(put("two"));
	expect("a.log", "onetwo");
}

static void test_logfile_is_renamed_at_the_limit(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 5; i++) {
		char line[8];

		snprintf(line, sizeof(line), "line %u\n", i);
		assert_true(put(line));
	}
	expect("a.log", "line 4\n");
	expect("a.log.1", "line 3\n");
	expect("a.log.2", "line 2\n");
	expect("a.log.3", NULL);
}

static void test_logfile_without_older_ones_starts_anew(void **state)
{
	(void)state;
	settings.rotate_count = 0;
	put("123456");
	put("789012");
	expect("a.log", "789012");
	expect("a.log.1", NULL);
}

static void test_logfile_larger_text_is_in_one_file(void **state)
{
	(void)state;
	put("12345678901234567890");
	expect("a.log", "12345678901234567890");
	put("x");
	expect("a.log.1", "12345678901234567890");
}

static void test_logfile_without_limit_is_never_renamed(void **state)
{
	(void)state;
	settings.rotate_bytes = 0;
	for (unsigned int i = 0; i < 20; i++)
		put("0123456789");
	expect("a.log.1", NULL);
	assert_int_equal(file.bytes, 200);
}

static void test_logfile_stamps_each_line_once(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	settings.rotate_bytes = 0;
	settings.timestamps = true;
	put("a");
	put("b\nc\n");
	put("d\n");
	expect("a.log", "[2001-09-09 01:46:40.042] ab\n[2001-09-09 01:46:40.042] c\n"
			"[2001-09-09 01:46:40.042] d\n");
}

static void test_logfile_tells_what_was_lost(void **state)
{
	(void)state;
	settings.rotate_bytes = 0;
	put("before\n");
	close(file.fd);
	file.fd = open("/dev/full", O_WRONLY);
	assert_false(put("12345"));
	assert_int_equal(file.error, ENOSPC);
	assert_int_equal(file.lost, 5);
	logfile_reopen(&file, &settings);
	assert_true(put("after\n"));
	expect("a.log", "before\n\n[5 bytes were not logged]\nafter\n");
	assert_int_equal(file.lost, 0);
}

static void test_logfile_links_and_devices_are_no_logs(void **state)
{
	(void)state;
	logfile_close(&file);
	unlinkat(settings.folder, "a.log", 0);
	assert_int_equal(symlinkat("elsewhere", settings.folder, "a.log"), 0);
	assert_false(put("text"));
	assert_int_equal(file.error, ELOOP);
	expect("elsewhere", NULL);
	unlinkat(settings.folder, "a.log", 0);
	assert_int_equal(mkfifoat(settings.folder, "a.log", 0600), 0);
	assert_false(put("text"));
	assert_int_equal(file.error, EINVAL);
}

static void test_logfile_tail_is_the_end(void **state)
{
	char text[16];

	(void)state;
	settings.rotate_bytes = 0;
	put("0123456789");
	assert_int_equal(logfile_tail(&file, text, 4), 4);
	assert_memory_equal(text, "6789", 4);
	assert_int_equal(logfile_tail(&file, text, sizeof(text)), 10);
}

static void test_logfile_nowhere_is_good(void **state)
{
	struct logfile_settings none = {.folder = -1};
	struct logfile nowhere;

	(void)state;
	logfile_open(&nowhere, &none, "b.log");
	assert_true(logfile_write(&nowhere, &none, "text", 4, &now));
	assert_int_equal(nowhere.lost, 0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(test_logfile_names_are_file_names, set_up, tear_down),
	cmocka_unit_test_setup_teardown(test_logfile_is_appended_to, set_up, tear_down),
	cmocka_unit_test_setup_teardown(test_logfile_is_renamed_at_the_limit, set_up, tear_down),
	cmocka_unit_test_setup_teardown(test_logfile_without_older_ones_starts_anew, set_up,
					tear_down),
	cmocka_unit_test_setup_teardown(test_logfile_larger_text_is_in_one_file, set_up, tear_down),
	cmocka_unit_test_setup_teardown(test_logfile_without_limit_is_never_renamed, set_up,
					tear_down),
	cmocka_unit_test_setup_teardown(test_logfile_stamps_each_line_once, set_up, tear_down),
	cmocka_unit_test_setup_teardown(test_logfile_tells_what_was_lost, set_up, tear_down),
	cmocka_unit_test_setup_teardown(test_logfile_links_and_devices_are_no_logs, set_up,
					tear_down),
	cmocka_unit_test_setup_teardown(test_logfile_tail_is_the_end, set_up, tear_down),
	cmocka_unit_test_setup_teardown(test_logfile_nowhere_is_good, set_up, tear_down),
};

int test_logfile_run(void)
{
	int failed;

	if (!mkdtemp(folder))
		return 1;
	failed = cmocka_run_group_tests_name("logfile", tests, NULL, NULL);
	rmdir(folder);
	return failed;
}
