/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last bytes of a console, for readers that come later or are slow. Positions count every byte
 * since the console was opened; those from start to end are there. Memory is taken as text comes,
 * up to the limit.
 */
#ifndef CONSOLED_HISTORY_H
#define CONSOLED_HISTORY_H

#include <stddef.h>
#include <stdint.h>

struct history {
	char *bytes;
	size_t size, limit; /* powers of two; what is allocated, what may be */
	uint64_t start, end;
};

/* limit is rounded up to a power of two of at least 4 KiB. */
void history_init(struct history *history, size_t limit);
void history_fini(struct history *history);
/* Oldest bytes give way. Without memory to grow, what there is goes on being used; with none at
 * all nothing is kept, but positions count on. */
void history_append(struct history *history, const char *text, size_t bytes);
/* The longest piece in one run from *position on; its start by *text. A position that is gone is
 * moved to the oldest byte there is, and *lost says over how many. */
size_t history_read(const struct history *history, uint64_t *position, const char **text,
		    uint64_t *lost);
/* The position of the last so many bytes, of all when there are fewer. */
uint64_t history_tail(const struct history *history, uint64_t bytes);

#endif
