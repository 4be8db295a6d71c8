/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each domain uses of the store, and how much it may: one account for every domain that owns a
 * node or has a connection.
 *
 * Privileged connections are counted like all others, but their requests are not held to quotas.
 * Limits come from the global table unless set for the one domain.
 */
#ifndef XENSTORED_ACCOUNT_H
#define XENSTORED_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "xenstored/table.h"

enum quota {
#define QUOTA(id, name, value, what) QUOTA_##id,
#include "xenstored/quota.def"
#undef QUOTA
	NR_QUOTAS
};

struct node;
LIST_HEAD(node_list, node);

struct account {
	struct table_link link;
	struct accounts *accounts;
	uint32_t domid;
	uint32_t nr_references;	  /* connections; nodes keep it alive too */
	uint32_t used[NR_QUOTAS]; /* of those quotas that count things */
	uint64_t memory_bytes;
	uint64_t memory_peak_bytes;
	bool over_soft;		  /* was told: once in a domain's life */
	int64_t limit[NR_QUOTAS]; /* -1: the global one */
	struct node_list owned;
};

struct accounts {
	struct table by_domid;
	uint32_t limit[NR_QUOTAS];
	/* Said once when a domain rises above the soft limit. */
	void (*soft_limit)(const struct account *account);
};

/* Makes an empty set with the default limits. */
void accounts_init(struct accounts *accounts);

/* Frees what is left; no node or connection may refer to an account any more. */
void accounts_fini(struct accounts *accounts);

/* The account of a domain, NULL if it has none. */
struct account *account_find(const struct accounts *accounts, uint32_t domid);

/* Takes a reference to a domain's account, made at need; NULL without memory. */
struct account *account_get(struct accounts *accounts, uint32_t domid);

/* Drops a reference; an account with none and without nodes goes away. */
void account_put(struct account *account);

/* Counts bytes, negative to give back. */
void account_charge(struct account *account, int64_t bytes);

/* What a quota allows a domain; UINT32_MAX for no limit. */
uint32_t account_limit(const struct account *account, enum quota quota);

/* May used rise by more? */
bool account_allows(const struct account *account, enum quota quota, uint64_t more);

/* May the domain take this many bytes more? */
bool account_allows_memory(const struct account *account, uint64_t more_bytes);

/* A quota by name; -1 if there is none. */
int quota_find(const char *name);

/* A quota's name, and what it limits. */
const char *quota_name(enum quota quota);
const char *quota_meaning(enum quota quota);

#endif
