/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of consoles, whose turn it is, and what a turn does.
 */
#include "consoled/console.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "consoled/reader.h"

static struct console_settings settings = {.log.folder = -1};
static struct console *consoles;
static struct console *ready_first, **ready_end = &ready_first;

struct console_settings *console_settings(void)
{
	return &settings;
}

void console_say(const struct console *console, const char *format, ...)
{
	char text[400];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	fprintf(stderr, "consoled: %s: %s\n", console->name, text);
}

static void console_tell_log_error(struct console *console, int error_before)
{
	if (console->log.error && console->log.error != error_before)
		console_say(console, "cannot write its log %s: %s; it goes on without",
			    console->log.name, strerror(console->log.error));
}

static void console_recall(struct console *console, size_t bytes)
{
	char text[CONSOLE_TURN_BYTES];
	size_t kept = settings.history_bytes < sizeof(text) ? settings.history_bytes : sizeof(text);

	if (settings.log.timestamps)
		return;
	bytes = logfile_tail(&console->log, text, bytes < kept ? bytes : kept);
	history_append(&console->history, text, bytes);
}

void console_open(struct console *console, const struct console_source *source, uint32_t domid,
		  const char *name, const char *log_prefix, size_t tail_bytes)
{
	char log_name[LOGFILE_NAME_BYTES];

	console->source = source;
	console->domid = domid;
	snprintf(console->name, sizeof(console->name), "%s", name);
	history_init(&console->history, settings.history_bytes);
	logfile_name(log_name, log_prefix, name);
	logfile_open(&console->log, &settings.log, log_name);
	console_tell_log_error(console, 0);
	console_recall(console, tail_bytes);
	console->is_open = true;
	console->next = consoles;
	consoles = console;
}

static void console_leave_queue(struct console *console)
{
	struct console **at = &ready_first;

	while (*at && *at != console)
		at = &(*at)->ready_next;
	if (!*at)
		return;
	*at = console->ready_next;
	if (!*at)
		ready_end = at;
	console->is_ready = false;
}

void console_close(struct console *console)
{
	struct console **at = &consoles;

	while (console->readers)
		reader_end(console->readers);
	while (*at && *at != console)
		at = &(*at)->next;
	if (*at)
		*at = console->next;
	console_leave_queue(console);
	logfile_close(&console->log);
	history_fini(&console->history);
	console->is_open = false;
	console->input_bytes = 0;
}

struct console *console_find(uint32_t domid, uint32_t number)
{
	struct console *console = consoles;

	while (console && (console->domid != domid || console->number != number))
		console = console->next;
	return console;
}

struct console *console_first(void)
{
	return consoles;
}

void console_make_ready(struct console *console)
{
	if (console->is_ready || !console->is_open)
		return;
	console->is_ready = true;
	console->ready_next = NULL;
	*ready_end = console;
	ready_end = &console->ready_next;
}

static void console_put_output(struct console *console, const char *text, size_t bytes)
{
	int error_before = console->log.error;
	struct timespec now;
	struct reader *next;

	clock_gettime(CLOCK_REALTIME, &now);
	logfile_write(&console->log, &settings.log, text, bytes, &now);
	console_tell_log_error(console, error_before);
	history_append(&console->history, text, bytes);
	for (struct reader *reader = console->readers; reader; reader = next) {
		next = reader->next;
		reader_flush(reader);
	}
}

/* How many bytes it had; -1 when it failed and may be gone. */
static ssize_t console_take_turn(struct console *console)
{
	char text[CONSOLE_TURN_BYTES];
	ssize_t bytes = console->source->read(console, text, sizeof(text));

	if (bytes < 0) {
		console->source->fail(console);
		return -1;
	}
	if (bytes) {
		console_put_output(console, text, bytes);
		console->source->advance(console, bytes);
	}
	if (console->input_bytes)
		console->source->take_input(console);
	return bytes;
}

bool console_run_turns(void)
{
	unsigned int count = 0;

	for (struct console *console = ready_first; console; console = console->ready_next)
		count++;
	for (; count && ready_first; count--) {
		struct console *console = ready_first;
		ssize_t bytes;

		console_leave_queue(console);
		bytes = console_take_turn(console);
		if (bytes > 0)
			console_make_ready(console);
		else if (!bytes)
			console->source->rest(console);
	}
	return ready_first;
}

void console_drain(struct console *console, size_t most)
{
	char text[CONSOLE_TURN_BYTES];

	while (most) {
		ssize_t bytes = console->source->read(console, text,
						      most < sizeof(text) ? most : sizeof(text));

		if (bytes <= 0)
			break;
		console_put_output(console, text, bytes);
		console->source->advance(console, bytes);
		most -= bytes;
	}
}

size_t console_put_input(struct console *console, const char *text, size_t bytes)
{
	size_t room = sizeof(console->input) - console->input_bytes;

	if (!console->source->take_input)
		return bytes;
	if (bytes > room)
		bytes = room;
	memcpy(console->input + console->input_bytes, text, bytes);
	console->input_bytes += bytes;
	console_make_ready(console);
	return bytes;
}

void console_drop_input(struct console *console, size_t bytes)
{
	console->input_bytes -= bytes;
	memmove(console->input, console->input + bytes, console->input_bytes);
	for (struct reader *reader = console->readers; bytes && reader; reader = reader->next)
		reader_has_room(reader);
}

void console_add_reader(struct console *console, struct reader *reader)
{
	reader->console = console;
	reader->next = console->readers;
	console->readers = reader;
}

void console_remove_reader(struct console *console, struct reader *reader)
{
	struct reader **at = &console->readers;

	while (*at && *at != reader)
		at = &(*at)->next;
	if (*at)
		*at = reader->next;
	reader->console = NULL;
	reader->next = NULL;
}

void console_reopen_logs(void)
{
	for (struct console *console = consoles; console; console = console->next)
		logfile_reopen(&console->log, &settings.log);
}
