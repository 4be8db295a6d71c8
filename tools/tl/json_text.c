/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One line an element; jansson has a form of its own for what is empty.
 */
#include "tl/json_text.h"

#include <stdbool.h>
#include <stdlib.h>

#define LEVEL_BLANKS 4

static void print_value(const json_t *value, unsigned int level, FILE *to);

static void print_scalar(const json_t *value, FILE *to)
{
	char *text = json_dumps(value, JSON_ENCODE_ANY);

	fputs(text ? text : "null", to);
	free(text);
}

static void print_text(const char *text, FILE *to)
{
	json_t *string = json_string(text);

	print_scalar(string, to);
	json_decref(string);
}

static void begin_element(bool is_first, unsigned int level, FILE *to)
{
	fprintf(to, "%s%*s", is_first ? "" : ",\n", (int)(level * LEVEL_BLANKS), "");
}

static void print_object(const json_t *object, unsigned int level, FILE *to)
{
	bool is_first = true;
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value)
	{
		begin_element(is_first, level + 1, to);
		is_first = false;
		print_text(key, to);
		fputs(": ", to);
		print_value(value, level + 1, to);
	}
}

static void print_array(const json_t *array, unsigned int level, FILE *to)
{
	for (size_t n = 0; n < json_array_size(array); n++) {
		begin_element(n == 0, level + 1, to);
		print_value(json_array_get(array, n), level + 1, to);
	}
}

static void print_value(const json_t *value, unsigned int level, FILE *to)
{
	bool is_object = json_is_object(value);

	if (!is_object && !json_is_array(value)) {
		print_scalar(value, to);
		return;
	}
	fputs(is_object ? "{\n" : "[\n", to);
	if (is_object)
		print_object(value, level, to);
	else
		print_array(value, level, to);
	fprintf(to, "\n%*s%c", (int)(level * LEVEL_BLANKS), "", is_object ? '}' : ']');
}

void json_text_print(const json_t *value, FILE *to)
{
	print_value(value, 0, to);
	putc('\n', to);
}
