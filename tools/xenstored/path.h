/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Paths of the store: what is legal, relative and absolute, their components and hashes.
 *
 * A struct path is always canonical: absolute (or a special "@name"), NUL-terminated, and checked.
 * The hash of a path is the chain of its components' hashes, so that a walk down a path yields the
 * hash of each ancestor.
 */
#ifndef XENSTORED_PATH_H
#define XENSTORED_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATH_MAX_ABSOLUTE 3072 /* XENSTORE_ABS_PATH_MAX */
#define PATH_MAX_RELATIVE 2048 /* XENSTORE_REL_PATH_MAX */
#define PATH_ROOT_HASH 0ULL
#define PATH_SPECIAL_HASH 1ULL

struct path {
	uint16_t len;
	uint16_t base_len; /* bytes that a relative path got in front, 0 for an absolute one */
	char text[PATH_MAX_ABSOLUTE + 1];
};

struct path_step {
	const char *name;
	size_t len;
	size_t end;    /* bytes of the path up to and with this component */
	uint64_t hash; /* of the path up to here */
};

/* Makes a canonical path of what a connection of domid sent (relative is below its home).
 * -EINVAL for an illegal one. Special paths ("@...") only if special is set. */
int path_parse(struct path *path, const char *text, uint16_t domid, bool special);

/* Is it a special path ("@introduceDomain")? */
static inline bool path_is_special(const struct path *path)
{
	return path->text[0] == '@';
}

/* Starts a walk over the components. */
void path_begin(struct path_step *step, const char *text);

/* Steps to the next component; false at the end. */
bool path_next(struct path_step *step);

/* The hash of a whole path. */
uint64_t path_hash(const char *text);

/* Bytes of the parent's path: 1 ("/") for children of the root. */
size_t path_parent_len(const char *text, size_t len);

#endif
