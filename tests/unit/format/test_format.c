/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hv/format.h: the same text and length as the C library for every flag, width, precision and length
 * that is supported, and what is on purpose different.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "hv/format.h"
#include "hv/string.h"

/* The formats are put together at run time. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

static const char *const flags[] = {"", "-", "0", "+", " ", "#", "-0", "0#", "+-", "+0", "#-0"};
static const char *const widths[] = {"", "1", "5", "23"};
static const char *const precisions[] = {"", ".", ".0", ".1", ".7"};

#define check_same(...)                                                            \
	do {                                                                       \
		char ours[128], theirs[128];                                       \
		int n = snprintf(theirs, sizeof(theirs), __VA_ARGS__);             \
		assert_int_equal(hv_snprintf(ours, sizeof(ours), __VA_ARGS__), n); \
		assert_string_equal(ours, theirs);                                 \
	} while (0)

static void check_int_format(const char *fmt)
{
	static const int values[] = {0, 1, -1, 42, -9876543, INT_MAX, INT_MIN};

	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		check_same(fmt, values[i]);
}

static void check_long_format(const char *fmt)
{
	static const long values[] = {0, 1, -1, 42, -9876543, INT_MAX, LONG_MAX, LONG_MIN};

	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		check_same(fmt, values[i]);
}

static void numbers_print_as_in_the_library(void **state)
{
	static const char conversions[] = "diuxXo";
	char fmt[32];

	for (size_t f = 0; f < ARRAY_SIZE(flags); f++) {
		for (size_t w = 0; w < ARRAY_SIZE(widths); w++) {
			for (size_t p = 0; p < ARRAY_SIZE(precisions); p++) {
				for (size_t c = 0; c < sizeof(conversions) - 1; c++) {
					/* Octal's prefix counts as a digit there; we print it apart. */
					if (conversions[c] == 'o' && strchr(flags[f], '#'))
						continue;
					snprintf(fmt, sizeof(fmt), "<%%%s%s%s%c>", flags[f],
						 widths[w], precisions[p], conversions[c]);
					check_int_format(fmt);
					snprintf(fmt, sizeof(fmt), "<%%%s%s%sl%c>", flags[f],
						 widths[w], precisions[p], conversions[c]);
					check_long_format(fmt);
				}
			}
		}
	}
}

static void lengths_cut_and_widen(void **state)
{
	check_same("%hhd %hhu %hhx", 511, 511, 511);
	check_same("%hd %hu %hx", 65537, 65537, -1);
	check_same("%lld %llu %llx", LLONG_MIN, ULLONG_MAX, 0x123456789abcdefULL);
	check_same("%zu %zd %zx", SIZE_MAX, (ssize_t)-1, (size_t)77);
	check_same("%ju %jd %td", UINTMAX_MAX, INTMAX_MIN, (ptrdiff_t)-5);
}

static void strings_and_characters_pad_and_cut(void **state)
{
	check_same("<%s> <%10s> <%-10s> <%.2s> <%6.3s> <%-6.3s>", "abc", "abc", "abc", "abc",
		   "abcdef", "abcdef");
	check_same("<%c> <%4c> <%-4c> <%%> <%*d> <%-*d> <%.*s>", 'x', 'y', 'z', 5, 42, 5, 42, 2,
		   "abc");
	check_same("<%*d> <%.*s>", -6, 42, -1, "abc");
}

static void precision_bounds_the_reading_of_a_string(void **state)
{
	const char unterminated[3] = {'a', 'b', 'c'};
	char text[8];

	assert_int_equal(hv_snprintf(text, sizeof(text), "%.3s", unterminated), 3);
	assert_string_equal(text, "abc");
}

static void pointers_print_sixteen_digits(void **state)
{
	char text[64];

	hv_snprintf(text, sizeof(text), "%p %20p|%-20p|", (void *)0xabcUL, (void *)1UL,
		    (void *)UINTPTR_MAX);
	assert_string_equal(text, "0x0000000000000abc   0x0000000000000001|0xffffffffffffffff  |");
}

static void null_string_is_named(void **state)
{
	const char *volatile none = NULL;
	char text[16];

	hv_snprintf(text, sizeof(text), "%s", none);
	assert_string_equal(text, "(null)");
}

static void unknown_conversions_stay_as_they_are(void **state)
{
	const char *volatile fmt = "a %y %5q %";
	char text[32];

	assert_int_equal(hv_snprintf(text, sizeof(text), fmt), 10);
	assert_string_equal(text, "a %y %5q %");
	fmt = "%n|%f";
	hv_snprintf(text, sizeof(text), fmt);
	assert_string_equal(text, "%n|%f");
}

static void short_buffers_are_cut_and_terminated(void **state)
{
	for (size_t size = 0; size < 16; size++) {
		char text[20];

		memset(text, '#', sizeof(text));
		assert_int_equal(hv_snprintf(text, size, "%s-%d", "hello", 1234), 10);
		if (size > 0)
			assert_int_equal(strlen(text), size > 10 ? 10 : size - 1);
		for (size_t i = size > 11 ? 11 : size; i < sizeof(text); i++)
			assert_int_equal(text[i], '#');
	}
	assert_int_equal(hv_snprintf(NULL, 0, "%5d", 1), 5);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_print_as_in_the_library),
		cmocka_unit_test(lengths_cut_and_widen),
		cmocka_unit_test(strings_and_characters_pad_and_cut),
		cmocka_unit_test(precision_bounds_the_reading_of_a_string),
		cmocka_unit_test(pointers_print_sixteen_digits),
		cmocka_unit_test(null_string_is_named),
		cmocka_unit_test(unknown_conversions_stay_as_they_are),
		cmocka_unit_test(short_buffers_are_cut_and_terminated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
