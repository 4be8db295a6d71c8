/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One connection to the store over libxenstore: reading, writing, transactions, watches. */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <xenstore.h>

#include "libdom/store.h"
#include "libdom/store_internal.h"

int store_open(struct store **out, struct failure *failure)
{
	struct store *store = calloc(1, sizeof(*store));

	if (!store)
		return failure_set_errno(failure, FAILURE_NO_MEMORY, ENOMEM, "opening the store",
					 "xenstored", "");
	store->xs = xs_open(0);
	if (!store->xs) {
		failure_set_errno(failure, FAILURE_REFUSED, errno, "opening the store",
				  "/run/xenstored/socket", "start xenstored");
		free(store);
		return -1;
	}
	*out = store;
	return 0;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	xs_close(store->xs);
	free(store);
}

int store_format_path(char path[STORE_PATH_BYTES], const char *format, va_list list)
{
	int length = vsnprintf(path, STORE_PATH_BYTES, format, list);

	if (length >= 0 && length < STORE_PATH_BYTES)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

/* Needs the last named parameter to be `format'; ends the caller with `bad' when it does not fit. */
#define STORE_PATH(path, format, bad)                          \
	do {                                                   \
		va_list list;                                  \
		int error;                                     \
                                                               \
		va_start(list, format);                        \
		error = store_format_path(path, format, list); \
		va_end(list);                                  \
		if (error)                                     \
			return bad;                            \
	} while (0)

char *store_read(struct store *store, const char *format, ...)
{
	char path[STORE_PATH_BYTES];
	unsigned int length;

	STORE_PATH(path, format, NULL);
	return xs_read(store->xs, store->transaction, path, &length);
}

int store_read_number(struct store *store, uint64_t *value, const char *format, ...)
{
	char path[STORE_PATH_BYTES], *text, *end;
	unsigned int length;
	uint64_t number;
	bool is_number;

	STORE_PATH(path, format, -1);
	text = xs_read(store->xs, store->transaction, path, &length);
	if (!text)
		return -1;
	errno = 0;
	number = strtoull(text, &end, strncmp(text, "0x", 2) == 0 ? 16 : 10);
	is_number = !errno && end != text && !*end && text[0] != '-';
	free(text);
	if (!is_number) {
		errno = EINVAL;
		return -1;
	}
	*value = number;
	return 0;
}

bool store_has(struct store *store, const char *format, ...)
{
	char path[STORE_PATH_BYTES], *text;
	unsigned int length;

	STORE_PATH(path, format, false);
	text = xs_read(store->xs, store->transaction, path, &length);
	free(text);
	return text != NULL;
}

char **store_list(struct store *store, unsigned int *count, const char *format, ...)
{
	char path[STORE_PATH_BYTES];

	*count = 0;
	STORE_PATH(path, format, NULL);
	return xs_directory(store->xs, store->transaction, path, count);
}

int store_write(struct store *store, const char *value, const char *format, ...)
{
	char path[STORE_PATH_BYTES];

	STORE_PATH(path, format, -1);
	return xs_write(store->xs, store->transaction, path, value, (unsigned int)strlen(value))
		       ? 0
		       : -1;
}

static int store_remove_path(struct store *store, const char *path)
{
	return xs_rm(store->xs, store->transaction, path) || errno == ENOENT ? 0 : -1;
}

int store_remove(struct store *store, const char *format, ...)
{
	char path[STORE_PATH_BYTES];

	STORE_PATH(path, format, -1);
	return store_remove_path(store, path);
}

/* 1: there, with children or a value of its own; 0: nothing to keep it for. */
static int store_is_needed(struct store *store, const char *path)
{
	unsigned int count, length;
	char **names = xs_directory(store->xs, store->transaction, path, &count);
	char *value;

	if (!names)
		return errno == ENOENT ? 0 : -1;
	free(names);
	if (count)
		return 1;
	value = xs_read(store->xs, store->transaction, path, &length);
	if (!value)
		return errno == ENOENT ? 0 : -1;
	free(value);
	return length > 0;
}

int store_prune(struct store *store, const char *keep, const char *format, ...)
{
	char path[STORE_PATH_BYTES];

	STORE_PATH(path, format, -1);
	if (store_remove_path(store, path))
		return -1;
	for (;;) {
		char *slash = strrchr(path, '/');
		int needed;

		if (!slash || slash == path)
			return 0;
		*slash = '\0';
		if (strlen(path) <= strlen(keep))
			return 0;
		needed = store_is_needed(store, path);
		if (needed)
			return needed < 0 ? -1 : 0;
		if (store_remove_path(store, path))
			return -1;
	}
}

int store_set_access_path(struct store *store, struct store_access access, const char *path)
{
	struct xs_permissions list[2] = {
		{.id = access.owner, .perms = XS_PERM_NONE},
		{.id = access.reader, .perms = XS_PERM_READ},
	};

	return xs_set_permissions(store->xs, store->transaction, path, list,
				  access.reader == STORE_NOBODY ? 1 : 2)
		       ? 0
		       : -1;
}

int store_set_access(struct store *store, struct store_access access, const char *format, ...)
{
	char path[STORE_PATH_BYTES];

	STORE_PATH(path, format, -1);
	return store_set_access_path(store, access, path);
}

/* *again: another's came first. */
static int store_transact_once(struct store *store, int (*body)(struct store *store, void *context),
			       void *context, bool *again)
{
	int result, error;

	*again = false;
	store->transaction = xs_transaction_start(store->xs);
	if (!store->transaction)
		return -1;
	errno = 0;
	result = body(store, context);
	error = errno;
	if (!xs_transaction_end(store->xs, store->transaction, result != 0) && !result) {
		*again = errno == EAGAIN;
		error = errno;
		result = -1;
	} else if (result && error == EAGAIN) {
		*again = true;
	}
	store->transaction = XBT_NULL;
	errno = error;
	return result;
}

int store_transact(struct store *store, int (*body)(struct store *store, void *context),
		   void *context)
{
	bool again;
	int result;

	do
		result = store_transact_once(store, body, context, &again);
	while (again);
	return result;
}

int store_watch(struct store *store, const char *token, const char *format, ...)
{
	char path[STORE_PATH_BYTES];

	STORE_PATH(path, format, -1);
	return xs_watch(store->xs, path, token) ? 0 : -1;
}

int store_unwatch(struct store *store, const char *token, const char *format, ...)
{
	char path[STORE_PATH_BYTES];

	STORE_PATH(path, format, -1);
	return xs_unwatch(store->xs, path, token) ? 0 : -1;
}

int store_fd(const struct store *store)
{
	return xs_fileno(store->xs);
}

int store_next_event(struct store *store, struct store_event *event)
{
	char **found = xs_check_watch(store->xs);

	if (!found)
		return errno == EAGAIN ? 0 : -1;
	snprintf(event->path, sizeof(event->path), "%s", found[XS_WATCH_PATH]);
	snprintf(event->token, sizeof(event->token), "%s", found[XS_WATCH_TOKEN]);
	free(found);
	return 1;
}

static int store_wait_once(struct store *store, int timer)
{
	struct pollfd fds[2] = {{.fd = store_fd(store), .events = POLLIN},
				{.fd = timer, .events = POLLIN}};
	struct store_event event;

	if (poll(fds, 2, -1) < 0 && errno != EINTR)
		return -1;
	if (fds[1].revents) {
		errno = ETIMEDOUT;
		return -1;
	}
	while (store_next_event(store, &event) > 0)
		;
	return 0;
}

static int store_wait_for(struct store *store, int timer, const char *path,
			  bool (*is_done)(const char *value, void *context), void *context)
{
	if (store_watch(store, "wait", "%s", path))
		return -1;
	for (;;) {
		char *value = store_read(store, "%s", path);
		bool done = (value || errno == ENOENT) && is_done(value, context);

		if (!value && errno != ENOENT)
			return -1;
		free(value);
		if (done)
			return 0;
		if (store_wait_once(store, timer))
			return -1;
	}
}

int store_wait(const char *path, bool (*is_done)(const char *value, void *context), void *context,
	       unsigned int timeout_ms)
{
	struct itimerspec when = {.it_value = {.tv_sec = timeout_ms / 1000,
					       .tv_nsec = timeout_ms % 1000 * 1000000L + 1}};
	struct failure failure;
	struct store *store;
	int timer, result = -1, error;

	if (store_open(&store, &failure)) {
		errno = failure.error;
		return -1;
	}
	timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (timer >= 0 && timerfd_settime(timer, 0, &when, NULL) == 0)
		result = store_wait_for(store, timer, path, is_done, context);
	error = errno;
	if (timer >= 0)
		close(timer);
	store_close(store);
	errno = error;
	return result;
}
