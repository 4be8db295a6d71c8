/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sending what a reader can take, reading what it writes, terminals. Requests: client.c.
 */
#include "consoled/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "consoled/client.h"
#include "consoled/console.h"

static void reader_set_events(struct reader *reader, bool wants_out)
{
	uint32_t events = wants_out ? EPOLLOUT : 0;

	if (!reader->wants_room && !reader->has_ended && !reader->is_deaf)
		events |= EPOLLIN;
	loop_change(&reader->entry, events);
}

void reader_close(struct reader *reader)
{
	if (reader->console)
		console_remove_reader(reader->console, reader);
	loop_remove(&reader->entry);
	close(reader->entry.fd);
	if (reader->other_end >= 0)
		close(reader->other_end);
	client_count(-!reader->is_terminal);
	free(reader->text);
	free(reader->line);
	free(reader);
}

bool reader_add_text(struct reader *reader, const char *text, size_t bytes)
{
	char *larger = realloc(reader->text, reader->text_bytes + bytes + 1);

	if (!larger)
		return false;
	memcpy(larger + reader->text_bytes, text, bytes);
	reader->text = larger;
	reader->text_bytes += bytes;
	return true;
}

static ssize_t reader_send(struct reader *reader, const char *text, size_t bytes)
{
	return reader->is_terminal
		       ? write(reader->entry.fd, text, bytes)
		       : send(reader->entry.fd, text, bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* The next run of what it has not got: its own text, then the console's. */
static size_t reader_next(struct reader *reader, const char **text)
{
	uint64_t lost = 0;
	char notice[80];
	size_t bytes;

	if (reader->text_sent < reader->text_bytes) {
		*text = reader->text + reader->text_sent;
		return reader->text_bytes - reader->text_sent;
	}
	free(reader->text);
	reader->text = NULL;
	reader->text_bytes = reader->text_sent = 0;
	if (!reader->console)
		return 0;
	bytes = history_read(&reader->console->history, &reader->position, text, &lost);
	if (!lost || reader->is_terminal)
		return bytes;
	snprintf(notice, sizeof(notice), "\r\n[%llu bytes lost: read too slowly]\r\n",
		 (unsigned long long)lost);
	if (!reader_add_text(reader, notice, strlen(notice)))
		return bytes;
	*text = reader->text;
	return reader->text_bytes;
}

static void reader_send_all(struct reader *reader)
{
	const char *text;
	size_t bytes;

	while ((bytes = reader_next(reader, &text))) {
		ssize_t sent = reader_send(reader, text, bytes);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && errno != EAGAIN) {
			reader_close(reader);
			return;
		}
		if (sent < 0)
			break;
		if (reader->text)
			reader->text_sent += sent;
		else
			reader->position += sent;
	}
	if (!bytes && reader->has_ended)
		reader_close(reader);
	else
		reader_set_events(reader, bytes);
}

/* One that could not take the last piece is left alone until it can: what it loses is found, and
 * told, only then. */
void reader_flush(struct reader *reader)
{
	if (!(reader->entry.events & EPOLLOUT))
		reader_send_all(reader);
}

void reader_has_room(struct reader *reader)
{
	if (!reader->wants_room)
		return;
	reader->wants_room = false;
	reader_set_events(reader, reader->entry.events & EPOLLOUT);
}

void reader_end(struct reader *reader)
{
	struct console *console = reader->console;
	const char *text;
	uint64_t lost;
	size_t bytes;

	while ((bytes = history_read(&console->history, &reader->position, &text, &lost)) &&
	       reader_add_text(reader, text, bytes))
		reader->position += bytes;
	console_remove_reader(console, reader);
	reader->has_ended = true;
	if (reader->is_terminal)
		reader_close(reader);
	else
		reader_send_all(reader);
}

/* Only as much is read as the console has room for, so nothing has to be kept here. */
static void reader_take_input(struct reader *reader, bool is_gone)
{
	char text[CONSOLE_INPUT_BYTES];
	struct console *console = reader->console;
	size_t room = sizeof(text);
	ssize_t bytes;

	if (reader->is_writer && console->source->take_input)
		room -= console->input_bytes;
	reader->wants_room = !room;
	bytes = room ? read(reader->entry.fd, text, room) : 1;
	if (room && bytes > 0 && reader->is_writer)
		console_put_input(console, text, bytes);
	if (bytes <= 0 && (!bytes || (errno != EAGAIN && errno != EINTR)))
		reader->is_deaf = true;
	if (reader->is_deaf && is_gone)
		reader_close(reader);
	else
		reader_set_events(reader, reader->entry.events & EPOLLOUT);
}

void reader_handle(struct loop_entry *entry, uint32_t events)
{
	struct reader *reader = (struct reader *)entry;
	bool is_gone = events & (EPOLLHUP | EPOLLERR);

	if ((events & EPOLLIN) && reader->console)
		reader_take_input(reader, is_gone);
	else if ((events & EPOLLIN) && !reader->has_ended)
		client_take_request(reader);
	else if (is_gone)
		reader_close(reader);
	else
		reader_send_all(reader);
}

struct reader *reader_create(int fd)
{
	struct reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return NULL;
	reader->other_end = -1;
	if (loop_add(&reader->entry, fd, EPOLLIN, reader_handle)) {
		free(reader);
		return NULL;
	}
	return reader;
}

static int reader_open_pty(int *other_end, char *name, size_t room)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	struct termios raw;

	if (fd < 0)
		return -1;
	if (grantpt(fd) || unlockpt(fd) || ptsname_r(fd, name, room))
		goto out;
	*other_end = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*other_end < 0)
		goto out;
	if (!tcgetattr(*other_end, &raw)) {
		cfmakeraw(&raw);
		tcsetattr(*other_end, TCSANOW, &raw);
	}
	return fd;
out:
	close(fd);
	return -1;
}

struct reader *reader_open_terminal(struct console *console, char *name, size_t room)
{
	int other_end = -1, fd = reader_open_pty(&other_end, name, room);
	struct reader *reader = fd < 0 ? NULL : reader_create(fd);

	if (!reader) {
		if (fd >= 0)
			close(fd);
		if (other_end >= 0)
			close(other_end);
		return NULL;
	}
	reader->is_terminal = reader->is_writer = true;
	reader->other_end = other_end;
	console_add_reader(console, reader);
	return reader;
}
