/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who reads consoles and writes to them: clients of the socket, and a pty for each guest. A reader
 * has a position in its console's history and is never waited for: when the history went on
 * without it, it is told how many bytes it lost. A client has one line for its request; then it is
 * attached, or answered and closed.
 */
#ifndef CONSOLED_READER_H
#define CONSOLED_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "consoled/loop.h"

struct console;

struct reader {
	struct loop_entry entry; /* first */
	struct reader *next;	 /* of its console */
	struct console *console;
	uint64_t position;
	bool is_writer, is_terminal;
	bool has_ended;	 /* closed once all is sent */
	bool is_deaf;	 /* its input has ended */
	bool wants_room; /* input waits for room in the console */
	int other_end;	 /* of a terminal, kept open so that the line never hangs up; or -1 */
	char *text;	 /* answers and notices: sent before the history */
	size_t text_bytes, text_sent;
	char *line; /* the request, as far as it has come */
	size_t line_bytes;
};

/* A pty at the console, its name in name; NULL and errno. */
struct reader *reader_open_terminal(struct console *console, char *name, size_t room);
/* Sends what it can take now. It may be gone afterwards. */
void reader_flush(struct reader *reader);
/* The console takes input again. */
void reader_has_room(struct reader *reader);
/* The console closes: the reader leaves it, and closes when it has got the rest. */
void reader_end(struct reader *reader);

#endif
