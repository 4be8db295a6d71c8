/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Consoles whose source is memory, and clients of the real socket, in one process: pump() lets
 * consoled's loop do all that there is to do.
 */
#ifndef TESTS_CONSOLED_CLIENTS_FIXTURE_H
#define TESTS_CONSOLED_CLIENTS_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "consoled/console.h"

struct source {
	struct console console; /* first */
	char *text;		/* what it still has to say */
	size_t bytes, advanced, turns;
	char *taken;		/* input that it got */
	size_t nr_taken, takes; /* so much more of it is taken */
	bool is_broken;
};

int fixture_set_up(void **state);
int fixture_tear_down(void **state);
void source_open(struct source *source, unsigned int domid);
void source_say(struct source *source, const char *text, size_t bytes);
void source_close(struct source *source);
/* A connection that has sent these bytes; not blocking. */
int client_open(const char *text);
/* What came since, as a string; NULL at the end of the stream. Free it. */
char *client_read(int fd, size_t *bytes);
void pump(void);

#endif
