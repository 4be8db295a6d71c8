/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests: one row a message type, with who may ask and the handler. Handlers check permissions and
 * quotas, act, and answer; an error goes back as the name that the protocol gives it.
 *
 * A request's payload is followed by a NUL in memory that does not count, so strings end.
 */
#ifndef XENSTORED_REQUEST_H
#define XENSTORED_REQUEST_H

#include "xenstored/server.h"
#include "xenstored/view.h"

struct request {
	struct server *server;
	struct connection *connection;
	struct view view;
	struct xsd_sockmsg header;
	char *payload;
	bool is_answered;
};

/* Handles the whole request at connection->in. */
void request_handle(struct connection *connection);

/* Answers with a payload, or with NUL-terminated text (its NUL included). */
void request_answer(struct request *request, const void *payload, size_t len);
void request_answer_text(struct request *request, const char *text);

/* Finds nr strings at the payload's start, each with its NUL; the bytes that they take, or
 * -EINVAL when there are fewer. */
int request_strings(const struct request *request, const char **strings, unsigned int nr);

/* A whole number in decimal, at most limit; -EINVAL. */
int request_number(const char *text, uint64_t limit, uint64_t *number);

/* A real domain's number; -EINVAL. */
int request_domid(const char *text, uint16_t *domid);

/* Handlers of nodes (request_node.c). */
int request_directory(struct request *request);
int request_directory_part(struct request *request);
int request_read(struct request *request);
int request_write(struct request *request);
int request_mkdir(struct request *request);
int request_rm(struct request *request);
int request_get_perms(struct request *request);
int request_set_perms(struct request *request);

/* Handlers of watches and transactions (request_session.c). */
int request_watch(struct request *request);
int request_unwatch(struct request *request);
int request_reset_watches(struct request *request);
int request_transaction_start(struct request *request);
int request_transaction_end(struct request *request);

/* The open transaction of a connection with this number; NULL. */
struct transaction *request_find_transaction(const struct connection *connection, uint32_t id);

/* Handlers of domains (request_domain.c). */
int request_introduce(struct request *request);
int request_release(struct request *request);
int request_resume(struct request *request);
int request_set_target(struct request *request);
int request_get_domain_path(struct request *request);
int request_is_domain_introduced(struct request *request);
int request_get_feature(struct request *request);
int request_set_feature(struct request *request);
int request_get_quota(struct request *request);
int request_set_quota(struct request *request);

/* Control commands (control.c). */
int request_control(struct request *request);

#endif
