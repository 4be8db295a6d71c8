/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A console: text from a source to history, log and readers, input from readers to the source.
 * Sources are the hypervisor's ring and guests' rings. A console that may have text is in the
 * queue of ready ones; a turn takes at most CONSOLE_TURN_BYTES of one and puts it behind the
 * others. Text is given back to the source (which may then reuse its room) only after it is in log
 * and history, so a restart loses nothing.
 */
#ifndef CONSOLED_CONSOLE_H
#define CONSOLED_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "consoled/history.h"
#include "consoled/logfile.h"

#define CONSOLE_TURN_BYTES 4096
#define CONSOLE_INPUT_BYTES 1024
#define CONSOLE_NAME_BYTES 128

struct console;
struct reader;

struct console_source {
	/* Next text, which stays in the source; 0 for none now; -1 when the source is broken. */
	ssize_t (*read)(struct console *console, char *to, size_t room);
	void (*advance)(struct console *console, size_t bytes);
	/* Nothing was to be read, or the source may not be read now: events may come again. */
	void (*rest)(struct console *console);
	/* Takes from the console's input what finds room; NULL: input is thrown away. */
	void (*take_input)(struct console *console);
	/* read said -1. */
	void (*fail)(struct console *console);
};

struct console {
	const struct console_source *source;
	struct console *next, *ready_next;
	struct reader *readers;
	bool is_open, is_ready;
	uint32_t domid, number; /* DOMID_XEN for the hypervisor's */
	char name[CONSOLE_NAME_BYTES];
	struct history history;
	struct logfile log;
	size_t input_bytes;
	char input[CONSOLE_INPUT_BYTES];
};

struct console_settings {
	struct logfile_settings log;
	size_t history_bytes;
};
struct console_settings *console_settings(void);

/* Opens log and history and joins the list. tail_bytes: so much of the log's end was read by those
 * who attached before this program was restarted, and is history. */
void console_open(struct console *console, const struct console_source *source, uint32_t domid,
		  const char *name, const char *log_prefix, size_t tail_bytes);
/* Readers get what is left, then the end of their stream. */
void console_close(struct console *console);
/* NULL when there is no open one. */
struct console *console_find(uint32_t domid, uint32_t number);
struct console *console_first(void);
void console_make_ready(struct console *console);
/* Whether some are still ready behind it. */
bool console_run_turns(void);
/* One console's text until there is none, at most so many bytes: before it closes. */
void console_drain(struct console *console, size_t most);
/* How many bytes were taken: less than given when the source is behind. */
size_t console_put_input(struct console *console, const char *text, size_t bytes);
/* Sources call this when they took input. */
void console_drop_input(struct console *console, size_t bytes);
void console_add_reader(struct console *console, struct reader *reader);
void console_remove_reader(struct console *console, struct reader *reader);
/* All logs are closed and opened again. */
void console_reopen_logs(void);
/* A line on standard error: "consoled: CONSOLE: text". */
void console_say(const struct console *console, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
