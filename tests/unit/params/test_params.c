/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Boot options: forms, limits, and the warning for each that can't be used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "fake.h"
#include "hv/errno.h"
#include "hv/params.h"

static bool flag;
static uint8_t small;
static uint32_t number;
static uint64_t bytes;
static char text[8];
static char custom_value[32];
static unsigned int custom_calls;

static int custom_parse(const char *value)
{
	custom_calls++;
	strncpy(custom_value, value, sizeof(custom_value) - 1);
	return strcmp(value, "bad") == 0 ? -EINVAL : 0;
}

static const struct parameter rows[] = {
	{"flag", PARAMETER_BOOLEAN, sizeof(flag), &flag, NULL, ""},
	{"small", PARAMETER_INTEGER, sizeof(small), &small, NULL, ""},
	{"number", PARAMETER_INTEGER, sizeof(number), &number, NULL, ""},
	{"bytes", PARAMETER_SIZE, sizeof(bytes), &bytes, NULL, ""},
	{"text", PARAMETER_STRING, sizeof(text), text, NULL, ""},
	{"custom", PARAMETER_CUSTOM, 0, NULL, custom_parse, ""},
	{"no-flies", PARAMETER_BOOLEAN, sizeof(flag), &flag, NULL, ""},
};

static int set_up(void **state)
{
	fake_machine_start();
	flag = false;
	small = 1;
	number = 2;
	bytes = 3;
	strcpy(text, "old");
	custom_calls = 0;
	return 0;
}

static void parse(const char *line)
{
	fake_console_clear();
	parameters_parse_rows(rows, ARRAY_SIZE(rows), line);
}

static void assert_clean(const char *line)
{
	parse(line);
	assert_string_equal(fake_console_text, "");
}

static void assert_refused(const char *line, const char *option)
{
	parse(line);
	assert_non_null(strstr(fake_console_text, "can't be used"));
	assert_non_null(strstr(fake_console_text, option));
}

static void boolean_has_all_forms(void **state)
{
	static const char *const on[] = {"flag",      "flag=on",     "flag=yes", "flag=1",
					 "flag=true", "flag=enable", "no-flies"};
	static const char *const off[] = {"no-flag",	"flag=off",	"flag=no",    "flag=0",
					  "flag=false", "flag=disable", "no-no-flies"};

	for (size_t i = 0; i < ARRAY_SIZE(on); i++) {
		flag = false;
		assert_clean(on[i]);
		assert_true(flag);
	}
	for (size_t i = 0; i < ARRAY_SIZE(off); i++) {
		flag = true;
		assert_clean(off[i]);
		assert_false(flag);
	}
}

static void boolean_refuses_the_rest(void **state)
{
	assert_refused("flag=2", "flag=2");
	assert_refused("flag=", "flag=");
	assert_refused("no-flag=1", "no-flag=1");
	assert_refused("flag=truely", "flag=truely");
	assert_false(flag);
}

static void integer_has_bases_and_suffixes(void **state)
{
	assert_clean("number=17");
	assert_int_equal(number, 17);
	assert_clean("number=0xfFfF");
	assert_int_equal(number, 0xffff);
	assert_clean("number=010");
	assert_int_equal(number, 8);
	assert_clean("number=4k small=255");
	assert_int_equal(number, 4096);
	assert_int_equal(small, 255);
}

static void integer_refuses_what_does_not_fit(void **state)
{
	assert_refused("small=256", "small=256");
	assert_refused("small=1G", "small=1G");
	assert_refused("number=4294967296", "number");
	assert_refused("number=0xffffffffffffffff1", "number");
	assert_refused("number=-1", "number");
	assert_refused("number=", "number");
	assert_refused("number", "number");
	assert_refused("no-number", "no-number");
	assert_refused("number=12x", "number");
	assert_refused("number=12kk", "number");
	assert_int_equal(small, 1);
	assert_int_equal(number, 2);
}

static void size_without_letter_is_kib(void **state)
{
	assert_clean("bytes=1024");
	assert_int_equal(bytes, MIB(1));
	assert_clean("bytes=1024B");
	assert_int_equal(bytes, 1024);
	assert_clean("bytes=512M");
	assert_int_equal(bytes, MIB(512));
	assert_clean("bytes=3g");
	assert_int_equal(bytes, GIB(3));
	assert_clean("bytes=2T");
	assert_int_equal(bytes, GIB(2048));
	assert_refused("bytes=18446744073709551615", "bytes");
	assert_refused("bytes=99999999T", "bytes");
	assert_int_equal(bytes, GIB(2048));
}

static void size_tells_where_it_ends(void **state)
{
	const char *end;
	uint64_t value = 0;

	assert_int_equal(parameter_parse_size("16M,max:1G", &end, &value), 0);
	assert_int_equal(value, MIB(16));
	assert_string_equal(end, ",max:1G");
	assert_int_equal(parameter_parse_size("M", &end, &value), -EINVAL);
	assert_int_equal(value, MIB(16));
}

static void string_is_whole_or_unchanged(void **state)
{
	assert_clean("text=1234567");
	assert_string_equal(text, "1234567");
	assert_refused("text=12345678", "text");
	assert_string_equal(text, "1234567");
	assert_clean("text=");
	assert_string_equal(text, "");
	assert_clean("text=a=b");
	assert_string_equal(text, "a=b");
}

static void custom_gets_the_value(void **state)
{
	assert_clean("custom");
	assert_string_equal(custom_value, "");
	assert_clean("no-custom");
	assert_string_equal(custom_value, "no");
	assert_clean("custom=a,b custom=c");
	assert_string_equal(custom_value, "c");
	assert_int_equal(custom_calls, 4);
	assert_refused("custom=bad", "custom=bad");
	assert_refused("no-custom=x", "no-custom");
}

static void unknown_options_are_named(void **state)
{
	parse("flag unknown=5 nonsense no-more number=3");
	assert_non_null(strstr(fake_console_text, "unknown=5 "));
	assert_non_null(strstr(fake_console_text, "nonsense "));
	assert_non_null(strstr(fake_console_text, "no-more "));
	assert_true(flag);
	assert_int_equal(number, 3);
}

static void overlong_option_is_named_and_skipped(void **state)
{
	char line[2048];

	memset(line, 'x', sizeof(line));
	strcpy(line + 1000, " number=9");
	parse(line);
	assert_non_null(strstr(fake_console_text, "too long"));
	assert_int_equal(number, 9);
}

static void options_end_at_two_dashes(void **state)
{
	assert_clean("  number=5\t flag  -- unknown number=6");
	assert_int_equal(number, 5);
	assert_true(flag);
	assert_clean("");
	assert_clean("   ");
}

static void list_items_match_whole(void **state)
{
	assert_true(parameter_list_has("com1,vga", "com1"));
	assert_true(parameter_list_has("com1,vga", "vga"));
	assert_false(parameter_list_has("com1,vga", "com"));
	assert_false(parameter_list_has("com1,vga", "com12"));
	assert_false(parameter_list_has("", "vga"));
	assert_true(parameter_list_has(",,keep", "keep"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(boolean_has_all_forms, set_up),
		cmocka_unit_test_setup(boolean_refuses_the_rest, set_up),
		cmocka_unit_test_setup(integer_has_bases_and_suffixes, set_up),
		cmocka_unit_test_setup(integer_refuses_what_does_not_fit, set_up),
		cmocka_unit_test_setup(size_without_letter_is_kib, set_up),
		cmocka_unit_test_setup(size_tells_where_it_ends, set_up),
		cmocka_unit_test_setup(string_is_whole_or_unchanged, set_up),
		cmocka_unit_test_setup(custom_gets_the_value, set_up),
		cmocka_unit_test_setup(unknown_options_are_named, set_up),
		cmocka_unit_test_setup(overlong_option_is_named_and_skipped, set_up),
		cmocka_unit_test_setup(options_end_at_two_dashes, set_up),
		cmocka_unit_test_setup(list_items_match_whole, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
