/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chained hash tables whose links live inside their objects, and the keyed hash that they use.
 *
 * Names in the store are chosen by guests, so hashes are keyed (SipHash-1-3) with a secret of the
 * run: nobody can aim for one chain. Inserting never fails: a table that cannot grow gets longer
 * chains. A table must be made by table_init() and not be moved after that.
 */
#ifndef XENSTORED_TABLE_H
#define XENSTORED_TABLE_H

#include <stddef.h>
#include <stdint.h>

/* The object of the given type whose field member is at the pointer. */
#define object_of(pointer, type, member) ((type *)((char *)(pointer)-offsetof(type, member)))

struct table_link {
	struct table_link *next;
	uint64_t hash;
};

struct table {
	struct table_link **buckets;
	struct table_link *first; /* the only bucket of a small table */
	uint32_t nr_buckets;	  /* power of two */
	uint32_t nr_entries;
};

/* Sets the secret of all hashes; before any table is used. */
void table_seed(uint64_t key0, uint64_t key1);

/* The hash of a name below the parent with the given hash. */
uint64_t table_hash(uint64_t parent, const void *name, size_t len);

/* Makes an empty table. */
void table_init(struct table *table);

/* Gives back the memory of a table, not its entries'. */
void table_fini(struct table *table);

/* Adds an entry; may grow the table. */
void table_insert(struct table *table, struct table_link *link, uint64_t hash);

/* Removes an entry that is in the table. */
void table_remove(struct table *table, struct table_link *link);

/* The first entry with this hash, NULL if there is none. */
struct table_link *table_find(const struct table *table, uint64_t hash);

/* The next entry with the same hash. */
struct table_link *table_find_next(const struct table_link *link);

#endif
