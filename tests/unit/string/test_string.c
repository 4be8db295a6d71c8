/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hv/string.h against the C library: every size and alignment up to a few words, and number parsing.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "hv/errno.h"
#include "hv/string.h"

#define SPAN 160
#define ALIGN 9

static void fill(uint8_t *p, size_t bytes, unsigned int seed)
{
	for (size_t i = 0; i < bytes; i++)
		p[i] = (uint8_t)(i * 7 + seed);
}

static void copy_moves_every_size_and_alignment(void **state)
{
	uint8_t from[SPAN + ALIGN], ours[SPAN + ALIGN], theirs[SPAN + ALIGN];

	fill(from, sizeof(from), 3);
	for (size_t bytes = 0; bytes <= SPAN; bytes++) {
		for (size_t at = 0; at < ALIGN; at++) {
			fill(ours, sizeof(ours), 9);
			fill(theirs, sizeof(theirs), 9);
			memcpy(theirs + at, from + (ALIGN - 1 - at), bytes);
			assert_ptr_equal(hv_memcpy(ours + at, from + (ALIGN - 1 - at), bytes),
					 ours + at);
			assert_memory_equal(ours, theirs, sizeof(ours));
		}
	}
}

static void move_survives_every_overlap(void **state)
{
	uint8_t ours[2 * SPAN], theirs[2 * SPAN];

	for (size_t bytes = 0; bytes <= 80; bytes++) {
		for (size_t from = 0; from < 80; from += 3) {
			for (size_t to = 0; to < 80; to++) {
				fill(ours, sizeof(ours), 1);
				fill(theirs, sizeof(theirs), 1);
				memmove(theirs + to, theirs + from, bytes);
				assert_ptr_equal(hv_memmove(ours + to, ours + from, bytes),
						 ours + to);
				assert_int_equal(memcmp(ours, theirs, sizeof(ours)), 0);
			}
		}
	}
}

static void set_fills_every_size_and_alignment(void **state)
{
	uint8_t ours[SPAN + ALIGN], theirs[SPAN + ALIGN];

	for (size_t bytes = 0; bytes <= SPAN; bytes++) {
		for (size_t at = 0; at < ALIGN; at++) {
			fill(ours, sizeof(ours), 9);
			fill(theirs, sizeof(theirs), 9);
			memset(theirs + at, 0x1a5, bytes);
			assert_ptr_equal(hv_memset(ours + at, 0x1a5, bytes), ours + at);
			assert_memory_equal(ours, theirs, sizeof(ours));
		}
	}
}

static int sign(int x)
{
	return (x > 0) - (x < 0);
}

static void compare_finds_each_difference(void **state)
{
	uint8_t a[40], b[40];

	for (size_t bytes = 0; bytes <= sizeof(a); bytes++) {
		for (size_t at = 0; at < sizeof(a); at++) {
			fill(a, sizeof(a), 0);
			fill(b, sizeof(b), 0);
			b[at] ^= 0x80;
			assert_int_equal(hv_memcmp(a, b, bytes), sign(memcmp(a, b, bytes)));
			assert_int_equal(hv_memcmp(b, a, bytes), sign(memcmp(b, a, bytes)));
		}
	}
}

static void searches_agree_with_the_library(void **state)
{
	static const char text[] = "a man, a plan, a canal";

	assert_int_equal(hv_strlen(text), strlen(text));
	assert_int_equal(hv_strlen(""), 0);
	for (size_t max = 0; max < 30; max++)
		assert_int_equal(hv_strnlen(text, max), strnlen(text, max));
	for (int c = 0; c < 256; c++) {
		assert_ptr_equal(hv_strchr(text, c), strchr(text, c));
		assert_ptr_equal(hv_strrchr(text, c), strrchr(text, c));
		assert_ptr_equal(hv_memchr(text, c, 9), memchr(text, c, 9));
	}
	assert_ptr_equal(hv_strstr(text, "a canal"), text + 15);
	assert_ptr_equal(hv_strstr(text, "an,"), text + 3);
	assert_ptr_equal(hv_strstr(text, ""), text);
	assert_null(hv_strstr(text, "canals"));
	assert_null(hv_strstr("", "a"));
}

static void string_compare_agrees_with_the_library(void **state)
{
	static const char *const texts[] = {"", "a", "ab", "abc", "abd", "b", "\xff", "a\xff"};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(texts); j++) {
			assert_int_equal(hv_strcmp(texts[i], texts[j]),
					 sign(strcmp(texts[i], texts[j])));
			for (size_t max = 0; max < 5; max++)
				assert_int_equal(hv_strncmp(texts[i], texts[j], max),
						 sign(strncmp(texts[i], texts[j], max)));
		}
	}
}

static void bounded_copy_always_terminates(void **state)
{
	char dst[8] = "unset";

	assert_int_equal(strlcpy(dst, "abc", 0), 3);
	assert_string_equal(dst, "unset");
	assert_int_equal(strlcpy(dst, "abc", 1), 3);
	assert_string_equal(dst, "");
	assert_int_equal(strlcpy(dst, "abc", sizeof(dst)), 3);
	assert_string_equal(dst, "abc");
	assert_int_equal(strlcpy(dst, "abcdefgh", sizeof(dst)), 8);
	assert_string_equal(dst, "abcdefg");
}

static void check_number(const char *text, unsigned int base, uint64_t expected, size_t used)
{
	const char *end = NULL;
	uint64_t value = ~expected;

	assert_int_equal(parse_u64(text, &end, base, &value), 0);
	assert_int_equal(value, expected);
	assert_int_equal(end - text, used);
}

static void numbers_are_read_in_any_base(void **state)
{
	check_number("0", 0, 0, 1);
	check_number("0", 10, 0, 1);
	check_number("18446744073709551615", 0, UINT64_MAX, 20);
	check_number("0xffffFFFFffffFFFF", 0, UINT64_MAX, 18);
	check_number("0x10,", 16, 16, 4);
	check_number("10M", 10, 10, 2);
	check_number("0x", 0, 0, 1);
	check_number("0xg", 16, 0, 1);
	check_number("0777", 0, 511, 4);
	check_number("08", 0, 0, 1);
	check_number("1012", 2, 5, 3);
	check_number("zZ", 36, 35 * 36 + 35, 2);
}

static void bad_numbers_are_refused(void **state)
{
	uint64_t value = 5;

	assert_int_equal(parse_u64("", NULL, 0, &value), -EINVAL);
	assert_int_equal(parse_u64("-1", NULL, 0, &value), -EINVAL);
	assert_int_equal(parse_u64(" 1", NULL, 0, &value), -EINVAL);
	assert_int_equal(parse_u64("x1", NULL, 16, &value), -EINVAL);
	assert_int_equal(parse_u64("1", NULL, 1, &value), -EINVAL);
	assert_int_equal(parse_u64("1", NULL, 37, &value), -EINVAL);
	assert_int_equal(parse_u64("18446744073709551616", NULL, 10, &value), -ERANGE);
	assert_int_equal(parse_u64("0x10000000000000000", NULL, 0, &value), -ERANGE);
	assert_int_equal(value, 5);
	assert_int_equal(parse_u64("7", NULL, 0, &value), 0);
	assert_int_equal(value, 7);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(copy_moves_every_size_and_alignment),
		cmocka_unit_test(move_survives_every_overlap),
		cmocka_unit_test(set_fills_every_size_and_alignment),
		cmocka_unit_test(compare_finds_each_difference),
		cmocka_unit_test(searches_agree_with_the_library),
		cmocka_unit_test(string_compare_agrees_with_the_library),
		cmocka_unit_test(bounded_copy_always_terminates),
		cmocka_unit_test(numbers_are_read_in_any_base),
		cmocka_unit_test(bad_numbers_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
