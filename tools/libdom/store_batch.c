/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nodes collected first and written together. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xenstore.h>

#include "libdom/store.h"
#include "libdom/store_internal.h"

struct entry {
	char *path, *value; /* no value: a directory that gets permissions */
	struct store_access access;
};

struct store_batch {
	struct entry *entries;
	size_t count, room;
	char directory[STORE_PATH_BYTES];
	int error;
};

struct store_batch *store_batch_create(void)
{
	return calloc(1, sizeof(struct store_batch));
}

void store_batch_destroy(struct store_batch *batch)
{
	if (!batch)
		return;
	for (size_t i = 0; i < batch->count; i++) {
		free(batch->entries[i].path);
		free(batch->entries[i].value);
	}
	free(batch->entries);
	free(batch);
}

static struct entry *batch_append(struct store_batch *batch, const char *path)
{
	struct entry *entry;

	if (batch->count == batch->room) {
		size_t room = batch->room ? batch->room * 2 : 64;
		struct entry *entries = realloc(batch->entries, room * sizeof(*entries));

		if (!entries)
			return NULL;
		batch->entries = entries;
		batch->room = room;
	}
	entry = &batch->entries[batch->count];
	*entry = (struct entry){.path = strdup(path)};
	if (!entry->path)
		return NULL;
	batch->count++;
	return entry;
}

void store_batch_enter(struct store_batch *batch, struct store_access access, const char *format,
		       ...)
{
	struct entry *entry;
	va_list list;

	if (!batch)
		return;
	va_start(list, format);
	if (store_format_path(batch->directory, format, list))
		batch->error = ENAMETOOLONG;
	va_end(list);
	entry = batch_append(batch, batch->directory);
	if (entry)
		entry->access = access;
	else
		batch->error = ENOMEM;
}

void store_batch_add(struct store_batch *batch, const char *name, const char *format, ...)
{
	char path[STORE_PATH_BYTES], *value = NULL;
	struct entry *entry;
	va_list list;
	int length;

	if (!batch)
		return;
	va_start(list, format);
	length = vasprintf(&value, format, list);
	va_end(list);
	if (length < 0) {
		batch->error = ENOMEM;
		return;
	}
	length = snprintf(path, sizeof(path), "%s/%s", batch->directory, name);
	entry = length < 0 || (size_t)length >= sizeof(path) ? NULL : batch_append(batch, path);
	if (entry) {
		entry->value = value;
	} else {
		batch->error = ENOMEM;
		free(value);
	}
}

static int batch_write_entry(struct store *store, const struct entry *entry)
{
	if (entry->value)
		return xs_write(store->xs, store->transaction, entry->path, entry->value,
				(unsigned int)strlen(entry->value))
			       ? 0
			       : -1;
	if (!xs_mkdir(store->xs, store->transaction, entry->path))
		return -1;
	return store_set_access_path(store, entry->access, entry->path);
}

static int batch_write_body(struct store *store, void *context)
{
	const struct store_batch *batch = context;

	for (size_t i = 0; i < batch->count; i++)
		if (batch_write_entry(store, &batch->entries[i]))
			return -1;
	return 0;
}

int store_batch_write(struct store *store, const struct store_batch *batch)
{
	if (!batch || batch->error) {
		errno = batch ? batch->error : ENOMEM;
		return -1;
	}
	if (store->transaction)
		return batch_write_body(store, (void *)batch);
	return store_transact(store, batch_write_body, (void *)batch);
}
