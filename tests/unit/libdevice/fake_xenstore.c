/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libxenstore's calls over a tree in this process. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <xenstore.h>

#include "fake_xenstore.h"

#define MAX_NODES 4096
#define MAX_WATCHES 256
#define MAX_EVENTS 4096
#define MAX_HANDLES 8

struct node {
	char path[256], value[2304], access[24];
};

struct xs_handle {
	bool is_open;
	int fd;
	struct {
		char path[256], token[64];
	} watches[MAX_WATCHES];
	size_t nr_watches;
	struct {
		char path[256], token[64];
	} events[MAX_EVENTS];
	size_t first, last;
};

static struct node tree[MAX_NODES], saved[MAX_NODES];
static size_t nr_nodes, nr_saved;
static struct xs_handle handles[MAX_HANDLES];
static void (*react_with)(void);
static unsigned int conflicts, changes, commits;
static bool in_transaction, in_reaction;

void fake_xenstore_reset(void)
{
	nr_nodes = 0;
	react_with = NULL;
	conflicts = 0;
	commits = 0;
}

void fake_xenstore_react(void (*reaction)(void))
{
	react_with = reaction;
}

void fake_xenstore_conflict(unsigned int count)
{
	conflicts = count;
}

unsigned int fake_xenstore_commits(void)
{
	return commits;
}

static struct node *find(const char *path)
{
	for (size_t i = 0; i < nr_nodes; i++)
		if (strcmp(tree[i].path, path) == 0)
			return &tree[i];
	return NULL;
}

static bool is_below(const char *path, const char *parent)
{
	size_t length = strlen(parent);

	return strncmp(path, parent, length) == 0 && (!path[length] || path[length] == '/');
}

static void queue_event(struct xs_handle *h, const char *path, const char *token)
{
	uint64_t one = 1;

	if (h->last == MAX_EVENTS)
		abort();
	snprintf(h->events[h->last].path, sizeof(h->events[0].path), "%s", path);
	snprintf(h->events[h->last++].token, sizeof(h->events[0].token), "%s", token);
	if (write(h->fd, &one, sizeof(one)) < 0)
		abort();
}

static void fire(const char *path)
{
	changes++;
	for (size_t i = 0; i < MAX_HANDLES; i++)
		for (size_t j = 0; handles[i].is_open && j < handles[i].nr_watches; j++)
			if (is_below(path, handles[i].watches[j].path) ||
			    is_below(handles[i].watches[j].path, path))
				queue_event(&handles[i], path, handles[i].watches[j].token);
}

static void settle(void)
{
	unsigned int before;

	if (in_transaction || in_reaction || !react_with)
		return;
	in_reaction = true;
	do {
		before = changes;
		react_with();
	} while (changes != before);
	in_reaction = false;
}

static struct node *insert(const char *path)
{
	struct node *node = find(path), *parent = NULL;
	char above[256];
	char *slash;

	if (node)
		return node;
	snprintf(above, sizeof(above), "%s", path);
	slash = strrchr(above, '/');
	if (slash && slash != above) {
		*slash = '\0';
		parent = insert(above);
	}
	if (nr_nodes == MAX_NODES)
		abort();
	node = &tree[nr_nodes++];
	*node = (struct node){.access = "0"};
	snprintf(node->path, sizeof(node->path), "%s", path);
	if (parent)
		memcpy(node->access, parent->access, sizeof(node->access));
	return node;
}

void fake_xenstore_set(const char *path, const char *value)
{
	struct node *node = insert(path);

	snprintf(node->value, sizeof(node->value), "%s", value);
	fire(path);
	settle();
}

static bool remove_below(const char *path)
{
	size_t kept = 0, before = nr_nodes;

	for (size_t i = 0; i < nr_nodes; i++)
		if (!is_below(tree[i].path, path))
			tree[kept++] = tree[i];
	nr_nodes = kept;
	return kept != before;
}

void fake_xenstore_remove(const char *path)
{
	if (!remove_below(path))
		return;
	fire(path);
	settle();
}

const char *fake_xenstore_get(const char *path)
{
	struct node *node = find(path);

	return node ? node->value : "";
}

bool fake_xenstore_has(const char *path)
{
	return find(path) != NULL;
}

const char *fake_xenstore_access(const char *path)
{
	struct node *node = find(path);

	return node ? node->access : "";
}

size_t fake_xenstore_count(const char *prefix)
{
	size_t count = 0;

	for (size_t i = 0; i < nr_nodes; i++)
		count += strncmp(tree[i].path, prefix, strlen(prefix)) == 0;
	return count;
}

void fake_xenstore_each(const char *suffix, void (*f)(const char *path, const char *value))
{
	for (size_t i = 0; i < nr_nodes; i++) {
		size_t length = strlen(tree[i].path);
		struct node copy = tree[i];

		if (length > strlen(suffix) &&
		    strcmp(tree[i].path + length - strlen(suffix), suffix) == 0)
			f(copy.path, copy.value);
	}
}

void fake_xenstore_dump(void)
{
	for (size_t i = 0; i < nr_nodes; i++)
		fprintf(stderr, "%s = \"%s\" (%s)\n", tree[i].path, tree[i].value, tree[i].access);
}

/* The library's calls */

struct xs_handle *xs_open(unsigned long flags)
{
	for (size_t i = 0; i < MAX_HANDLES; i++) {
		if (handles[i].is_open)
			continue;
		handles[i].is_open = true;
		handles[i].fd = eventfd(0, EFD_NONBLOCK);
		handles[i].nr_watches = handles[i].first = handles[i].last = 0;
		return &handles[i];
	}
	errno = ECONNREFUSED;
	return NULL;
}

void xs_close(struct xs_handle *h)
{
	close(h->fd);
	h->is_open = false;
}

void *xs_read(struct xs_handle *h, xs_transaction_t t, const char *path, unsigned int *len)
{
	struct node *node = find(path);

	if (!node) {
		errno = ENOENT;
		return NULL;
	}
	*len = (unsigned int)strlen(node->value);
	return strdup(node->value);
}

bool xs_write(struct xs_handle *h, xs_transaction_t t, const char *path, const void *data,
	      unsigned int len)
{
	char value[2304];

	snprintf(value, sizeof(value), "%.*s", (int)len, (const char *)data);
	fake_xenstore_set(path, value);
	return true;
}

bool xs_mkdir(struct xs_handle *h, xs_transaction_t t, const char *path)
{
	if (!find(path)) {
		insert(path);
		fire(path);
		settle();
	}
	return true;
}

bool xs_rm(struct xs_handle *h, xs_transaction_t t, const char *path)
{
	if (!find(path)) {
		errno = ENOENT;
		return false;
	}
	fake_xenstore_remove(path);
	return true;
}

char **xs_directory(struct xs_handle *h, xs_transaction_t t, const char *path, unsigned int *num)
{
	size_t length = strlen(path), bytes = 0;
	char **names, *text;

	*num = 0;
	if (!find(path)) {
		errno = ENOENT;
		return NULL;
	}
	for (size_t i = 0; i < nr_nodes; i++)
		bytes += strlen(tree[i].path) + 1 + sizeof(char *);
	names = malloc(bytes + 1);
	text = (char *)(names + nr_nodes);
	for (size_t i = 0; i < nr_nodes; i++) {
		const char *name = tree[i].path + length + 1;

		if (strncmp(tree[i].path, path, length) != 0 || tree[i].path[length] != '/' ||
		    strchr(name, '/'))
			continue;
		names[(*num)++] = text;
		text = stpcpy(text, name) + 1;
	}
	return names;
}

bool xs_set_permissions(struct xs_handle *h, xs_transaction_t t, const char *path,
			struct xs_permissions *perms, unsigned int num_perms)
{
	struct node *node = find(path);

	if (!node) {
		errno = ENOENT;
		return false;
	}
	if (num_perms > 1)
		snprintf(node->access, sizeof(node->access), "%u,%u", perms[0].id, perms[1].id);
	else
		snprintf(node->access, sizeof(node->access), "%u", perms[0].id);
	return true;
}

xs_transaction_t xs_transaction_start(struct xs_handle *h)
{
	memcpy(saved, tree, nr_nodes * sizeof(tree[0]));
	nr_saved = nr_nodes;
	in_transaction = true;
	return 1;
}

bool xs_transaction_end(struct xs_handle *h, xs_transaction_t t, bool abort_it)
{
	in_transaction = false;
	if (abort_it || conflicts) {
		memcpy(tree, saved, nr_saved * sizeof(tree[0]));
		nr_nodes = nr_saved;
		if (abort_it)
			return true;
		conflicts--;
		errno = EAGAIN;
		return false;
	}
	commits++;
	settle();
	return true;
}

bool xs_watch(struct xs_handle *h, const char *path, const char *token)
{
	if (h->nr_watches == MAX_WATCHES)
		abort();
	snprintf(h->watches[h->nr_watches].path, sizeof(h->watches[0].path), "%s", path);
	snprintf(h->watches[h->nr_watches++].token, sizeof(h->watches[0].token), "%s", token);
	queue_event(h, path, token);
	return true;
}

bool xs_unwatch(struct xs_handle *h, const char *path, const char *token)
{
	for (size_t i = 0; i < h->nr_watches; i++) {
		if (strcmp(h->watches[i].path, path) != 0 ||
		    strcmp(h->watches[i].token, token) != 0)
			continue;
		h->watches[i] = h->watches[--h->nr_watches];
		return true;
	}
	errno = ENOENT;
	return false;
}

int xs_fileno(struct xs_handle *h)
{
	return h->fd;
}

char **xs_check_watch(struct xs_handle *h)
{
	char **event;
	uint64_t value;

	if (h->first == h->last) {
		h->first = h->last = 0;
		(void)!read(h->fd, &value, sizeof(value));
		errno = EAGAIN;
		return NULL;
	}
	event = malloc(2 * sizeof(char *) + sizeof(h->events[0]));
	event[0] = (char *)(event + 2);
	event[1] = event[0] + sizeof(h->events[0].path);
	memcpy(event[0], &h->events[h->first++], sizeof(h->events[0]));
	return event;
}
