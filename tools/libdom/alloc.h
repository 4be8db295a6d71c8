/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that is there or the program ends: a tool that cannot get some hundred bytes cannot undo
 * its work either, and what it leaves is found by the next start of the monitor. All of it is freed
 * by free(). Lists of strings own their strings.
 */
#ifndef LIBDOM_ALLOC_H
#define LIBDOM_ALLOC_H

#include <stddef.h>

void *alloc_zeroed(size_t count, size_t bytes);
/* Room for one more behind `count' of them; the new one is zeroed. Returns the moved array. */
void *alloc_grow(void *array, size_t count, size_t bytes);
char *alloc_text(const char *text);
char *alloc_text_of(const char *text, size_t length);
char *alloc_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

struct strings {
	char **items;
	size_t count;
};

/* Takes a copy. */
void strings_add(struct strings *strings, const char *text);
void strings_free(struct strings *strings);
void strings_copy(struct strings *to, const struct strings *from);

#endif
