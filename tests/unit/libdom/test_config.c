/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The syntax of configuration files. */
#include "libdom.h"

#include <stdio.h>
#include <string.h>

struct parsed {
	struct config config;
	struct failure failure;
	int ret;
};

static struct parsed parse(const char *text)
{
	struct parsed parsed = {0};

	parsed.ret = config_parse(&parsed.config, "x.cfg", text, strlen(text), &parsed.failure);
	return parsed;
}

static const struct config_value *value_of(struct parsed *parsed, const char *key)
{
	const struct config_setting *setting = config_find(&parsed->config, key);

	assert_int_equal(parsed->ret, 0);
	assert_non_null(setting);
	return &setting->value;
}

static void assert_text(const char *text, const char *key, const char *expected)
{
	struct parsed parsed = parse(text);

	assert_string_equal(value_of(&parsed, key)->text, expected);
	config_free(&parsed.config);
}

static void assert_number(const char *text, int64_t expected)
{
	struct parsed parsed = parse(text);

	assert_int_equal(value_of(&parsed, "a")->kind, CONFIG_NUMBER);
	assert_int_equal(value_of(&parsed, "a")->number, expected);
	config_free(&parsed.config);
}

static void assert_refused(const char *text, const char *object, const char *cause)
{
	struct parsed parsed = parse(text);

	assert_int_equal(parsed.ret, -1);
	assert_int_equal(parsed.failure.code, FAILURE_CONFIGURATION);
	assert_string_equal(parsed.failure.object, object);
	assert_non_null(strstr(parsed.failure.cause, cause));
	config_free(&parsed.config);
}

static void config_takes_strings_in_either_quotes(void **state)
{
	(void)state;
	assert_text("a = \"b c\"", "a", "b c");
	assert_text("a='b \"c\"'", "a", "b \"c\"");
	assert_text("a=''", "a", "");
	assert_text("a='x # y' # z", "a", "x # y");
	assert_text("a='x;y' ; b='z'", "b", "z");
	assert_text("\n\n  a\t=\t'x'\r\n", "a", "x");
}

static void config_undoes_escapes(void **state)
{
	(void)state;
	assert_text("a='\\t\\\\\\'\\x41\\101'", "a", "\t\\'AA");
	assert_refused("a='\\q'", "x.cfg:1:3", "backslash");
	assert_refused("a='\\x'", "x.cfg:1:3", "backslash");
	assert_refused("a='\\0'", "x.cfg:1:3", "backslash");
	assert_refused("a='x\\", "x.cfg:1:3", "backslash");
}

static void config_takes_numbers_of_three_bases(void **state)
{
	(void)state;
	assert_number("a=10", 10);
	assert_number("a=0x1F", 31);
	assert_number("a=010", 8);
	assert_number("a=-5", -5);
	assert_refused("a=08", "x.cfg:1:3", "neither a number");
	assert_refused("a=12k", "x.cfg:1:3", "neither a number");
	assert_refused("a=0x", "x.cfg:1:3", "neither a number");
	assert_refused("a=99999999999999999999", "x.cfg:1:3", "too large");
}

static void config_takes_lists_over_lines(void **state)
{
	struct parsed parsed = parse("a = [ 'x', # first\n  2,\n\n ['y', [ ] ],\n]\nb=1");
	const struct config_value *value = value_of(&parsed, "a");

	(void)state;
	assert_int_equal(value->kind, CONFIG_LIST);
	assert_int_equal(value->nr_items, 3);
	assert_string_equal(value->items[0].text, "x");
	assert_int_equal(value->items[1].number, 2);
	assert_int_equal(value->items[1].place.line, 2);
	assert_int_equal(value->items[1].place.column, 3);
	assert_int_equal(value->items[2].items[1].nr_items, 0);
	assert_int_equal(value_of(&parsed, "b")->number, 1);
	config_free(&parsed.config);
}

static void config_later_settings_replace_or_append(void **state)
{
	struct parsed parsed = parse("l=['x']\nl+=['y','z']\ns='a'\ns+='b'\nn=1\nn=2\nm+='new'");

	(void)state;
	assert_int_equal(value_of(&parsed, "l")->nr_items, 3);
	assert_string_equal(value_of(&parsed, "l")->items[2].text, "z");
	assert_string_equal(value_of(&parsed, "s")->text, "ab");
	assert_int_equal(value_of(&parsed, "n")->number, 2);
	assert_string_equal(value_of(&parsed, "m")->text, "new");
	assert_int_equal(parsed.config.nr_settings, 4);
	config_free(&parsed.config);
	assert_refused("l=['x']\nl+='y'", "x.cfg:2:4", "a string cannot be appended to a list");
	assert_refused("n=1\nn+=2", "x.cfg:2:4", "a number cannot be appended");
}

static void config_faults_have_their_place(void **state)
{
	(void)state;
	assert_refused("a", "x.cfg:1:2",
		       "the end of the file where `=' after the key should stand");
	assert_refused("a=\nb=1", "x.cfg:1:3", "the end of the line where");
	assert_refused("a=b", "x.cfg:1:3", "a bare word where");
	assert_refused("a='b", "x.cfg:1:3", "no end on its line");
	assert_refused("a='b\n'", "x.cfg:1:3", "no end on its line");
	assert_refused("x=1\n  a=1 b=2", "x.cfg:2:7", "where a newline or `;'");
	assert_refused("a=['x' 'y']", "x.cfg:1:8", "a string where `,' or `]'");
	assert_refused("a=['x',", "x.cfg:1:8", "the end of the file where");
	assert_refused("a=[,]", "x.cfg:1:4", "`,' where");
	assert_refused("=1", "x.cfg:1:1", "`=' where a key should stand");
	assert_refused("a=1\n$b=1", "x.cfg:2:1", "unexpected character `$'");
	assert_refused("a=\x01", "x.cfg:1:3", "unexpected character `?'");
	assert_refused("a=[[[[[[[[[[1]]]]]]]]]]", "x.cfg:1:11", "nested too deeply");
}

static void config_text_with_zero_bytes_is_refused(void **state)
{
	struct config config = {0};
	struct failure failure = {0};

	(void)state;
	assert_int_equal(config_parse(&config, "x", "a=1\0b", 5, &failure), -1);
	assert_string_equal(failure.cause, "this is not a text file");
	config_free(&config);
}

static void config_overrides_keep_their_source(void **state)
{
	struct parsed parsed = parse("a=1\nb=2");
	struct config_place place;

	(void)state;
	assert_int_equal(config_parse(&parsed.config, "command line", "a=3", 3, &parsed.failure),
			 0);
	place = value_of(&parsed, "a")->place;
	assert_string_equal(place.source, "command line");
	assert_int_equal(value_of(&parsed, "a")->number, 3);
	assert_string_equal(value_of(&parsed, "b")->place.source, "x.cfg");
	config_free(&parsed.config);
}

static void config_missing_file_is_not_found(void **state)
{
	struct config config = {0};
	struct failure failure = {0};

	(void)state;
	assert_int_equal(config_read(&config, "/nonexistent/x.cfg", &failure), -1);
	assert_int_equal(failure.code, FAILURE_NOT_FOUND);
	assert_string_equal(failure.object, "/nonexistent/x.cfg");
	config_free(&config);
}

int test_config(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(config_takes_strings_in_either_quotes),
		cmocka_unit_test(config_undoes_escapes),
		cmocka_unit_test(config_takes_numbers_of_three_bases),
		cmocka_unit_test(config_takes_lists_over_lines),
		cmocka_unit_test(config_later_settings_replace_or_append),
		cmocka_unit_test(config_faults_have_their_place),
		cmocka_unit_test(config_text_with_zero_bytes_is_refused),
		cmocka_unit_test(config_overrides_keep_their_source),
		cmocka_unit_test(config_missing_file_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
