/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of CPUs. */
#include "libdom.h"

#include <string.h>

#include "libdom/cpulist.h"

static const uint32_t nodes[] = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3};
static const struct cpulist_machine machine = {.nr_cpus = 16, .nodes = nodes};

static void assert_list(const char *text, const char *expected)
{
	uint8_t map[CPULIST_BYTES];
	const char *cause = NULL;
	char formatted[64];

	assert_int_equal(cpulist_parse(text, &machine, map, &cause), 0);
	cpulist_format(map, machine.nr_cpus, formatted, sizeof(formatted));
	assert_string_equal(formatted, expected);
}

static void assert_refused(const char *text, const char *expected)
{
	uint8_t map[CPULIST_BYTES];
	const char *cause = NULL;

	assert_int_equal(cpulist_parse(text, &machine, map, &cause), -1);
	assert_string_equal(cause, expected);
}

static void cpulist_reads_the_manuals_examples(void **state)
{
	(void)state;
	assert_list("all", "all");
	assert_list("0-3,5,^1", "0,2-3,5");
	assert_list("all,^7", "0-6,8-15");
	assert_list("nodes:0-3,^node:2", "0-7,12-15");
	assert_list("1,node:1,^6", "1,4-5,7");
	assert_list("all,^node:1", "0-3,8-15");
	assert_list("all,^5-8", "0-4,9-15");
	assert_list("node:0,node:2,^9-11", "0-3,8");
	assert_list(" 2 , 3 - 4 ", "2-4");
	assert_list("15", "15");
}

static void cpulist_refuses_what_is_none(void **state)
{
	static const char none[] = "this is no list of CPUs";

	(void)state;
	assert_refused("", none);
	assert_refused("a", none);
	assert_refused("1,", none);
	assert_refused("1-", none);
	assert_refused("3-1", none);
	assert_refused("1;2", none);
	assert_refused("99999999999", none);
	assert_refused("node:", none);
	assert_refused("16", "the machine has no CPU of that number");
	assert_refused("^1", "no CPU is left in the list");
	assert_refused("1,^1", "no CPU is left in the list");
	assert_refused("node:9", "no CPU is left in the list");
}

static void cpulist_checks_syntax_without_a_machine(void **state)
{
	const char *cause;

	(void)state;
	assert_int_equal(cpulist_parse("0-3000,^1", NULL, NULL, &cause), 0);
	assert_int_equal(cpulist_parse("0--1", NULL, NULL, &cause), -1);
}

static void cpulist_formats_nothing_and_cuts(void **state)
{
	uint8_t map[CPULIST_BYTES] = {0};
	char text[6];

	(void)state;
	cpulist_format(map, 16, text, sizeof(text));
	assert_string_equal(text, "none");
	map[0] = 0x55;
	map[1] = 0x55;
	cpulist_format(map, 16, text, sizeof(text));
	assert_string_equal(text, "0,2,4");
}

int test_cpulist(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cpulist_reads_the_manuals_examples),
		cmocka_unit_test(cpulist_refuses_what_is_none),
		cmocka_unit_test(cpulist_checks_syntax_without_a_machine),
		cmocka_unit_test(cpulist_formats_nothing_and_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
