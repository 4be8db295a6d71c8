/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests that belong to the connection: watches and transactions. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "xenstored/domain.h"
#include "xenstored/journal.h"
#include "xenstored/request.h"

/* The path and token of a watch; the bytes that they take, or -EINVAL. */
static int request_watch_target(const struct request *request, struct path *path,
				const char **token)
{
	const char *strings[2];
	int used = request_strings(request, strings, 2);

	if (used < 0)
		return used;
	if (path_parse(path, strings[0], request->connection->subject.domid, true) ||
	    (path_is_special(path) && special_find(path->text) < 0))
		return -EINVAL;
	*token = strings[1];
	return path->len + strlen(*token) + 2 > XENSTORE_PAYLOAD_MAX ? -E2BIG : used;
}

/* The optional third string of WATCH. */
static int request_watch_depth(const struct request *request, const struct path *path,
			       uint16_t *depth)
{
	const char *strings[3];
	uint64_t number;

	if (request_strings(request, strings, 3) < 0 || !*strings[2])
		return 0;
	if (request_number(strings[2], WATCH_ANY_DEPTH - 1, &number) ||
	    (path_is_special(path) && number != 1))
		return -EINVAL;
	*depth = (uint16_t)number;
	return 0;
}

int request_watch(struct request *request)
{
	struct connection *connection = request->connection;
	struct watches *watches = &request->server->watches;
	struct path path;
	const char *token;
	uint16_t depth = WATCH_ANY_DEPTH;
	int error = request_watch_target(request, &path, &token);

	if (error > 0)
		error = request_watch_depth(request, &path, &depth);
	if (error)
		return error;
	if (!connection->subject.privileged &&
	    (!account_allows(connection->account, QUOTA_WATCHES, 1) ||
	     !account_allows_memory(connection->account, sizeof(struct watch) + MESSAGE_MAX)))
		return -E2BIG;
	error = watch_add(watches, connection, &path, token, depth);
	if (error)
		return error;
	request_answer_text(request, "OK");
	watch_tell(TAILQ_LAST(&connection->watches, watch_list), path.text);
	return 0;
}

int request_unwatch(struct request *request)
{
	struct watches *watches = &request->server->watches;
	struct watch *watch;
	struct path path;
	const char *token;
	int error = request_watch_target(request, &path, &token);

	if (error < 0)
		return error;
	watch = watch_find(watches, request->connection, &path, token);
	if (!watch)
		return -ENOENT;
	watch_remove(watches, watch);
	return 0;
}

int request_reset_watches(struct request *request)
{
	struct connection *connection = request->connection;
	struct transaction *transaction;

	watch_remove_all(&request->server->watches, connection);
	while ((transaction = LIST_FIRST(&connection->transactions))) {
		journal_note_transaction(request->server->journal, connection, transaction->id,
					 false);
		LIST_REMOVE(transaction, list);
		transaction_abort(transaction);
	}
	return 0;
}

static uint32_t request_choose_transaction(struct connection *connection)
{
	do
		connection->last_transaction_id++;
	while (!connection->last_transaction_id ||
	       request_find_transaction(connection, connection->last_transaction_id));
	return connection->last_transaction_id;
}

int request_transaction_start(struct request *request)
{
	struct connection *connection = request->connection;
	struct transaction *transaction;
	char text[16];

	if (request->header.tx_id)
		return -EBUSY;
	if (!connection->subject.privileged &&
	    (!account_allows(connection->account, QUOTA_TRANSACTIONS, 1) ||
	     !account_allows_memory(connection->account, PATH_MAX_ABSOLUTE)))
		return -ENOSPC;
	transaction = transaction_start(request->view.store, connection->account,
					request_choose_transaction(connection));
	if (!transaction)
		return -ENOMEM;
	LIST_INSERT_HEAD(&connection->transactions, transaction, list);
	journal_note_transaction(request->server->journal, connection, transaction->id, true);
	snprintf(text, sizeof(text), "%" PRIu32, transaction->id);
	request_answer_text(request, text);
	return 0;
}

/* Who makes another one's transactions fail has to be slowed down, if it is no part of dom0. */
static void request_blame(const struct request *request, uint16_t culprit)
{
	struct domain *domain = domain_find(request->server, culprit);

	request->server->nr_conflicts++;
	if (domain && domain->is_introduced && culprit &&
	    culprit != request->connection->subject.domid)
		server_blame(request->server, &domain->connection);
}

static int request_commit(const struct request *request, struct transaction *transaction)
{
	const struct connection *connection = request->connection;
	int error;

	if (!connection->subject.privileged &&
	    !account_allows(connection->account, QUOTA_NODES, transaction->nr_created))
		return -ENOSPC;
	error = transaction_commit(transaction);
	if (error == -EAGAIN)
		request_blame(request, transaction->culprit);
	else
		request->server->nr_commits++;
	return error;
}

int request_transaction_end(struct request *request)
{
	struct transaction *transaction = request->view.transaction;
	const char *answer;
	int error = request_strings(request, &answer, 1);

	if (!transaction)
		return -ENOENT;
	if (error < 0 || (strcmp(answer, "T") && strcmp(answer, "F")))
		return -EINVAL;
	journal_note_transaction(request->server->journal, request->connection, transaction->id,
				 false);
	LIST_REMOVE(transaction, list);
	error = answer[0] == 'T' ? request_commit(request, transaction) : 0;
	transaction_abort(transaction);
	return error;
}
