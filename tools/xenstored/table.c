/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hash tables that never fail to insert, and SipHash-1-3 as their hash. */
#include <stdlib.h>
#include <string.h>

#include "xenstored/table.h"

static uint64_t secret[2] = {0x736f6d6570736575ULL, 0x646f72616e646f6dULL};

struct sip {
	uint64_t a, b, c, d;
};

static inline uint64_t rotate(uint64_t word, unsigned int bits)
{
	return (word << bits) | (word >> (64 - bits));
}

static inline void sip_round(struct sip *s)
{
	s->a += s->b;
	s->c += s->d;
	s->b = rotate(s->b, 13) ^ s->a;
	s->d = rotate(s->d, 16) ^ s->c;
	s->a = rotate(s->a, 32);
	s->c += s->b;
	s->a += s->d;
	s->b = rotate(s->b, 17) ^ s->c;
	s->d = rotate(s->d, 21) ^ s->a;
	s->c = rotate(s->c, 32);
}

static inline void sip_absorb(struct sip *s, uint64_t word)
{
	s->d ^= word;
	sip_round(s);
	s->a ^= word;
}

void table_seed(uint64_t key0, uint64_t key1)
{
	secret[0] = key0;
	secret[1] = key1;
}

uint64_t table_hash(uint64_t parent, const void *name, size_t len)
{
	struct sip s = {secret[0] ^ 0x736f6d6570736575ULL, secret[1] ^ 0x646f72616e646f6dULL,
			secret[0] ^ 0x6c7967656e657261ULL, secret[1] ^ 0x7465646279746573ULL};
	const char *bytes = name;
	uint64_t tail = (uint64_t)len << 56;
	uint64_t word;

	sip_absorb(&s, parent);
	for (; len >= sizeof(word); len -= sizeof(word), bytes += sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		sip_absorb(&s, word);
	}
	word = 0;
	memcpy(&word, bytes, len);
	sip_absorb(&s, tail | word);
	s.c ^= 0xff;
	sip_round(&s);
	sip_round(&s);
	sip_round(&s);
	return s.a ^ s.b ^ s.c ^ s.d;
}

void table_init(struct table *table)
{
	table->buckets = &table->first;
	table->first = NULL;
	table->nr_buckets = 1;
	table->nr_entries = 0;
}

void table_fini(struct table *table)
{
	if (table->buckets != &table->first)
		free(table->buckets);
	table_init(table);
}

static struct table_link **table_bucket(const struct table *table, uint64_t hash)
{
	return &table->buckets[hash & (table->nr_buckets - 1)];
}

static void table_resize(struct table *table, uint32_t nr_buckets)
{
	struct table old = *table;
	struct table_link **buckets = calloc(nr_buckets, sizeof(*buckets));

	if (!buckets)
		return;
	table->buckets = buckets;
	table->nr_buckets = nr_buckets;
	for (uint32_t i = 0; i < old.nr_buckets; i++) {
		struct table_link *link = old.nr_buckets == 1 ? table->first : old.buckets[i];

		while (link) {
			struct table_link *next = link->next;
			struct table_link **bucket = table_bucket(table, link->hash);

			link->next = *bucket;
			*bucket = link;
			link = next;
		}
	}
	if (old.nr_buckets > 1)
		free(old.buckets);
}

void table_insert(struct table *table, struct table_link *link, uint64_t hash)
{
	struct table_link **bucket;

	if (table->nr_entries >= table->nr_buckets && table->nr_buckets < UINT32_MAX / 2)
		table_resize(table, table->nr_buckets == 1 ? 16 : table->nr_buckets * 2);
	bucket = table_bucket(table, hash);
	link->hash = hash;
	link->next = *bucket;
	*bucket = link;
	table->nr_entries++;
}

void table_remove(struct table *table, struct table_link *link)
{
	struct table_link **place = table_bucket(table, link->hash);

	while (*place != link)
		place = &(*place)->next;
	*place = link->next;
	table->nr_entries--;
	if (table->nr_buckets > 64 && table->nr_entries < table->nr_buckets / 8)
		table_resize(table, table->nr_buckets / 4);
}

static struct table_link *table_match(struct table_link *link, uint64_t hash)
{
	while (link && link->hash != hash)
		link = link->next;
	return link;
}

struct table_link *table_find(const struct table *table, uint64_t hash)
{
	return table_match(*table_bucket(table, hash), hash);
}

struct table_link *table_find_next(const struct table_link *link)
{
	return table_match(link->next, link->hash);
}
