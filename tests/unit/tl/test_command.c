/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Command lines by descriptors, and what is printed from these. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tl/command.h"
#include "tl/help.h"

enum { OPTION_FILE, OPTION_QUIET, OPTION_WAIT, OPTION_LEVEL, OPTION_LEVELS };

static const struct command_option options[] = {
	[OPTION_FILE] = {'f', "file", "FILE", "a file"},
	[OPTION_QUIET] = {'q', "quiet", NULL, "say nothing"},
	[OPTION_WAIT] = {'w', "wait", NULL, "wait"},
	[OPTION_LEVEL] = {0, "level", "N", "a number"},
	[OPTION_LEVELS] = {0, "levels-all", NULL, "many"},
	{0, NULL, NULL, NULL},
};

static int run_nothing(struct invocation *invocation)
{
	(void)invocation;
	return 0;
}

COMMAND(start) = {
	.name = "start",
	.aliases = {"begin"},
	.group = COMMAND_GROUP_DOMAIN,
	.flags = COMMAND_JSON | COMMAND_SHORT,
	.operands = "DOMAIN [VCPU]",
	.least = 1,
	.most = 2,
	.summary = "begin something",
	.description = "First.\n\n.Second - \\.",
	.options = options,
	.run = run_nothing,
};

COMMAND(status) = {
	.name = "status",
	.group = COMMAND_GROUP_HOST,
	.operands = "",
	.summary = "say something",
	.run = run_nothing,
};

COMMAND(secret) = {
	.name = "secret",
	.group = COMMAND_GROUP_TOOL,
	.flags = COMMAND_HIDDEN,
	.operands = "",
	.summary = "hide",
	.run = run_nothing,
};

/* Words are split at blanks. */
static struct invocation parse(const char *line, int expected)
{
	static char copy[256];
	static char *words[16];
	struct invocation invocation = {.program = "tl", .command = command_find("start")};
	int count = 0;

	snprintf(copy, sizeof(copy), "%s", line);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		words[count++] = word;
	assert_int_equal(command_parse(&invocation, count, words), expected);
	return invocation;
}

static void assert_refused(const char *line, const char *object, const char *cause)
{
	struct invocation invocation = parse(line, -1);

	assert_int_equal(invocation.failure.code, FAILURE_USAGE);
	assert_string_equal(invocation.failure.object, object);
	assert_string_equal(invocation.failure.cause, cause);
}

static void commands_are_found_by_name_alias_and_beginning(void **state)
{
	(void)state;
	assert_string_equal(command_find("start")->name, "start");
	assert_string_equal(command_find("begin")->name, "start");
	assert_string_equal(command_find("stat")->name ? command_find("stat")->name : "", "status");
	assert_null(command_find("sta"));
	assert_null(command_find(""));
	assert_null(command_find("secre"));
	assert_string_equal(command_find("secret")->name, "secret");
	assert_null(command_find("starting"));
}

static void options_and_operands_are_told_apart(void **state)
{
	struct invocation invocation = parse("-qw web -f x -w 3 --level=5", 0);

	(void)state;
	assert_int_equal(invocation.argc, 2);
	assert_string_equal(invocation.argv[0], "web");
	assert_string_equal(invocation.argv[1], "3");
	assert_int_equal(invocation_option(&invocation, OPTION_WAIT), 2);
	assert_int_equal(invocation_option(&invocation, OPTION_QUIET), 1);
	assert_string_equal(invocation_value(&invocation, OPTION_FILE), "x");
	assert_string_equal(invocation_value(&invocation, OPTION_LEVEL), "5");
	assert_null(invocation_value(&invocation, OPTION_LEVELS));
}

static void options_take_values_in_each_form(void **state)
{
	static const char *const lines[] = {"a -f x",	  "a -fx",    "a -f=x", "a --file x",
					    "a --file=x", "a --fi x", "-qfx a", "-f y --fil=x a"};

	(void)state;
	for (size_t n = 0; n < sizeof(lines) / sizeof(lines[0]); n++) {
		struct invocation invocation = parse(lines[n], 0);

		assert_string_equal(invocation_value(&invocation, OPTION_FILE), "x");
		assert_int_equal(invocation.argc, 1);
	}
	assert_true(parse("--json a", 0).json);
}

static void words_that_are_no_options_are_operands(void **state)
{
	struct invocation invocation = parse("- -5", 0);

	(void)state;
	assert_string_equal(invocation.argv[0], "-");
	assert_string_equal(invocation.argv[1], "-5");
	invocation = parse("-q -- -w --file", 0);
	assert_int_equal(invocation.argc, 2);
	assert_string_equal(invocation.argv[1], "--file");
}

static void wrong_command_lines_are_refused(void **state)
{
	(void)state;
	assert_refused("a -x", "-x", "there is no such option");
	assert_refused("a --nothing", "--nothing", "there is no such option");
	assert_refused("a --q=1", "--q=1", "the option takes no value");
	assert_refused("a -f", "-f", "the option wants a value");
	assert_refused("a --file", "--file", "the option wants a value");
	assert_refused("", "DOMAIN [VCPU]", "an operand is missing");
	assert_refused("a b c", "c", "there are too many operands");
}

static void numbers_and_sizes_are_read(void **state)
{
	struct invocation invocation = parse("a --level 0x10", 0);
	int64_t value;
	uint64_t kib;

	(void)state;
	assert_int_equal(invocation_number(&invocation, OPTION_LEVEL, 0, 16, 1, &value), 0);
	assert_int_equal(value, 16);
	assert_int_equal(invocation_number(&invocation, OPTION_LEVEL, 0, 15, 1, &value), -1);
	assert_false(command_parse_number("12x", 0, 100, &value));
	assert_false(command_parse_number("", 0, 100, &value));
	assert_true(command_parse_memory("512", 'm', &kib) && kib == 524288);
	assert_true(command_parse_memory("512", 'k', &kib) && kib == 512);
	assert_true(command_parse_memory("2G", 'k', &kib) && kib == 2097152);
	assert_true(command_parse_memory("1t", 'k', &kib) && kib == 1073741824);
	assert_true(command_parse_memory("8192b", 'k', &kib) && kib == 8);
	assert_false(command_parse_memory("-1", 'k', &kib));
	assert_false(command_parse_memory("1q", 'k', &kib));
	assert_false(command_parse_memory("1mm", 'k', &kib));
	assert_false(command_parse_memory("99999999999999999999", 'k', &kib));
	assert_false(command_parse_memory("18014398509481984g", 'k', &kib));
}

static char *print(void (*what)(FILE *to))
{
	char *text = NULL;
	size_t length;
	FILE *to = open_memstream(&text, &length);

	what(to);
	fclose(to);
	return text;
}

static void print_long(FILE *to)
{
	help_print_long("tl", to);
}

static void print_command(FILE *to)
{
	help_print_command("xl", command_find("start"), to);
}

static void assert_has(void (*what)(FILE *to), const char *expected, bool has)
{
	char *text = print(what);

	if (!strstr(text, expected) == has)
		print_error("%s\n", text);
	assert_int_equal(strstr(text, expected) != NULL, has);
	free(text);
}

static void help_is_made_of_descriptors(void **state)
{
	(void)state;
	assert_has(print_long, "\nDomains\n start                begin something\n", true);
	assert_has(print_long, "secret", false);
	assert_has(print_command, "Usage: xl start [OPTION...] DOMAIN [VCPU]\n", true);
	assert_has(print_command, "  -f, --file=FILE          a file\n", true);
	assert_has(print_command, "  --json                   print JSON\n", true);
	assert_has(print_command, "Also called begin.", true);
	assert_has(help_print_manual, ".SS \"start [OPTION...] DOMAIN [VCPU]\"\n", true);
	assert_has(help_print_manual, "First.\n.PP\n\\&.Second \\- \\e.", true);
	assert_has(help_print_manual, "secret", false);
	assert_has(help_print_completion,
		   "start) words=\"-f --file -q --quiet -w --wait --level --levels-all --json\"",
		   true);
	assert_has(help_print_completion, "secret", false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_are_found_by_name_alias_and_beginning),
		cmocka_unit_test(options_and_operands_are_told_apart),
		cmocka_unit_test(options_take_values_in_each_form),
		cmocka_unit_test(words_that_are_no_options_are_operands),
		cmocka_unit_test(wrong_command_lines_are_refused),
		cmocka_unit_test(numbers_and_sizes_are_read),
		cmocka_unit_test(help_is_made_of_descriptors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
