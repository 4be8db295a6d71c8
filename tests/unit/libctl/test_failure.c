/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Failures: one sentence, whatever is in it, never cut within a character.
 */
#include "fake_xen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const char *printed(const struct failure *failure)
{
	static char *text;
	size_t bytes;
	FILE *to;

	free(text);
	to = open_memstream(&text, &bytes);
	failure_print(failure, "tl", to);
	fclose(to);
	return text;
}

static void a_failure_is_one_sentence(void **state)
{
	struct failure failure;

	assert_int_equal(failure_set(&failure, FAILURE_BUSY, "attaching", "disk xvda",
				     "it is in use", "detach it first"),
			 -1);
	assert_int_equal(failure.code, FAILURE_BUSY);
	assert_int_equal(failure.error, 0);
	assert_string_equal(printed(&failure),
			    "tl: attaching: disk xvda: it is in use; detach it first\n");
	assert_int_equal(
		failure_set_errno(&failure, FAILURE_REFUSED, EPERM, "pausing", "domain 3", ""), -1);
	assert_int_equal(failure.error, EPERM);
	assert_string_equal(printed(&failure), "tl: pausing: domain 3: Operation not permitted\n");
	failure_set(&failure, FAILURE_GENERAL, "", "", "it broke", NULL);
	assert_string_equal(printed(&failure), "tl: it broke\n");
}

static void control_characters_are_not_printed(void **state)
{
	struct failure failure;

	failure_set(&failure, FAILURE_GENERAL, "a", "b\x1b[31m\n", "c\x7f", "d");
	assert_string_equal(printed(&failure), "tl: a: b?[31m?: c?; d\n");
}

static void texts_are_cut_at_whole_characters(void **state)
{
	char text[500];
	struct failure failure;

	for (size_t i = 0; i + 2 < sizeof(text); i += 2)
		memcpy(text + i, "\xc3\xa4", 3);
	failure_set(&failure, FAILURE_GENERAL, text, text, text, text);
	assert_int_equal(strlen(failure.stage), 46);
	assert_int_equal(strlen(failure.object), 198);
	assert_int_equal(strlen(failure.cause), 398);
	assert_int_equal(strlen(failure.next), 198);
}

/* A failure may be made of parts of itself. */
static void parts_may_be_its_own(void **state)
{
	struct failure failure;

	failure_set(&failure, FAILURE_GENERAL, "stage", "object", "cause", "next");
	failure_set(&failure, FAILURE_BUSY, failure.stage, failure.object, failure.cause,
		    failure.next);
	assert_string_equal(failure.object, "object");
	assert_string_equal(failure.next, "next");
}

int run_failure_cases(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failure_is_one_sentence),
		cmocka_unit_test(control_characters_are_not_printed),
		cmocka_unit_test(texts_are_cut_at_whole_characters),
		cmocka_unit_test(parts_may_be_its_own),
	};

	return cmocka_run_group_tests_name("failure", tests, NULL, NULL);
}
