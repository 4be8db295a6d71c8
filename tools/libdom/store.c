/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One connection to the store: reading, writing, transactions, watches. */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "libdom/store.h"
#include "libdom/store_internal.h"

int store_open(struct store **out, struct failure *failure)
{
	struct store *store = calloc(1, sizeof(*store));

	if (!store)
		return failure_set_errno(failure, FAILURE_NO_MEMORY, ENOMEM, "opening the store",
					 "xenstored", "");
	store->link = store_open_link();
	if (!store->link) {
		failure_set_errno(failure, FAILURE_REFUSED, errno, "opening the store",
				  store_wire_path(), "start xenstored");
		free(store);
		return -1;
	}
	*out = store;
	return 0;
}

void store_close(struct store *store)
{
	struct watched *watched;

	if (!store)
		return;
	while ((watched = store->watches)) {
		store->watches = watched->next;
		free(watched);
	}
	store_link_close(store->link);
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

char *store_read_bytes(struct store *store, const char *path, size_t *length)
{
	char *text;

	do
		text = store_link_read(store->link, store->transaction, path, length);
	while (!text && store_revive(store));
	return text;
}

char *store_read(struct store *store, const char *format, ...)
{
	char path[STORE_PATH_BYTES];

	STORE_PATH(path, format, NULL);
	return store_read_bytes(store, path, NULL);
}

int store_read_number(struct store *store, uint64_t *value, const char *format, ...)
{
	char path[STORE_PATH_BYTES], *text, *end;
	uint64_t number;
	bool is_number;

	STORE_PATH(path, format, -1);
	text = store_read_bytes(store, path, NULL);
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

	STORE_PATH(path, format, false);
	text = store_read_bytes(store, path, NULL);
	free(text);
	return text != NULL;
}

static char **store_list_path(struct store *store, const char *path, unsigned int *count)
{
	char **names;

	do
		names = store_link_list(store->link, store->transaction, path, count);
	while (!names && store_revive(store));
	return names;
}

char **store_list(struct store *store, unsigned int *count, const char *format, ...)
{
	char path[STORE_PATH_BYTES];

	*count = 0;
	STORE_PATH(path, format, NULL);
	return store_list_path(store, path, count);
}

int store_write(struct store *store, const char *value, const char *format, ...)
{
	char path[STORE_PATH_BYTES];
	int ret;

	STORE_PATH(path, format, -1);
	do
		ret = store_link_write(store->link, store->transaction, path, value, strlen(value));
	while (ret && store_revive(store));
	return ret;
}

static int store_remove_path(struct store *store, const char *path)
{
	int ret;

	do
		ret = store_link_remove(store->link, store->transaction, path);
	while (ret && store_revive(store));
	return ret && errno != ENOENT ? -1 : 0;
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
	unsigned int count;
	size_t length;
	char **names = store_list_path(store, path, &count);
	char *value;

	if (!names)
		return errno == ENOENT ? 0 : -1;
	free(names);
	if (count)
		return 1;
	value = store_read_bytes(store, path, &length);
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

size_t store_format_access(char permissions[STORE_ACCESS_BYTES], struct store_access access)
{
	int length = snprintf(permissions, STORE_ACCESS_BYTES, "n%u", access.owner) + 1;

	if (access.reader != STORE_NOBODY)
		length += snprintf(permissions + length, STORE_ACCESS_BYTES - (size_t)length, "r%u",
				   access.reader) +
			  1;
	return (size_t)length;
}

int store_set_access(struct store *store, struct store_access access, const char *format, ...)
{
	char path[STORE_PATH_BYTES], permissions[STORE_ACCESS_BYTES];
	size_t length = store_format_access(permissions, access);
	int ret;

	STORE_PATH(path, format, -1);
	do
		ret = store_link_set_permissions(store->link, store->transaction, path, permissions,
						 length);
	while (ret && store_revive(store));
	return ret;
}

static int store_begin(struct store *store)
{
	int ret;

	do
		ret = store_link_begin_transaction(store->link, &store->transaction);
	while (ret && store_revive(store));
	return ret;
}

/* *again: another's came first, or xenstored ended on the way. */
static int store_transact_once(struct store *store, int (*body)(struct store *store, void *context),
			       void *context, bool *again)
{
	int result, error;

	*again = false;
	if (store_begin(store))
		return -1;
	errno = 0;
	result = body(store, context);
	error = errno;
	if (store_link_end_transaction(store->link, store->transaction, result == 0) && !result) {
		*again = errno == EAGAIN;
		error = errno;
		result = -1;
	} else if (result && error == EAGAIN) {
		*again = true;
	}
	*again |= store_link_is_broken(store->link);
	store->transaction = 0;
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

static int store_note_watch(struct store *store, const char *path, const char *token)
{
	size_t path_bytes = strlen(path) + 1, token_bytes = strlen(token) + 1;
	struct watched *watched = malloc(sizeof(*watched) + path_bytes + token_bytes);

	if (!watched)
		return -1;
	watched->next = store->watches;
	watched->token = watched->path + path_bytes;
	memcpy(watched->path, path, path_bytes);
	memcpy(watched->token, token, token_bytes);
	store->watches = watched;
	return 0;
}

static void store_forget_watch(struct store *store, const char *path, const char *token)
{
	struct watched **place = &store->watches, *watched;

	while ((watched = *place) && (strcmp(watched->path, path) || strcmp(watched->token, token)))
		place = &watched->next;
	if (!watched)
		return;
	*place = watched->next;
	free(watched);
}

int store_watch(struct store *store, const char *token, const char *format, ...)
{
	char path[STORE_PATH_BYTES];
	int ret;

	STORE_PATH(path, format, -1);
	do
		ret = store_link_watch(store->link, path, token, NULL);
	while (ret && store_revive(store));
	return ret ? -1 : store_note_watch(store, path, token);
}

int store_unwatch(struct store *store, const char *token, const char *format, ...)
{
	char path[STORE_PATH_BYTES];

	STORE_PATH(path, format, -1);
	store_forget_watch(store, path, token);
	return store_link_unwatch(store->link, path, token);
}

int store_fd(const struct store *store)
{
	return store_link_fd(store->link);
}

int store_next_event(struct store *store, struct store_event *event)
{
	int ret;

	do
		ret = store_link_next_event(store->link, event);
	while (ret < 0 && store_revive(store));
	return ret;
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
	for (;;) {
		int ret = store_next_event(store, &event);

		if (ret <= 0)
			return ret;
	}
}

static int store_wait_for(struct store *store, int timer, const char *path,
			  bool (*is_done)(const char *value, void *context), void *context)
{
	if (store_watch(store, "wait", "%s", path))
		return -1;
	for (;;) {
		char *value = store_read(store, "%s", path);
		bool is_read = value || errno == ENOENT;
		bool done = is_read && is_done(value, context);

		free(value);
		if (done)
			return 0;
		if (!is_read)
			return -1;
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

int store_introduce(struct store *store, uint32_t domid, uint64_t frame, uint32_t port)
{
	int ret;

	do
		ret = store_link_introduce(store->link, domid, frame, port);
	while (ret && store_revive(store));
	return ret;
}

int store_release(struct store *store, uint32_t domid)
{
	int ret;

	do
		ret = store_link_release(store->link, domid);
	while (ret && store_revive(store));
	return ret && errno != ENOENT && errno != EINVAL ? -1 : 0;
}

struct store_link *store_link_of(struct store *store)
{
	return store->link;
}
