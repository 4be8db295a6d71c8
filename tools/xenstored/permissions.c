/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared lists of permissions: equal ones are one, and all of them are on one list. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xenstored/permissions.h"

static const char access_letters[] = {
	[ACCESS_NONE] = 'n', [ACCESS_READ] = 'r', [ACCESS_WRITE] = 'w', [ACCESS_BOTH] = 'b'};

void permission_set_init(struct permission_set *set)
{
	table_init(&set->table);
	LIST_INIT(&set->all);
}

void permission_set_fini(struct permission_set *set)
{
	table_fini(&set->table);
}

static bool permissions_equal(const struct permissions *permissions,
			      const struct permission *entries, uint32_t nr_entries)
{
	return permissions->nr_entries == nr_entries &&
	       !memcmp(permissions->entries, entries, nr_entries * sizeof(*entries));
}

static struct permissions *permissions_create(struct permission_set *set,
					      const struct permission *entries, uint32_t nr_entries,
					      uint64_t hash)
{
	struct permissions *permissions;

	permissions = malloc(sizeof(*permissions) + nr_entries * sizeof(*entries));
	if (!permissions)
		return NULL;
	permissions->set = set;
	permissions->nr_references = 1;
	permissions->nr_entries = nr_entries;
	memcpy(permissions->entries, entries, nr_entries * sizeof(*entries));
	LIST_INSERT_HEAD(&set->all, permissions, all);
	table_insert(&set->table, &permissions->link, hash);
	return permissions;
}

struct permissions *permissions_intern(struct permission_set *set, const struct permission *entries,
				       uint32_t nr_entries)
{
	uint64_t hash = table_hash(nr_entries, entries, nr_entries * sizeof(*entries));
	struct table_link *link;

	for (link = table_find(&set->table, hash); link; link = table_find_next(link)) {
		struct permissions *found = object_of(link, struct permissions, link);

		if (permissions_equal(found, entries, nr_entries))
			return permissions_get(found);
	}
	return permissions_create(set, entries, nr_entries, hash);
}

struct permissions *permissions_inherit(struct permissions *parent, uint16_t domid)
{
	struct permission entries[PERMISSIONS_MAX];

	if (permissions_owner(parent) == domid && !parent->entries[0].stale)
		return permissions_get(parent);
	memcpy(entries, parent->entries, parent->nr_entries * sizeof(*entries));
	entries[0].domid = domid;
	entries[0].stale = 0;
	return permissions_intern(parent->set, entries, parent->nr_entries);
}

struct permissions *permissions_get(struct permissions *permissions)
{
	permissions->nr_references++;
	return permissions;
}

void permissions_put(struct permissions *permissions)
{
	if (--permissions->nr_references)
		return;
	table_remove(&permissions->set->table, &permissions->link);
	LIST_REMOVE(permissions, all);
	free(permissions);
}

static bool permission_concerns(const struct permission *permission, const struct subject *subject)
{
	if (permission->stale)
		return false;
	return permission->domid == subject->domid ||
	       (subject->target != DOMAIN_NONE && permission->domid == subject->target);
}

bool permissions_is_owner(const struct permissions *permissions, const struct subject *subject)
{
	return subject->privileged || permission_concerns(&permissions->entries[0], subject);
}

bool permissions_allow(const struct permissions *permissions, const struct subject *subject,
		       enum access access)
{
	if (permissions_is_owner(permissions, subject))
		return true;
	for (uint32_t i = 1; i < permissions->nr_entries; i++)
		if (permission_concerns(&permissions->entries[i], subject))
			return (permissions->entries[i].access & access) == access;
	return (permissions->entries[0].access & access) == access;
}

/* The list stays shared by its nodes, so it changes in place; it moves to its new content's hash,
 * where an equal one may be, too: then two equal lists live side by side, which is harmless. */
static void permissions_make_stale(struct permissions *permissions, uint16_t domid)
{
	bool changed = false;

	for (uint32_t i = 0; i < permissions->nr_entries; i++)
		if (permissions->entries[i].domid == domid && !permissions->entries[i].stale) {
			permissions->entries[i].stale = 1;
			changed = true;
		}
	if (!changed)
		return;
	table_remove(&permissions->set->table, &permissions->link);
	table_insert(&permissions->set->table, &permissions->link,
		     table_hash(permissions->nr_entries, permissions->entries,
				permissions->nr_entries * sizeof(permissions->entries[0])));
}

void permissions_forget(struct permission_set *set, uint16_t domid)
{
	struct permissions *permissions;

	LIST_FOREACH(permissions, &set->all, all)
	permissions_make_stale(permissions, domid);
}

int permission_parse(struct permission *permission, const char *text)
{
	const char *letter = text[0] ? memchr(access_letters, text[0], sizeof(access_letters))
				     : NULL;
	unsigned long domid;
	char *end;

	if (!letter || text[1] < '0' || text[1] > '9')
		return -EINVAL;
	domid = strtoul(text + 1, &end, 10);
	if (*end || domid > UINT16_MAX)
		return -EINVAL;
	permission->access = (uint8_t)(letter - access_letters);
	permission->domid = (uint16_t)domid;
	permission->stale = 0;
	return 0;
}

size_t permission_print(const struct permission *permission, char *text)
{
	return (size_t)sprintf(text, "%c%u", access_letters[permission->access],
			       permission->domid) +
	       1;
}
