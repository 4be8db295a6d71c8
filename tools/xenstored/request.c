/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of message types, dispatch, and what all handlers share. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "xenstored/request.h"

/* Types that the documentation names and later headers number. */
#define TYPE_GET_FEATURE (XS_DIRECTORY_PART + 1)
#define TYPE_SET_FEATURE (XS_DIRECTORY_PART + 2)
#define TYPE_GET_QUOTA (XS_DIRECTORY_PART + 3)
#define TYPE_SET_QUOTA (XS_DIRECTORY_PART + 4)

static const struct {
	const char *name;
	int (*handler)(struct request *request);
	bool for_privileged;
	bool in_transaction; /* the transaction number means something */
} types[] = {
	[XS_CONTROL] = {"control", request_control, true, false},
	[XS_DIRECTORY] = {"directory", request_directory, false, true},
	[XS_READ] = {"read", request_read, false, true},
	[XS_GET_PERMS] = {"get-perms", request_get_perms, false, true},
	[XS_WATCH] = {"watch", request_watch, false, false},
	[XS_UNWATCH] = {"unwatch", request_unwatch, false, false},
	[XS_TRANSACTION_START] = {"transaction-start", request_transaction_start, false, false},
	[XS_TRANSACTION_END] = {"transaction-end", request_transaction_end, false, true},
	[XS_INTRODUCE] = {"introduce", request_introduce, true, false},
	[XS_RELEASE] = {"release", request_release, true, false},
	[XS_GET_DOMAIN_PATH] = {"get-domain-path", request_get_domain_path, false, false},
	[XS_WRITE] = {"write", request_write, false, true},
	[XS_MKDIR] = {"mkdir", request_mkdir, false, true},
	[XS_RM] = {"rm", request_rm, false, true},
	[XS_SET_PERMS] = {"set-perms", request_set_perms, false, true},
	[XS_IS_DOMAIN_INTRODUCED] = {"is-domain-introduced", request_is_domain_introduced, false,
				     false},
	[XS_RESUME] = {"resume", request_resume, true, false},
	[XS_SET_TARGET] = {"set-target", request_set_target, true, false},
	[XS_RESET_WATCHES] = {"reset-watches", request_reset_watches, false, false},
	[XS_DIRECTORY_PART] = {"directory-part", request_directory_part, false, true},
	[TYPE_GET_FEATURE] = {"get-feature", request_get_feature, true, false},
	[TYPE_SET_FEATURE] = {"set-feature", request_set_feature, true, false},
	[TYPE_GET_QUOTA] = {"get-quota", request_get_quota, true, false},
	[TYPE_SET_QUOTA] = {"set-quota", request_set_quota, true, false},
};

#define NR_TYPES (sizeof(types) / sizeof(types[0]))

void request_answer(struct request *request, const void *payload, size_t len)
{
	struct xsd_sockmsg header = request->header;

	header.len = (uint32_t)len;
	request->is_answered = true;
	connection_reply(request->connection, &header, payload);
}

void request_answer_text(struct request *request, const char *text)
{
	request_answer(request, text, strlen(text) + 1);
}

static const char *request_error_name(int error)
{
	for (size_t i = 0; i < sizeof(xsd_errors) / sizeof(xsd_errors[0]); i++)
		if (xsd_errors[i].errnum == error)
			return xsd_errors[i].errstring;
	return "EIO";
}

static void request_refuse(struct request *request, int error)
{
	const char *name = request_error_name(error);

	log_event(request->connection, "error", "%s", name);
	request->header.type = XS_ERROR;
	request_answer_text(request, name);
}

int request_strings(const struct request *request, const char **strings, unsigned int nr)
{
	size_t at = 0;

	for (unsigned int i = 0; i < nr; i++) {
		size_t left = request->header.len - at;
		size_t len = strnlen(request->payload + at, left);

		if (len == left)
			return -EINVAL;
		strings[i] = request->payload + at;
		at += len + 1;
	}
	return (int)at;
}

int request_number(const char *text, uint64_t limit, uint64_t *number)
{
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	*number = strtoull(text, &end, 10);
	return errno || *end || *number > limit ? -EINVAL : 0;
}

int request_domid(const char *text, uint16_t *domid)
{
	uint64_t number;

	if (request_number(text, DOMAIN_FIRST_RESERVED - 1, &number))
		return -EINVAL;
	*domid = (uint16_t)number;
	return 0;
}

struct transaction *request_find_transaction(const struct connection *connection, uint32_t id)
{
	struct transaction *transaction;

	LIST_FOREACH(transaction, &connection->transactions, list)
	if (transaction->id == id)
		return transaction;
	return NULL;
}

static int request_prepare(struct request *request)
{
	uint32_t type = request->header.type;
	uint32_t transaction = request->header.tx_id;

	if (type >= NR_TYPES || !types[type].handler)
		return -ENOSYS;
	if (types[type].for_privileged && !request->connection->subject.privileged)
		return -EACCES;
	if (!types[type].in_transaction || !transaction)
		return 0;
	request->view.transaction = request_find_transaction(request->connection, transaction);
	return request->view.transaction ? 0 : -ENOENT;
}

static void request_trace(const struct request *request)
{
	uint32_t type = request->header.type;
	char text[256];
	size_t len = request->header.len < sizeof(text) ? request->header.len : sizeof(text) - 1;

	for (size_t i = 0; i < len; i++)
		text[i] = request->payload[i] < ' ' ? ' ' : request->payload[i];
	text[len] = '\0';
	log_event(request->connection,
		  type < NR_TYPES && types[type].name ? types[type].name : "unknown", "tx %u: %s",
		  request->header.tx_id, text);
}

void request_handle(struct connection *connection)
{
	struct request request = {.server = connection->server,
				  .connection = connection,
				  .view.store = &connection->server->store};
	char *after;
	char kept;
	int error;

	memcpy(&request.header, connection->in, sizeof(request.header));
	request.payload = connection->in + sizeof(request.header);
	after = request.payload + request.header.len;
	kept = *after;
	*after = '\0';
	connection->nr_requests++;
	if (log_is_on())
		request_trace(&request);
	request.server->store.writer = connection->subject.domid;
	error = request_prepare(&request);
	if (!error)
		error = types[request.header.type].handler(&request);
	if (error)
		request_refuse(&request, -error);
	else if (!request.is_answered)
		request_answer_text(&request, "OK");
	if (connection->in)
		*after = kept;
}
