/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the sources of the store's module share: the handle's inside. For no one else. */
#ifndef LIBDOM_STORE_INTERNAL_H
#define LIBDOM_STORE_INTERNAL_H

#include <stdarg.h>

#include <xenstore.h>

#include "libdom/store.h"

struct store {
	struct xs_handle *xs;
	xs_transaction_t transaction; /* XBT_NULL: none under way */
};

int store_format_path(char path[STORE_PATH_BYTES], const char *format, va_list list)
	__attribute__((format(printf, 2, 0)));
int store_set_access_path(struct store *store, struct store_access access, const char *path);

#endif
