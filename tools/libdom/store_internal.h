/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the sources of the store's module share: the handle's inside. For no one else. */
#ifndef LIBDOM_STORE_INTERNAL_H
#define LIBDOM_STORE_INTERNAL_H

#include <stdarg.h>

#include "libdom/store.h"

/* A watch, for the next xenstored. */
struct watched {
	struct watched *next;
	char *token; /* behind the path */
	char path[];
};

struct store {
	struct store_link *link;
	uint32_t transaction; /* 0: none under way */
	bool is_lost;	      /* xenstored ended and none came for long */
	struct watched *watches;
};

int store_format_path(char path[STORE_PATH_BYTES], const char *format, va_list list)
	__attribute__((format(printf, 2, 0)));
char *store_read_bytes(struct store *store, const char *path, size_t *length);
/* As the protocol has permissions; how many bytes. */
#define STORE_ACCESS_BYTES 32
size_t store_format_access(char permissions[STORE_ACCESS_BYTES], struct store_access access);
/* NULL with errno. Waits for a xenstored that was killed to come back. */
struct store_link *store_open_link(void);
/* Whether what has failed is worth another try: xenstored had ended and another one is there. Keeps
 * errno when it isn't. */
bool store_revive(struct store *store);

#endif
