/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Permissions of nodes: immutable lists, shared by all nodes that have the same one.
 *
 * The first entry names the owner, and its access is what everybody not listed has. An entry of a
 * domain that died is made stale, since its number may go to another domain: a stale owner owns
 * nothing, a stale entry allows nothing. Lists are counted; the set finds equal ones.
 */
#ifndef XENSTORED_PERMISSIONS_H
#define XENSTORED_PERMISSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "xenstored/table.h"

#define PERMISSIONS_MAX 256 /* entries that fit into a message */

enum access { ACCESS_NONE = 0, ACCESS_READ = 1, ACCESS_WRITE = 2, ACCESS_BOTH = 3 };

struct permission {
	uint16_t domid;
	uint8_t access;
	uint8_t stale;
};

struct permissions {
	struct table_link link;
	struct permission_set *set;
	LIST_ENTRY(permissions) all;
	uint32_t nr_references;
	uint32_t nr_entries;
	struct permission entries[];
};

struct permission_set {
	struct table table;
	LIST_HEAD(, permissions) all;
};

/* Whose access is asked: a domain, and one that it acts for (or DOMAIN_NONE). */
struct subject {
	uint16_t domid;
	uint16_t target;
	bool privileged;
};

#define DOMAIN_FIRST_RESERVED 0x7ff0 /* DOMID_FIRST_RESERVED */
#define DOMAIN_NONE 0x7ff4	     /* DOMID_INVALID */

void permission_set_init(struct permission_set *set);
void permission_set_fini(struct permission_set *set);

/* A reference to the list with these entries (at least one), NULL without memory. */
struct permissions *permissions_intern(struct permission_set *set, const struct permission *entries,
				       uint32_t nr_entries);

/* The list like parent's, but owned by domid; a reference, NULL without memory. */
struct permissions *permissions_inherit(struct permissions *parent, uint16_t domid);

/* One more, one less reference. */
struct permissions *permissions_get(struct permissions *permissions);
void permissions_put(struct permissions *permissions);

/* The owner's number. */
static inline uint16_t permissions_owner(const struct permissions *permissions)
{
	return permissions->entries[0].domid;
}

/* May the subject access it in all of the ways of the mask? */
bool permissions_allow(const struct permissions *permissions, const struct subject *subject,
		       enum access access);

/* Is the subject the owner, acts for it, or is privileged? */
bool permissions_is_owner(const struct permissions *permissions, const struct subject *subject);

/* A domain died: its entries mean nobody any more. */
void permissions_forget(struct permission_set *set, uint16_t domid);

/* Reads one entry ("r5"), with nothing behind it; -EINVAL. */
int permission_parse(struct permission *permission, const char *text);

/* Writes an entry with its NUL; bytes written, at most 7. */
size_t permission_print(const struct permission *permission, char *text);

#endif
