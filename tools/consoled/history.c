/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A byte's place is its position modulo the size, so growing moves bytes but no positions.
 */
#include "consoled/history.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SIZE 4096

void history_init(struct history *history, size_t limit)
{
	*history = (struct history){.limit = FIRST_SIZE};
	while (history->limit < limit && history->limit < SIZE_MAX / 4)
		history->limit *= 2;
}

void history_fini(struct history *history)
{
	free(history->bytes);
	history->bytes = NULL;
	history->size = 0;
}

static size_t history_run(const struct history *history, uint64_t position, uint64_t end)
{
	size_t to_edge = history->size - (position & (history->size - 1));

	return end - position < to_edge ? end - position : to_edge;
}

static void history_store(struct history *history, uint64_t position, const char *text,
			  size_t bytes)
{
	while (bytes) {
		size_t run = history_run(history, position, position + bytes);

		memcpy(history->bytes + (position & (history->size - 1)), text, run);
		position += run;
		text += run;
		bytes -= run;
	}
}

static void history_grow(struct history *history, uint64_t wanted)
{
	size_t size = history->size ? history->size : FIRST_SIZE;
	struct history larger = *history;

	while (size < wanted && size < history->limit)
		size *= 2;
	if (size == history->size)
		return;
	larger.bytes = malloc(size);
	larger.size = size;
	if (!larger.bytes)
		return;
	for (uint64_t at = history->start; at < history->end;) {
		size_t run = history_run(history, at, history->end);

		history_store(&larger, at, history->bytes + (at & (history->size - 1)), run);
		at += run;
	}
	free(history->bytes);
	*history = larger;
}

void history_append(struct history *history, const char *text, size_t bytes)
{
	history_grow(history, history->end - history->start + bytes);
	if (bytes > history->size) {
		text += bytes - history->size;
		history->end += bytes - history->size;
		bytes = history->size;
	}
	if (bytes)
		history_store(history, history->end, text, bytes);
	history->end += bytes;
	if (history->end - history->start > history->size)
		history->start = history->end - history->size;
}

size_t history_read(const struct history *history, uint64_t *position, const char **text,
		    uint64_t *lost)
{
	*lost = 0;
	if (*position < history->start) {
		*lost = history->start - *position;
		*position = history->start;
	}
	if (*position >= history->end)
		return 0;
	*text = history->bytes + (*position & (history->size - 1));
	return history_run(history, *position, history->end);
}

uint64_t history_tail(const struct history *history, uint64_t bytes)
{
	return history->end - history->start > bytes ? history->end - bytes : history->start;
}
