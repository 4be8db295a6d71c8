/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nodes collected first and written together. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libdom/store.h"
#include "libdom/store_internal.h"
#include "libstore/store_pipe.h"

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

static void pipe_add_entry(struct store_pipe *pipe, uint32_t transaction, const struct entry *entry)
{
	char permissions[STORE_ACCESS_BYTES];
	size_t length;

	if (entry->value) {
		store_pipe_add(pipe, XS_WRITE, transaction, entry->path, entry->value,
			       strlen(entry->value));
		return;
	}
	length = store_format_access(permissions, entry->access);
	store_pipe_add(pipe, XS_MKDIR, transaction, entry->path, NULL, 0);
	store_pipe_add(pipe, XS_SET_PERMS, transaction, entry->path, permissions, length);
}

/* The first error of all answers. */
static void hear_entry(size_t index, const struct store_message *answer, void *context)
{
	int *error = context;

	(void)index;
	if (!*error)
		*error = store_answer_error(answer);
}

/* What was refused is not committed: the end is only asked for when all was heard to be well. */
static int batch_write_body(struct store *store, void *context)
{
	const struct store_batch *batch = context;
	struct store_pipe *pipe = store_pipe_open(store->link);
	int error = 0, ret;

	if (!pipe)
		return -1;
	for (size_t i = 0; i < batch->count; i++)
		pipe_add_entry(pipe, store->transaction, &batch->entries[i]);
	ret = store_pipe_exchange(pipe, hear_entry, &error);
	store_pipe_close(pipe);
	if (ret || !error)
		return ret;
	errno = error;
	return -1;
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
