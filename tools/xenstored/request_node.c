/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests on nodes: permissions and quotas, then the view. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "xenstored/journal.h"
#include "xenstored/request.h"

static const struct subject *request_subject(const struct request *request)
{
	return &request->connection->subject;
}

static struct account *request_account(const struct request *request)
{
	return request->connection->account;
}

/* The path of a request whose payload starts with one; the bytes that it takes or -EINVAL. */
static int request_path(const struct request *request, struct path *path, bool special)
{
	const char *text;
	int len = request_strings(request, &text, 1);

	if (len < 0 || path_parse(path, text, request_subject(request)->domid, special))
		return -EINVAL;
	if (!request_subject(request)->privileged &&
	    path->len > account_limit(request_account(request), QUOTA_PATH_LENGTH))
		return -EINVAL;
	return len;
}

/* What a transaction may still look at. */
static int request_check_transaction(const struct request *request)
{
	const struct transaction *transaction = request->view.transaction;
	const struct account *account = request_account(request);

	if (!transaction || request_subject(request)->privileged)
		return 0;
	if (transaction->nr_known >= account_limit(account, QUOTA_TRANSACTION_NODES))
		return -ENOSPC;
	return account_allows_memory(account, PATH_MAX_ABSOLUTE) ? 0 : -ENOSPC;
}

/* Looks up and checks access; a missing node is -ENOENT to those who may know, else -EACCES. */
static int request_find(const struct request *request, const struct path *path, enum access access,
			struct seen *seen)
{
	int error = request_check_transaction(request);

	if (!error)
		error = view_find(&request->view, path, seen);
	if (error)
		return error;
	if (!permissions_allow(seen->permissions, request_subject(request), access))
		return -EACCES;
	return seen->exists ? 0 : -ENOENT;
}

struct listing_text {
	char bytes[XENSTORE_PAYLOAD_MAX];
	size_t len;  /* what was put in */
	size_t skip; /* bytes still to be left out in front */
	bool is_full;
};

static void listing_emit(void *context, const char *name, size_t len)
{
	struct listing_text *text = context;

	len++;
	if (text->skip) {
		text->skip -= text->skip < len ? text->skip : len;
		return;
	}
	if (text->is_full || text->len + len > sizeof(text->bytes)) {
		text->is_full = true;
		return;
	}
	memcpy(text->bytes + text->len, name, len - 1);
	text->len += len;
	text->bytes[text->len - 1] = '\0';
}

int request_directory(struct request *request)
{
	struct listing_text text;
	struct path path;
	struct seen seen;
	int error = request_path(request, &path, false);

	if (error > 0)
		error = request_find(request, &path, ACCESS_READ, &seen);
	if (error)
		return error;
	text.len = 0;
	text.skip = 0;
	text.is_full = false;
	view_list(&request->view, &seen, listing_emit, &text);
	if (text.is_full)
		return -E2BIG;
	request_answer(request, text.bytes, text.len);
	return 0;
}

/* The answer begins with the generation; a child's name is never split, and an empty list at the
 * end has one more NUL, which says that nothing follows. */
int request_directory_part(struct request *request)
{
	const char *strings[2];
	struct listing_text text;
	struct path path;
	struct seen seen;
	uint64_t offset, generation;
	int error, len;

	if (request_strings(request, strings, 2) < 0 || request_path(request, &path, false) < 0 ||
	    request_number(strings[1], UINT32_MAX, &offset))
		return -EINVAL;
	error = request_find(request, &path, ACCESS_READ, &seen);
	if (error)
		return error;
	text.len = 24;
	text.skip = offset;
	text.is_full = false;
	generation = view_list(&request->view, &seen, listing_emit, &text);
	if (!text.is_full && text.len < sizeof(text.bytes))
		text.bytes[text.len++] = '\0';
	len = snprintf(text.bytes, 24, "%" PRIu64, generation) + 1;
	memmove(text.bytes + len, text.bytes + 24, text.len - 24);
	request_answer(request, text.bytes, text.len - 24 + (size_t)len);
	return 0;
}

int request_read(struct request *request)
{
	struct path path;
	struct seen seen;
	int error = request_path(request, &path, false);

	if (error > 0)
		error = request_find(request, &path, ACCESS_READ, &seen);
	if (error)
		return error;
	if (seen.value)
		request_answer(request, seen.value->bytes, seen.value->len);
	else
		request_answer(request, "", 0);
	return 0;
}

static int request_check_create(const struct request *request, const struct seen *seen,
				size_t value_len)
{
	const struct account *account = request_account(request);
	const struct transaction *transaction = request->view.transaction;
	uint64_t nr_nodes = seen->nr_missing + (transaction ? transaction->nr_created : 0);

	if (request_subject(request)->privileged)
		return 0;
	if (!account_allows(account, QUOTA_NODES, nr_nodes) ||
	    !account_allows_memory(account, value_len + nr_nodes * sizeof(struct node)))
		return -ENOSPC;
	return 0;
}

static int request_create(const struct request *request, const struct seen *seen, const void *bytes,
			  size_t len)
{
	const struct subject *subject = request_subject(request);
	struct value *value = NULL;
	int error = request_check_create(request, seen, len);

	if (error)
		return error;
	if (len) {
		value = value_create(bytes, len);
		if (!value)
			return -ENOMEM;
	}
	error = view_create(&request->view, seen,
			    subject->privileged ? DOMAIN_NONE : subject->domid, value);
	value_put(value);
	return error;
}

static int request_replace(const struct request *request, const struct seen *seen,
			   const void *bytes, size_t len)
{
	struct value *value;

	if (!request_subject(request)->privileged && len > (seen->value ? seen->value->len : 0) &&
	    !account_allows_memory(request_account(request), len))
		return -ENOSPC;
	value = value_create(bytes, len);
	if (!value)
		return -ENOMEM;
	view_write(&request->view, seen, value);
	value_put(value);
	return 0;
}

int request_write(struct request *request)
{
	struct path path;
	struct seen seen;
	size_t len;
	int used = request_path(request, &path, false);
	int error;

	if (used < 0)
		return used;
	len = request->header.len - (size_t)used;
	if (!request_subject(request)->privileged &&
	    len > account_limit(request_account(request), QUOTA_NODE_SIZE))
		return -ENOSPC;
	error = request_find(request, &path, ACCESS_WRITE, &seen);
	if (!error)
		return request_replace(request, &seen, request->payload + used, len);
	if (error != -ENOENT)
		return error;
	return request_create(request, &seen, request->payload + used, len);
}

int request_mkdir(struct request *request)
{
	struct path path;
	struct seen seen;
	int error = request_path(request, &path, false);

	if (error > 0)
		error = request_find(request, &path, ACCESS_WRITE, &seen);
	if (error != -ENOENT)
		return error;
	return request_create(request, &seen, NULL, 0);
}

int request_rm(struct request *request)
{
	struct path path;
	struct seen seen;
	int error = request_path(request, &path, false);

	if (error < 0)
		return error;
	if (path.len == 1)
		return -EINVAL;
	error = request_find(request, &path, ACCESS_WRITE, &seen);
	if (!error)
		view_remove(&request->view, &seen);
	else if (error == -ENOENT && seen.nr_missing == 1)
		return 0;
	return error;
}

static void request_answer_permissions(struct request *request,
				       const struct permissions *permissions)
{
	char text[XENSTORE_PAYLOAD_MAX];
	size_t len = 0;

	for (uint32_t i = 0; i < permissions->nr_entries; i++)
		if (!permissions->entries[i].stale || !i)
			len += permission_print(&permissions->entries[i], text + len);
	request_answer(request, text, len);
}

/* A special path stands for the permission to hear of an event, for the privileged only. */
static int request_special(const struct request *request, const struct path *path)
{
	int special = special_find(path->text);

	if (special < 0)
		return -EINVAL;
	return request_subject(request)->privileged ? special : -EACCES;
}

int request_get_perms(struct request *request)
{
	struct permissions *permissions;
	struct path path;
	struct seen seen;
	int error = request_path(request, &path, true);

	if (error < 0)
		return error;
	if (path_is_special(&path)) {
		error = request_special(request, &path);
		if (error < 0)
			return error;
		permissions = request->server->store.special[error];
	} else {
		error = request_find(request, &path, ACCESS_READ, &seen);
		if (error)
			return error;
		permissions = seen.permissions;
	}
	request_answer_permissions(request, permissions);
	return 0;
}

/* Parses the list behind the path: its length or -EINVAL, -ENOSPC. */
static int request_parse_permissions(const struct request *request, uint32_t at,
				     struct permission *entries)
{
	uint32_t limit = account_limit(request_account(request), QUOTA_PERMISSIONS);
	uint32_t nr = 0;

	for (; at < request->header.len; at += (uint32_t)strlen(request->payload + at) + 1) {
		if (nr == PERMISSIONS_MAX || (nr >= limit && !request_subject(request)->privileged))
			return -ENOSPC;
		if (permission_parse(&entries[nr++], request->payload + at))
			return -EINVAL;
	}
	return nr && !request->payload[request->header.len - 1] ? (int)nr : -EINVAL;
}

static int request_set_special(const struct request *request, const struct path *path,
			       struct permissions *permissions)
{
	int special = request_special(request, path);
	struct store *store = &request->server->store;

	if (special < 0)
		return special;
	permissions_put(store->special[special]);
	store->special[special] = permissions_get(permissions);
	journal_note_specials(request->server->journal);
	return 0;
}

static int request_set_node(const struct request *request, const struct path *path,
			    struct permissions *permissions)
{
	const struct subject *subject = request_subject(request);
	struct seen seen;
	int error = request_find(request, path, ACCESS_WRITE, &seen);

	if (error)
		return error;
	if (!permissions_is_owner(seen.permissions, subject))
		return -EACCES;
	if (!subject->privileged &&
	    permissions_owner(permissions) != permissions_owner(seen.permissions))
		return -EPERM;
	return view_set_permissions(&request->view, &seen, permissions);
}

int request_set_perms(struct request *request)
{
	struct permission entries[PERMISSIONS_MAX];
	struct permissions *permissions;
	struct path path;
	int used = request_path(request, &path, true);
	int nr = used < 0 ? used : request_parse_permissions(request, (uint32_t)used, entries);
	int error;

	if (nr < 0)
		return nr;
	permissions = permissions_intern(&request->server->store.permissions, entries,
					 (uint32_t)nr);
	if (!permissions)
		return -ENOMEM;
	error = path_is_special(&path) ? request_set_special(request, &path, permissions)
				       : request_set_node(request, &path, permissions);
	permissions_put(permissions);
	return error;
}
