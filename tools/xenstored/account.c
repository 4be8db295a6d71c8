/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Accounts of domains and the table of quotas. */
#include <stdlib.h>
#include <string.h>

#include "xenstored/account.h"

static const struct {
	const char *name, *meaning;
	uint32_t value;
} quotas[] = {
#define QUOTA(id, label, number, what) \
	[QUOTA_##id] = {.name = (label), .meaning = (what), .value = (number)},
#include "xenstored/quota.def"
#undef QUOTA
};

void accounts_init(struct accounts *accounts)
{
	table_init(&accounts->by_domid);
	for (unsigned int i = 0; i < NR_QUOTAS; i++)
		accounts->limit[i] = quotas[i].value;
	accounts->soft_limit = NULL;
}

void accounts_fini(struct accounts *accounts)
{
	for (uint32_t i = 0; i < accounts->by_domid.nr_buckets; i++)
		while (accounts->by_domid.buckets[i]) {
			struct table_link *link = accounts->by_domid.buckets[i];

			accounts->by_domid.buckets[i] = link->next;
			free(object_of(link, struct account, link));
		}
	table_fini(&accounts->by_domid);
}

static uint64_t account_hash(uint32_t domid)
{
	return table_hash(0, &domid, sizeof(domid));
}

struct account *account_find(const struct accounts *accounts, uint32_t domid)
{
	struct table_link *link = table_find(&accounts->by_domid, account_hash(domid));

	while (link && object_of(link, struct account, link)->domid != domid)
		link = table_find_next(link);
	return link ? object_of(link, struct account, link) : NULL;
}

static struct account *account_create(struct accounts *accounts, uint32_t domid)
{
	struct account *account = calloc(1, sizeof(*account));

	if (!account)
		return NULL;
	account->accounts = accounts;
	account->domid = domid;
	for (unsigned int i = 0; i < NR_QUOTAS; i++)
		account->limit[i] = -1;
	LIST_INIT(&account->owned);
	table_insert(&accounts->by_domid, &account->link, account_hash(domid));
	return account;
}

struct account *account_get(struct accounts *accounts, uint32_t domid)
{
	struct account *account = account_find(accounts, domid);

	if (!account)
		account = account_create(accounts, domid);
	if (account)
		account->nr_references++;
	return account;
}

void account_put(struct account *account)
{
	if (--account->nr_references)
		return;
	table_remove(&account->accounts->by_domid, &account->link);
	free(account);
}

void account_charge(struct account *account, int64_t bytes)
{
	account->memory_bytes += (uint64_t)bytes;
	if (account->memory_bytes <= account->memory_peak_bytes)
		return;
	account->memory_peak_bytes = account->memory_bytes;
	if (account->over_soft || !account->domid ||
	    account->memory_bytes <= account_limit(account, QUOTA_MEMORY_SOFT))
		return;
	account->over_soft = true;
	if (account->accounts->soft_limit)
		account->accounts->soft_limit(account);
}

uint32_t account_limit(const struct account *account, enum quota quota)
{
	int64_t limit = account->limit[quota];

	if (limit < 0)
		limit = account->accounts->limit[quota];
	return limit ? (uint32_t)limit : UINT32_MAX;
}

bool account_allows(const struct account *account, enum quota quota, uint64_t more)
{
	return account->used[quota] + more <= account_limit(account, quota);
}

bool account_allows_memory(const struct account *account, uint64_t more_bytes)
{
	return account->memory_bytes + more_bytes <= account_limit(account, QUOTA_MEMORY);
}

int quota_find(const char *name)
{
	for (int i = 0; i < NR_QUOTAS; i++)
		if (!strcmp(quotas[i].name, name))
			return i;
	return -1;
}

const char *quota_name(enum quota quota)
{
	return quotas[quota].name;
}

const char *quota_meaning(enum quota quota)
{
	return quotas[quota].meaning;
}
