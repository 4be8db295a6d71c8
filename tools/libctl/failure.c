/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * struct failure: filling it and showing it.
 */
#include "libctl/failure.h"

#include <stdbool.h>
#include <string.h>

static bool failure_is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Cuts at a whole UTF-8 character, so that a terminal never sees half of one. */
static void failure_copy(char *to, size_t room, const char *from)
{
	size_t length = from ? strlen(from) : 0;

	if (length >= room) {
		length = room - 1;
		while (length && failure_is_continuation(from[length]))
			length--;
	}
	if (length)
		memmove(to, from, length);
	to[length] = '\0';
}

int failure_set(struct failure *failure, enum failure_code code, const char *stage,
		const char *object, const char *cause, const char *next)
{
	failure->code = code;
	failure->error = 0;
	failure_copy(failure->stage, sizeof(failure->stage), stage);
	failure_copy(failure->object, sizeof(failure->object), object);
	failure_copy(failure->cause, sizeof(failure->cause), cause);
	failure_copy(failure->next, sizeof(failure->next), next);
	return -1;
}

int failure_set_errno(struct failure *failure, enum failure_code code, int error, const char *stage,
		      const char *object, const char *next)
{
	failure_set(failure, code, stage, object, strerror(error), next);
	failure->error = error;
	return -1;
}

static void failure_put(const char *text, FILE *to)
{
	for (; *text; text++) {
		unsigned char c = *text;

		fputc(c < 0x20 || c == 0x7f ? '?' : c, to);
	}
}

void failure_print(const struct failure *failure, const char *program, FILE *to)
{
	const char *parts[] = {program, failure->stage, failure->object, failure->cause};
	bool any = false;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!parts[i] || !*parts[i])
			continue;
		if (any)
			fputs(": ", to);
		failure_put(parts[i], to);
		any = true;
	}
	if (*failure->next) {
		fputs("; ", to);
		failure_put(failure->next, to);
	}
	fputc('\n', to);
}
