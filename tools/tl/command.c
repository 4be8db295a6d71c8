/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of commands as the linker left it, and the words of a command line by a descriptor. Pure.
 */
#include "tl/command.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libdom/alloc.h"
#include "tl/table.h"

#define EXIT_USAGE 2

static int compare_commands(const void *a, const void *b)
{
	const struct command *left = *(const struct command *const *)a;
	const struct command *right = *(const struct command *const *)b;

	if (left->group != right->group)
		return left->group < right->group ? -1 : 1;
	return strcmp(left->name, right->name);
}

const struct command *const *command_list(size_t *count)
{
	static const struct command **sorted;
	size_t rows = (size_t)(command_rows_end - command_rows);

	*count = rows;
	if (!sorted) {
		sorted = alloc_zeroed(rows, sizeof(const struct command *));
		memcpy(sorted, command_rows, rows * sizeof(*sorted));
		qsort(sorted, rows, sizeof(*sorted), compare_commands);
	}
	return sorted;
}

static bool command_is_called(const struct command *command, const char *name)
{
	if (!strcmp(command->name, name))
		return true;
	for (size_t n = 0; n < sizeof(command->aliases) / sizeof(command->aliases[0]); n++)
		if (command->aliases[n] && !strcmp(command->aliases[n], name))
			return true;
	return false;
}

const struct command *command_find(const char *name)
{
	const struct command *found = NULL;
	size_t count, length = strlen(name);
	const struct command *const *list = command_list(&count);

	for (size_t n = 0; n < count; n++)
		if (command_is_called(list[n], name))
			return list[n];
	for (size_t n = 0; length && n < count; n++) {
		if (list[n]->flags & COMMAND_UNLISTED || strncmp(list[n]->name, name, length))
			continue;
		if (found)
			return NULL;
		found = list[n];
	}
	return found;
}

unsigned int invocation_option(const struct invocation *invocation, unsigned int option)
{
	return invocation->option_counts[option];
}

const char *invocation_value(const struct invocation *invocation, unsigned int option)
{
	return invocation->option_values[option];
}

bool command_parse_number(const char *text, int64_t least, int64_t most, int64_t *value)
{
	char *end;
	long long number;

	errno = 0;
	number = strtoll(text, &end, 0);
	if (end == text || *end || errno || number < least || number > most)
		return false;
	*value = number;
	return true;
}

bool command_parse_memory(const char *text, char unit, uint64_t *kib)
{
	static const char units[] = "bkmgt";
	unsigned long long number;
	const char *place;
	char *end, letter;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	number = strtoull(text, &end, 0);
	letter = *end ? (char)tolower((unsigned char)*end++) : unit;
	if (errno || *end || !(place = strchr(units, letter)))
		return false;
	if (letter == 'b') {
		*kib = number / 1024;
		return true;
	}
	if (number > UINT64_MAX >> (10 * (place - units)))
		return false;
	*kib = number << (10 * (place - units - 1));
	return true;
}

static int usage_fail(struct invocation *invocation, const char *object, const char *cause)
{
	char next[160];

	snprintf(next, sizeof(next), "`%s help %s' says what it takes", invocation->program,
		 invocation->command->name);
	return failure_set(&invocation->failure, FAILURE_USAGE, invocation->command->name, object,
			   cause, next);
}

int invocation_refuse(struct invocation *invocation, const char *object, const char *cause)
{
	return usage_fail(invocation, object, cause);
}

int invocation_number(struct invocation *invocation, unsigned int option, int64_t least,
		      int64_t most, int64_t otherwise, int64_t *value)
{
	const char *text = invocation_value(invocation, option);
	char cause[100];

	*value = otherwise;
	if (!text || command_parse_number(text, least, most, value))
		return 0;
	snprintf(cause, sizeof(cause), "must be a number from %lld to %lld", (long long)least,
		 (long long)most);
	return usage_fail(invocation, text, cause);
}

/* What is left of argv while it is read; operands are gathered at its beginning. */
struct words {
	char **next, **end, **operands;
};

static const struct command_option *option_by_letter(const struct command *command, char letter)
{
	const struct command_option *option = command->options;

	for (; option && (option->letter || option->name); option++)
		if (option->letter == letter)
			return option;
	return NULL;
}

/* Exact, or the only one that begins so. */
static const struct command_option *option_by_name(const struct command *command, const char *name,
						   size_t length)
{
	const struct command_option *option = command->options, *found = NULL;
	unsigned int matches = 0;

	for (; option && (option->letter || option->name); option++) {
		if (!option->name || strncmp(option->name, name, length))
			continue;
		if (!option->name[length])
			return option;
		found = option;
		matches++;
	}
	return matches == 1 ? found : NULL;
}

/* An option is wrong. */
static int option_fail(struct invocation *invocation, const char *word, const char *cause)
{
	int exit_code = invocation->command->option_exit;

	invocation->exit_code = exit_code ? exit_code : EXIT_USAGE;
	return usage_fail(invocation, word, cause);
}

/* An operand is missing, or there is one too many. */
static int operand_fail(struct invocation *invocation, const char *object, const char *cause)
{
	int exit_code = invocation->command->operand_exit;

	invocation->exit_code = exit_code ? exit_code : EXIT_USAGE;
	return usage_fail(invocation, object, cause);
}

static int option_take(struct invocation *invocation, const struct command_option *option,
		       const char *value, struct words *words, const char *word)
{
	size_t number = (size_t)(option - invocation->command->options);

	if (option->argument && !value) {
		if (words->next == words->end)
			return option_fail(invocation, word, "the option wants a value");
		value = *words->next++;
	}
	if (invocation->nr_given == COMMAND_GIVEN_MAX)
		return option_fail(invocation, word, "there are too many options");
	invocation->given[invocation->nr_given++] = (struct command_given){(unsigned int)number,
									   value};
	invocation->option_counts[number]++;
	invocation->option_values[number] = value;
	return 0;
}

static int take_long_option(struct invocation *invocation, const char *word, struct words *words)
{
	const struct command_option *option;
	const char *name = word + 2, *equals = strchrnul(name, '=');
	const char *value = *equals ? equals + 1 : NULL;

	if (!strcmp(word, "--json") && invocation->command->flags & COMMAND_JSON) {
		invocation->json = true;
		return 0;
	}
	option = option_by_name(invocation->command, name, (size_t)(equals - name));
	if (!option)
		return option_fail(invocation, word, "there is no such option");
	if (value && !option->argument)
		return option_fail(invocation, word, "the option takes no value");
	return option_take(invocation, option, value, words, word);
}

/* -abc are three switches, or -a with the value bc. */
static int take_letters(struct invocation *invocation, const char *word, struct words *words)
{
	for (const char *letter = word + 1; *letter; letter++) {
		const struct command_option *option = option_by_letter(invocation->command,
								       *letter);
		const char *value = letter[1] ? letter + 1 : NULL;

		if (!option)
			return option_fail(invocation, word, "there is no such option");
		if (value && option->argument && *value == '=')
			value++;
		if (option_take(invocation, option, option->argument ? value : NULL, words, word))
			return -1;
		if (option->argument)
			return 0;
	}
	return 0;
}

static bool is_negative_number(const char *word)
{
	return word[0] == '-' && isdigit((unsigned char)word[1]);
}

static int take_words(struct invocation *invocation, struct words *words)
{
	while (words->next < words->end) {
		char *word = *words->next++;
		int ret = 0;

		if (!strcmp(word, "--")) {
			while (words->next < words->end)
				*words->operands++ = *words->next++;
			return 0;
		}
		if (word[0] != '-' || !word[1] || is_negative_number(word))
			*words->operands++ = word;
		else if (word[1] == '-')
			ret = take_long_option(invocation, word, words);
		else
			ret = take_letters(invocation, word, words);
		if (ret)
			return -1;
	}
	return 0;
}

int command_parse(struct invocation *invocation, int argc, char **argv)
{
	const struct command *command = invocation->command;
	struct words words = {.next = argv, .end = argv + argc, .operands = argv};

	if (command->flags & COMMAND_REFUSED)
		words.operands = words.end;
	else if (take_words(invocation, &words))
		return -1;
	invocation->argv = argv;
	invocation->argc = (int)(words.operands - argv);
	if (invocation->argc < command->least)
		return operand_fail(invocation, command->operands, "an operand is missing");
	if (command->most >= 0 && invocation->argc > command->most)
		return operand_fail(invocation, argv[command->most], "there are too many operands");
	return 0;
}
