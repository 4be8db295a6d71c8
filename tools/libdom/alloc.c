/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Allocation that ends the program when there is no memory, and lists of strings.
 */
#include "libdom/alloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *alloc_checked(void *memory)
{
	if (!memory) {
		fputs("tl: out of memory\n", stderr);
		_exit(6);
	}
	return memory;
}

void *alloc_zeroed(size_t count, size_t bytes)
{
	return alloc_checked(calloc(count ? count : 1, bytes ? bytes : 1));
}

void *alloc_grow(void *array, size_t count, size_t bytes)
{
	char *grown = alloc_checked(reallocarray(array, count + 1, bytes));

	memset(grown + count * bytes, 0, bytes);
	return grown;
}

char *alloc_text(const char *text)
{
	return alloc_checked(strdup(text));
}

char *alloc_text_of(const char *text, size_t length)
{
	return alloc_checked(strndup(text, length));
}

char *alloc_format(const char *format, ...)
{
	char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	return alloc_checked(text);
}

void strings_add(struct strings *strings, const char *text)
{
	strings->items = alloc_grow(strings->items, strings->count, sizeof(*strings->items));
	strings->items[strings->count++] = alloc_text(text);
}

void strings_free(struct strings *strings)
{
	for (size_t n = 0; n < strings->count; n++)
		free(strings->items[n]);
	free(strings->items);
	*strings = (struct strings){0};
}

void strings_copy(struct strings *to, const struct strings *from)
{
	for (size_t n = 0; n < from->count; n++)
		strings_add(to, from->items[n]);
}
