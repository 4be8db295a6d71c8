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
#include "libdom/store_pipe.h"

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

static void pipe_add_entry(struct store_pipe *pipe, uint32_t transaction, const struct entry *entry)
{
	char permissions[32];
	int length;

	if (entry->value) {
		store_pipe_add(pipe, XS_WRITE, transaction, entry->path, entry->value,
			       strlen(entry->value));
		return;
	}
	length = snprintf(permissions, sizeof(permissions), "n%u", entry->access.owner) + 1;
	if (entry->access.reader != STORE_NOBODY)
		length += snprintf(permissions + length, sizeof(permissions) - (size_t)length,
				   "r%u", entry->access.reader) +
			  1;
	store_pipe_add(pipe, XS_MKDIR, transaction, entry->path, NULL, 0);
	store_pipe_add(pipe, XS_SET_PERMS, transaction, entry->path, permissions, (size_t)length);
}

struct outcome {
	int error; /* the first one */
	uint32_t transaction;
};

static void hear_start(size_t index, const struct store_answer *answer, void *context)
{
	struct outcome *outcome = context;

	(void)index;
	outcome->error = answer->error;
	outcome->transaction = answer->error ? 0 : (uint32_t)strtoul(answer->text, NULL, 10);
}

static void hear_entry(size_t index, const struct store_answer *answer, void *context)
{
	struct outcome *outcome = context;

	(void)index;
	if (!outcome->error)
		outcome->error = answer->error;
}

/* -1 with errno, EAGAIN when another's transaction came first. What was refused is not committed:
 * the end is only asked for when all was heard to be well. */
static int pipe_write_once(struct store_pipe *pipe, const struct store_batch *batch)
{
	struct outcome outcome = {0};
	bool refused;

	store_pipe_add(pipe, XS_TRANSACTION_START, 0, "", NULL, 0);
	if (store_pipe_exchange(pipe, hear_start, &outcome))
		return -1;
	if (!outcome.error) {
		for (size_t i = 0; i < batch->count; i++)
			pipe_add_entry(pipe, outcome.transaction, &batch->entries[i]);
		if (store_pipe_exchange(pipe, hear_entry, &outcome))
			return -1;
		refused = outcome.error != 0;
		store_pipe_add(pipe, XS_TRANSACTION_END, outcome.transaction, refused ? "F" : "T",
			       NULL, 0);
		if (store_pipe_exchange(pipe, hear_entry, &outcome))
			return -1;
	}
	errno = outcome.error;
	return outcome.error ? -1 : 0;
}

static int pipe_write(struct store_pipe *pipe, const struct store_batch *batch)
{
	int ret;

	do
		ret = pipe_write_once(pipe, batch);
	while (ret && errno == EAGAIN);
	store_pipe_close(pipe);
	return ret;
}

int store_batch_write(struct store *store, const struct store_batch *batch)
{
	struct store_pipe *pipe;

	if (!batch || batch->error) {
		errno = batch ? batch->error : ENOMEM;
		return -1;
	}
	if (store->transaction)
		return batch_write_body(store, (void *)batch);
	pipe = store_pipe_open();
	if (pipe)
		return pipe_write(pipe, batch);
	return store_transact(store, batch_write_body, (void *)batch);
}
