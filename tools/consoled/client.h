/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clients of the socket: accepting them, their request, its answer. Between client.c and reader.c
 * only, but for the three that main.c calls.
 */
#ifndef CONSOLED_CLIENT_H
#define CONSOLED_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "consoled/reader.h"

/* Listens at the path, for root only; -1 and errno. */
int client_listen(const char *path);
void client_close_socket(void);
/* What looks for domains that are not known yet, before one is refused. */
void client_set_refresh(void (*refresh)(void));

void client_take_request(struct reader *reader);
/* One more, or one less. */
void client_count(int change);

struct reader *reader_create(int fd);
void reader_close(struct reader *reader);
void reader_handle(struct loop_entry *entry, uint32_t events);
/* false without memory. */
bool reader_add_text(struct reader *reader, const char *text, size_t bytes);

#endif
