/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks, the result line, the end of a test. */
#include "guest/hypercall.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/time.h"

/* About 50 ms: a serial line behind an interrupt-driven buffer gets the result out meanwhile. */
#define STOP_TICKS 100000000ull

bool test_stops_at_once;

static unsigned int failures;
static void (*report)(const char *state, const char *reason);
static char first_failure[160];

static void __attribute__((noreturn)) test_stop(void)
{
	struct xen_sched_shutdown shutdown = {.reason = SHUTDOWN_poweroff};
	uint64_t start = read_tsc();

	while (!test_stops_at_once && read_tsc() - start < STOP_TICKS)
		hypercall_sched_op(SCHEDOP_yield, NULL);
	hypercall_sched_op(SCHEDOP_shutdown, &shutdown);
	for (;;)
		cpu_relax();
}

void test_set_report(void (*function)(const char *state, const char *reason))
{
	report = function;
	failures = 0;
}

static void __attribute__((noreturn)) test_end(const char *state, const char *reason)
{
	if (report)
		report(state, reason);
	else
		printf("Test result: %s %s %s\n", state, test_name, reason);
	test_stop();
}

#define TEST_END(state, format)                                    \
	do {                                                       \
		char reason[160];                                  \
		va_list args;                                      \
                                                                   \
		va_start(args, format);                            \
		format_text(reason, sizeof(reason), format, args); \
		va_end(args);                                      \
		test_end(state, reason);                           \
	} while (0)

void test_skip(const char *format, ...)
{
	TEST_END("SKIP", format);
}

void test_fail(const char *format, ...)
{
	TEST_END("FAILURE", format);
}

void test_error(const char *format, ...)
{
	TEST_END("ERROR", format);
}

void test_finish(void)
{
	if (failures == 0)
		test_end("SUCCESS", "");
	test_fail("%u checks failed, first: %s", failures, first_failure);
}

void test_expect_crash(void)
{
	if (failures > 0)
		test_finish();
	printf("Test expects: the domain is stopped by the hypervisor\n");
}

static void failure_note(const char *format, ...) print_format(1, 2);

static void failure_note(const char *format, ...)
{
	char text[160];
	va_list args;

	va_start(args, format);
	format_text(text, sizeof(text), format, args);
	va_end(args);
	printf("check failed: %s\n", text);
	if (failures++ == 0)
		memcpy(first_failure, text, sizeof(text));
}

static const char *file_part(const char *path)
{
	const char *part = path;

	for (; *path; path++) {
		if (*path == '/')
			part = path + 1;
	}
	return part;
}

bool check_true(bool passed, const char *file, int line, const char *text)
{
	if (!passed)
		failure_note("%s:%d: %s", file_part(file), line, text);
	return passed;
}

bool check_equal(int64_t actual, int64_t expected, const char *file, int line, const char *text)
{
	if (actual != expected) {
		failure_note("%s:%d: %s is %ld (0x%lx), expected %ld (0x%lx)", file_part(file),
			     line, text, actual, (uint64_t)actual, expected, (uint64_t)expected);
	}
	return actual == expected;
}

/* Points behind `word` on the command line, at a word's beginning, or NULL. */
static const char *option_find(const char *word)
{
	const char *line = (const char *)start_info->cmd_line;
	size_t length = strlen(word);

	for (const char *at = line; *at; at++) {
		if ((at == line || at[-1] == ' ') && strncmp(at, word, length) == 0)
			return at + length;
	}
	return NULL;
}

bool test_has_option(const char *word)
{
	return option_find(word) != NULL;
}

uint64_t test_option_number(const char *name, uint64_t otherwise)
{
	const char *at = option_find(name);
	uint64_t value = 0;

	if (!at || *at != '=')
		return otherwise;
	for (at++; *at >= '0' && *at <= '9'; at++)
		value = value * 10 + (uint64_t)(*at - '0');
	return value;
}
