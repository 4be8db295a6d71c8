/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A folder for the socket, sources, clients.
 */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "consoled/client.h"
#include "consoled/loop.h"

#define ROUNDS 50

static char folder[64], path[96];

int fixture_set_up(void **state)
{
	(void)state;
	*console_settings() = (struct console_settings){.log.folder = -1, .history_bytes = 65536};
	strcpy(folder, "/tmp/consoled-clients-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	strcat(strcpy(path, folder), "/socket");
	return loop_open() || client_listen(path);
}

int fixture_tear_down(void **state)
{
	(void)state;
	pump();
	client_close_socket();
	rmdir(folder);
	return console_first() ? -1 : 0;
}

void pump(void)
{
	for (unsigned int i = 0; i < ROUNDS; i++) {
		loop_run_once(0);
		console_run_turns();
	}
}

static ssize_t source_read(struct console *console, char *to, size_t room)
{
	struct source *source = (struct source *)console;
	size_t bytes = source->bytes - source->advanced;

	source->turns++;
	if (source->is_broken)
		return -1;
	if (bytes > room)
		bytes = room;
	if (bytes)
		memcpy(to, source->text + source->advanced, bytes);
	return bytes;
}

static void source_advance(struct console *console, size_t bytes)
{
	((struct source *)console)->advanced += bytes;
}

static void source_rest(struct console *console)
{
	(void)console;
}

static void source_take_input(struct console *console)
{
	struct source *source = (struct source *)console;
	size_t bytes = console->input_bytes;

	if (bytes > source->takes)
		bytes = source->takes;
	source->taken = realloc(source->taken, source->nr_taken + bytes + 1);
	memcpy(source->taken + source->nr_taken, console->input, bytes);
	source->nr_taken += bytes;
	source->taken[source->nr_taken] = '\0';
	source->takes -= bytes;
	console_drop_input(console, bytes);
}

static void source_fail(struct console *console)
{
	console_close(console);
}

static const struct console_source memory_source = {
	.read = source_read,
	.advance = source_advance,
	.rest = source_rest,
	.take_input = source_take_input,
	.fail = source_fail,
};

void source_open(struct source *source, unsigned int domid)
{
	*source = (struct source){.takes = SIZE_MAX};
	console_open(&source->console, &memory_source, domid, "test", "guest-", 0);
}

void source_say(struct source *source, const char *text, size_t bytes)
{
	source->text = realloc(source->text, source->bytes + bytes);
	memcpy(source->text + source->bytes, text, bytes);
	source->bytes += bytes;
	console_make_ready(&source->console);
}

void source_close(struct source *source)
{
	if (source->console.is_open)
		console_close(&source->console);
	free(source->text);
	free(source->taken);
}

int client_open(const char *text)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	strcpy(address.sun_path, path);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(send(fd, text, strlen(text), 0), strlen(text));
	pump();
	return fd;
}

char *client_read(int fd, size_t *bytes)
{
	size_t room = 1 << 20;
	char *text = malloc(room + 1);
	ssize_t got;

	*bytes = 0;
	do {
		pump();
		got = recv(fd, text + *bytes, room - *bytes, 0);
		if (got > 0)
			*bytes += got;
	} while (got > 0);
	text[*bytes] = '\0';
	if (got == 0 && !*bytes) {
		free(text);
		return NULL;
	}
	return text;
}
