/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a test reports. main.c defines test_main(); a failed check prints its line and the test goes on;
 * a failed REQUIRE ends it. The end prints one line "Test result: STATE name reason" and powers off.
 */
#ifndef GUEST_TEST_H
#define GUEST_TEST_H

#include "guest/console.h"
#include "guest/types.h"

extern const char test_name[];

/* Set: the end powers off without giving the console time to say the result. */
extern bool test_stops_at_once;

void test_main(void);

/* End the test at once: bed lacks something; product is wrong; the test itself is broken. */
void test_skip(const char *format, ...) print_format(1, 2) __attribute__((noreturn));
void test_fail(const char *format, ...) print_format(1, 2) __attribute__((noreturn));
void test_error(const char *format, ...) print_format(1, 2) __attribute__((noreturn));
/* Ends with SUCCESS, or FAILURE when a check failed before. */
void test_finish(void) __attribute__((noreturn));

/* Says that the hypervisor must now stop this domain; to survive the next step is a failure. */
void test_expect_crash(void);

/* Has the result told to function() instead of in a line on the console; no check has failed yet. */
void test_set_report(void (*function)(const char *state, const char *reason));

/* True when the command line of the domain holds `word`. */
bool test_has_option(const char *word);

/* The value of NAME=value on the command line of the domain, or `otherwise`. */
uint64_t test_option_number(const char *name, uint64_t otherwise);

bool check_true(bool passed, const char *file, int line, const char *text);
bool check_equal(int64_t actual, int64_t expected, const char *file, int line, const char *text);

#define CHECK(condition) check_true((condition), __FILE__, __LINE__, #condition)
#define CHECK_EQUAL(actual, expected) \
	check_equal((int64_t)(actual), (int64_t)(expected), __FILE__, __LINE__, #actual)
#define REQUIRE(condition) ((condition) ? (void)0 : test_fail("line %d: %s", __LINE__, #condition))
#define REQUIRE_EQUAL(actual, expected) (CHECK_EQUAL(actual, expected) ? (void)0 : test_finish())

#endif
