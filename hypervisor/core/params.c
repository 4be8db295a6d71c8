/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line to the rows of hv/params.h. Options are separated by blanks; "--" ends them, what
 * follows is the first domain's. Warnings go to printk, whose text is kept until a console opens.
 */
#include "hv/errno.h"
#include "hv/params.h"
#include "hv/printk.h"
#include "hv/string.h"

#define OPTION_BYTES 256

char boot_command_line[2048];

static bool text_is_one_of(const char *text, const char *const *words, size_t nr_words)
{
	for (size_t i = 0; i < nr_words; i++)
		if (strcmp(text, words[i]) == 0)
			return true;
	return false;
}

int parameter_parse_boolean(const char *text, bool *value)
{
	static const char *const yes[] = {"yes", "on", "true", "enable", "1"};
	static const char *const no[] = {"no", "off", "false", "disable", "0"};

	if (text_is_one_of(text, yes, ARRAY_SIZE(yes)))
		*value = true;
	else if (text_is_one_of(text, no, ARRAY_SIZE(no)))
		*value = false;
	else
		return -EINVAL;
	return 0;
}

bool parameter_list_has(const char *list, const char *item)
{
	size_t bytes = strlen(item);

	while (*list) {
		const char *end = strchr(list, ',');
		size_t length = end ? (size_t)(end - list) : strlen(list);

		if (length == bytes && strncmp(list, item, bytes) == 0)
			return true;
		list += length + (end != NULL);
	}
	return false;
}

/* log2 of the factor that a size letter stands for; -EINVAL for another character. */
static int suffix_shift(char c)
{
	switch (c) {
	case 'B':
	case 'b':
		return 0;
	case 'K':
	case 'k':
		return 10;
	case 'M':
	case 'm':
		return 20;
	case 'G':
	case 'g':
		return 30;
	case 'T':
	case 't':
		return 40;
	default:
		return -EINVAL;
	}
}

/* A number with a size letter or, without one, in units of 1 << default_shift. */
static int number_parse(const char *text, const char **end, unsigned int default_shift,
			uint64_t *value)
{
	uint64_t number;
	int rc = parse_u64(text, &text, 0, &number), shift;

	if (rc)
		return rc;
	shift = suffix_shift(*text);
	if (shift >= 0)
		text++;
	else
		shift = (int)default_shift;
	if (number << shift >> shift != number)
		return -ERANGE;
	*value = number << shift;
	if (end)
		*end = text;
	return 0;
}

int parameter_parse_size(const char *text, const char **end, uint64_t *bytes)
{
	return number_parse(text, end, 10, bytes) ? -EINVAL : 0;
}

static int variable_store(const struct parameter *row, uint64_t value)
{
	if (row->bytes < 8 && value >> (row->bytes * 8))
		return -ERANGE;
	switch (row->bytes) {
	case 1:
		*(uint8_t *)row->variable = (uint8_t)value;
		break;
	case 2:
		*(uint16_t *)row->variable = (uint16_t)value;
		break;
	case 4:
		*(uint32_t *)row->variable = (uint32_t)value;
		break;
	case 8:
		*(uint64_t *)row->variable = value;
		break;
	default:
		return -EINVAL;
	}
	return 0;
}

static int number_store(const struct parameter *row, const char *value, unsigned int default_shift)
{
	const char *end;
	uint64_t number;
	int rc = number_parse(value, &end, default_shift, &number);

	if (rc == 0 && *end)
		rc = -EINVAL;
	return rc ? rc : variable_store(row, number);
}

static int boolean_store(const struct parameter *row, const char *value, bool negated)
{
	bool wanted = !negated;

	if (value && (negated || parameter_parse_boolean(value, &wanted)))
		return -EINVAL;
	*(bool *)row->variable = wanted;
	return 0;
}

static int string_store(const struct parameter *row, const char *value)
{
	if (strlen(value) >= row->bytes)
		return -E2BIG;
	strlcpy(row->variable, value, row->bytes);
	return 0;
}

/* value is NULL for a bare word. */
static int row_apply(const struct parameter *row, const char *value, bool negated)
{
	if (row->type == PARAMETER_BOOLEAN)
		return boolean_store(row, value, negated);
	if (row->type == PARAMETER_CUSTOM) {
		if (negated && value)
			return -EINVAL;
		return row->parse(negated ? "no" : value ? value : "");
	}
	if (negated || !value)
		return -EINVAL;
	if (row->type == PARAMETER_STRING)
		return string_store(row, value);
	return number_store(row, value, row->type == PARAMETER_SIZE ? 10 : 0);
}

static const struct parameter *row_find(const struct parameter *rows, size_t nr_rows,
					const char *name)
{
	for (size_t i = 0; i < nr_rows; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

static void option_apply(const struct parameter *rows, size_t nr_rows, char *option)
{
	const struct parameter *row;
	char *value = strchr(option, '=');
	bool negated = false;
	int rc;

	if (value)
		*value++ = '\0';
	row = row_find(rows, nr_rows, option);
	if (!row && strncmp(option, "no-", 3) == 0) {
		row = row_find(rows, nr_rows, option + 3);
		negated = row != NULL;
	}
	if (!row) {
		printk(LOG_WARNING, "Unknown boot option %s%s%s is ignored\n", option,
		       value ? "=" : "", value ? value : "");
		return;
	}
	rc = row_apply(row, value, negated);
	if (rc)
		printk(LOG_WARNING,
		       "Boot option %s%s%s can't be used (error %d), the default stands\n", option,
		       value ? "=" : "", value ? value : "", rc);
}

void parameters_parse_rows(const struct parameter *rows, size_t nr_rows, const char *command_line)
{
	char option[OPTION_BYTES];

	for (;;) {
		size_t length = 0;

		while (*command_line == ' ' || *command_line == '\t')
			command_line++;
		while (command_line[length] && command_line[length] != ' ' &&
		       command_line[length] != '\t')
			length++;
		if (length == 0 || (length == 2 && strncmp(command_line, "--", 2) == 0))
			return;
		if (length < sizeof(option)) {
			memcpy(option, command_line, length);
			option[length] = '\0';
			option_apply(rows, nr_rows, option);
		} else {
			printk(LOG_WARNING, "Boot option %.32s... is too long and ignored\n",
			       command_line);
		}
		command_line += length;
	}
}

void parameters_parse(const char *command_line)
{
	parameters_parse_rows(parameters_start, (size_t)(parameters_end - parameters_start),
			      command_line);
}
