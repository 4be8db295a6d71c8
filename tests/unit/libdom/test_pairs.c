/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tests/config: each NAME.cfg has the plan that comes of it (NAME.plan), or the sentence that it is
 * refused with (NAME.error). TRESTLE_PAIRS=write makes them anew.
 */
#include "libdom.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_all(const char *path)
{
	char *text = alloc_zeroed(1, 65536);
	FILE *file = fopen(path, "r");

	if (file) {
		text[fread(text, 1, 65535, file)] = '\0';
		fclose(file);
	}
	return text;
}

static void write_all(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* What tl would print; *suffix is the kind of it. */
static char *outcome(const char *path, const char **suffix)
{
	const char *name = strrchr(path, '/') + 1;
	char *text = read_all(path), *printed = NULL;
	struct made made;
	size_t length;
	FILE *to = open_memstream(&printed, &length);
	int ret = made_from(&made, name, text);

	*suffix = ret ? "error" : "plan";
	for (size_t n = 0; !ret && n < made.notes.count; n++)
		fprintf(to, "note: %s\n", made.notes.items[n]);
	if (ret)
		failure_print(&made.failure, "tl", to);
	else
		plan_print(&made.plan, to);
	fclose(to);
	made_free(&made);
	free(text);
	return printed;
}

static void check_pair(const char *path)
{
	const char *suffix;
	char *printed = outcome(path, &suffix);
	char *other = alloc_format("%.*s%s", (int)strlen(path) - 3, path, suffix);
	char *expected;

	if (getenv("TRESTLE_PAIRS"))
		write_all(other, printed);
	expected = read_all(other);
	if (strcmp(printed, expected))
		print_error("%s\nis:\n%sshould be:\n%s", other, printed, expected);
	assert_string_equal(printed, expected);
	free(expected);
	free(other);
	free(printed);
}

static void pairs_of_configurations_and_outcomes(void **state)
{
	glob_t found;

	(void)state;
	assert_int_equal(glob("tests/config/*.cfg", 0, NULL, &found), 0);
	assert_true(found.gl_pathc > 20);
	for (size_t n = 0; n < found.gl_pathc; n++)
		check_pair(found.gl_pathv[n]);
	globfree(&found);
}

int test_pairs(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs_of_configurations_and_outcomes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
