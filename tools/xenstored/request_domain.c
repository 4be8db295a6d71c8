/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests about domains: their coming and going, features, quotas. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "xenstored/domain.h"
#include "xenstored/journal.h"
#include "xenstored/request.h"
#include "xenstored/ring.h"

/* The domain's number that the payload starts with; -EINVAL. */
static int request_first_domid(const struct request *request, uint16_t *domid)
{
	const char *text;

	if (request_strings(request, &text, 1) < 0)
		return -EINVAL;
	return request_domid(text, domid);
}

int request_introduce(struct request *request)
{
	const char *strings[3];
	uint64_t port;
	uint16_t domid;

	if (request_strings(request, strings, 3) < 0 || request_domid(strings[0], &domid) ||
	    !domid || request_number(strings[2], UINT32_MAX, &port) || !port)
		return -EINVAL;
	return domain_introduce(request->server, domid, (uint32_t)port);
}

/* The introduced domain that the payload names, not domain 0. */
static int request_introduced(const struct request *request, struct domain **domain)
{
	uint16_t domid;

	if (request_first_domid(request, &domid) || !domid)
		return -EINVAL;
	*domain = domain_find(request->server, domid);
	return *domain && (*domain)->is_introduced ? 0 : -ENOENT;
}

int request_release(struct request *request)
{
	struct domain *domain;
	int error = request_introduced(request, &domain);

	if (!error)
		domain_release(domain);
	return error;
}

int request_resume(struct request *request)
{
	struct domain *domain;
	int error = request_introduced(request, &domain);

	if (error)
		return error;
	domain->is_shut_down = false;
	journal_note_domain(request->server->journal, domain);
	return 0;
}

int request_set_target(struct request *request)
{
	const char *strings[2];
	uint16_t domid, target;
	struct domain *domain;

	if (request_strings(request, strings, 2) < 0 || request_domid(strings[0], &domid) ||
	    request_domid(strings[1], &target) || !domid)
		return -EINVAL;
	domain = domain_find(request->server, domid);
	if (!domain || !domain->is_introduced)
		return -ENOENT;
	domain->target = target;
	domain->connection.subject.target = target;
	journal_note_domain(request->server->journal, domain);
	return 0;
}

int request_get_domain_path(struct request *request)
{
	char text[64];
	uint16_t domid;

	if (request_first_domid(request, &domid))
		return -EINVAL;
	snprintf(text, sizeof(text), "/local/domain/%u", domid);
	request_answer_text(request, text);
	return 0;
}

int request_is_domain_introduced(struct request *request)
{
	const struct domain *domain;
	uint16_t domid;

	if (request_first_domid(request, &domid))
		return -EINVAL;
	domain = domain_find(request->server, domid);
	request_answer_text(request, domain && domain->is_introduced ? "T" : "F");
	return 0;
}

static void request_answer_number(struct request *request, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	request_answer_text(request, text);
}

int request_get_feature(struct request *request)
{
	const struct domain *domain;
	uint32_t features = RING_FEATURES;
	uint16_t domid;

	if (request->header.len > 1) {
		if (request_first_domid(request, &domid))
			return -EINVAL;
		domain = domain_find(request->server, domid);
		if (!domain)
			return -ENOENT;
		features = domain->features;
	}
	request_answer_number(request, features);
	return 0;
}

int request_set_feature(struct request *request)
{
	const char *strings[2];
	uint64_t features;
	uint16_t domid;
	struct domain *domain;

	if (request_strings(request, strings, 2) < 0 || request_domid(strings[0], &domid) ||
	    request_number(strings[1], UINT32_MAX, &features) ||
	    (features & ~(uint64_t)RING_FEATURES))
		return -EINVAL;
	domain = domain_get(request->server, domid);
	if (!domain)
		return -ENOMEM;
	if (domain->is_introduced)
		return -EBUSY;
	domain->features = (uint32_t)features;
	journal_note_domain(request->server->journal, domain);
	return 0;
}

static void request_answer_quotas(struct request *request)
{
	char text[512] = "";
	size_t len = 0;

	for (unsigned int i = 0; i < NR_QUOTAS; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", i ? " " : "",
					quota_name(i));
	request_answer_text(request, text);
}

/* Splits "[<domid>|]<quota>|..." of nr strings; account is NULL for the global values. */
static int request_quota(const struct request *request, unsigned int nr, const char **strings,
			 struct account **account)
{
	uint16_t domid;

	*account = NULL;
	if (request_strings(request, strings, nr + 1) < 0) {
		if (request_strings(request, strings, nr) < 0)
			return -EINVAL;
		return quota_find(strings[0]);
	}
	if (request_domid(strings[0], &domid))
		return -EINVAL;
	*account = account_find(&request->server->store.accounts, domid);
	memmove(strings, strings + 1, nr * sizeof(*strings));
	return *account ? quota_find(strings[0]) : -ENOENT;
}

int request_get_quota(struct request *request)
{
	const char *strings[2];
	struct account *account;
	int quota;

	if (request->header.len <= 1) {
		request_answer_quotas(request);
		return 0;
	}
	quota = request_quota(request, 1, strings, &account);
	if (quota < 0)
		return quota == -ENOENT ? -ENOENT : -EINVAL;
	if (account && account->limit[quota] >= 0)
		request_answer_number(request, (uint64_t)account->limit[quota]);
	else
		request_answer_number(request, request->server->store.accounts.limit[quota]);
	return 0;
}

int request_set_quota(struct request *request)
{
	const char *strings[3];
	struct account *account;
	uint64_t number;
	int quota = request_quota(request, 2, strings, &account);

	if (quota < 0 || request_number(strings[1], UINT32_MAX, &number))
		return quota == -ENOENT ? -ENOENT : -EINVAL;
	if (account)
		account->limit[quota] = (int64_t)number;
	else
		request->server->store.accounts.limit[quota] = (uint32_t)number;
	journal_note_quotas(request->server->journal);
	return 0;
}
