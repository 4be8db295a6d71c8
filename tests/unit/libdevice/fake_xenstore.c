/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xenstored over a tree in this process: what libstore takes for its socket. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_xenstore.h"
#include "fake_xenstore_wire.h"

#define MAX_NODES 4096

struct node {
	char path[256], value[2304], access[24];
};

static struct node tree[MAX_NODES], saved[MAX_NODES];
static size_t nr_nodes, nr_saved;
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

static void fire(const char *path)
{
	changes++;
	fake_fire(path);
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

/* The daemon */

void fake_refuse(struct store_wire *wire, const char *error)
{
	fake_reply(wire, XS_ERROR, error, strlen(error) + 1);
}

void fake_agree(struct store_wire *wire, uint32_t type)
{
	fake_reply(wire, type, "OK", 3);
}

static void fake_write(struct store_wire *wire, const char *path, const char *bytes, size_t length)
{
	char value[2304];

	snprintf(value, sizeof(value), "%.*s", (int)length, bytes);
	fake_xenstore_set(path, value);
	fake_agree(wire, XS_WRITE);
}

static void fake_make(struct store_wire *wire, const char *path)
{
	if (!find(path)) {
		insert(path);
		fire(path);
		settle();
	}
	fake_agree(wire, XS_MKDIR);
}

static void fake_list(struct store_wire *wire, const char *path)
{
	char names[XENSTORE_PAYLOAD_MAX], *to = names;
	size_t length = strlen(path);

	for (size_t i = 0; i < nr_nodes; i++) {
		const char *name = tree[i].path + length + 1;

		if (strncmp(tree[i].path, path, length) != 0 || tree[i].path[length] != '/' ||
		    strchr(name, '/'))
			continue;
		if ((size_t)(to - names) + strlen(name) >= sizeof(names))
			abort();
		to = stpcpy(to, name) + 1;
	}
	fake_reply(wire, XS_DIRECTORY, names, (size_t)(to - names));
}

/* "n7", and perhaps "r3" behind it. */
static void fake_set_access(struct store_wire *wire, struct node *node, const char *permissions,
			    size_t length)
{
	const char *second = permissions + strlen(permissions) + 1;

	if (second < permissions + length)
		snprintf(node->access, sizeof(node->access), "%.10s,%.10s", permissions + 1,
			 second + 1);
	else
		snprintf(node->access, sizeof(node->access), "%.10s", permissions + 1);
	fake_agree(wire, XS_SET_PERMS);
}

static void fake_begin(struct store_wire *wire)
{
	memcpy(saved, tree, nr_nodes * sizeof(tree[0]));
	nr_saved = nr_nodes;
	in_transaction = true;
	fake_reply(wire, XS_TRANSACTION_START, "1", 2);
}

static void fake_end(struct store_wire *wire, bool commit)
{
	in_transaction = false;
	if (!commit || conflicts) {
		memcpy(tree, saved, nr_saved * sizeof(tree[0]));
		nr_nodes = nr_saved;
		if (commit) {
			conflicts--;
			fake_refuse(wire, "EAGAIN");
			return;
		}
	} else {
		commits++;
		settle();
	}
	fake_agree(wire, XS_TRANSACTION_END);
}

/* Of a node that is there. */
static void fake_handle_node(struct store_wire *wire, uint32_t type, struct node *node,
			     const char *path, const char *rest, size_t length)
{
	switch (type) {
	case XS_READ:
		fake_reply(wire, type, node->value, strlen(node->value));
		break;
	case XS_DIRECTORY:
		fake_list(wire, path);
		break;
	case XS_RM:
		fake_xenstore_remove(path);
		fake_agree(wire, type);
		break;
	case XS_SET_PERMS:
		fake_set_access(wire, node, rest, length);
		break;
	default:
		fake_refuse(wire, "ENOSYS");
	}
}

void fake_handle(struct store_wire *wire, uint32_t type, const char *payload, size_t length)
{
	char path[XENSTORE_PAYLOAD_MAX];
	size_t path_bytes = strlen(payload) + 1;
	const char *rest = payload + path_bytes;
	struct node *node;

	memcpy(path, payload, path_bytes);
	node = find(path);
	length -= path_bytes;
	if (type == XS_WRITE)
		fake_write(wire, path, rest, length);
	else if (type == XS_MKDIR)
		fake_make(wire, path);
	else if (type == XS_TRANSACTION_START)
		fake_begin(wire);
	else if (type == XS_TRANSACTION_END)
		fake_end(wire, path[0] == 'T');
	else if (type == XS_WATCH)
		fake_watch(wire, path, rest);
	else if (type == XS_UNWATCH)
		fake_unwatch(wire, path, rest);
	else if (!node)
		fake_refuse(wire, "ENOENT");
	else
		fake_handle_node(wire, type, node, path, rest, length);
}
