/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gathering changes, appending them, and writing a new journal while the old one is in use. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "xenstored/journal.h"
#include "xenstored/journal_file.h"
#include "xenstored/state_write.h"

#define STEP_BYTES 65536
#define MINIMUM_BYTES ((size_t)64 << 10)

struct journal {
	struct server *server;
	char path[4096], next_path[4096];
	struct journal_file file, next;	 /* next: what is to replace file, if open */
	struct state_bytes group, extra; /* gathered for file and for next */
	struct node *cursor;		 /* the next one to be written to next */
	size_t len_at_step;		 /* file's at the last step */
	size_t limit;			 /* of file's length, then comes the next one */
	uint32_t round;			 /* nodes with this number are in next */
};

static bool journal_is_renewing(const struct journal *journal)
{
	return journal->next.fd >= 0;
}

static void journal_free(struct journal *journal)
{
	if (journal_is_renewing(journal))
		unlink(journal->next_path);
	journal_file_close(&journal->next);
	journal_file_close(&journal->file);
	free(journal->group.bytes);
	free(journal->extra.bytes);
	free(journal);
}

/* A journal that misses a change would bring back what never was: better none. */
static void journal_give_up(struct journal *journal, int error)
{
	log_error("the journal %s cannot be written: %s; a crash would lose the store from now on",
		  journal->path, strerror(-error));
	journal->server->journal = NULL;
	unlink(journal->path);
	journal_free(journal);
}

static int journal_append(struct journal_file *file, struct state_bytes *group)
{
	int error = group->has_failed ? -ENOMEM : 0;

	if (!error && group->len)
		error = journal_file_append(file, group->bytes, group->len);
	group->len = 0;
	return error;
}

void journal_commit(struct journal *journal)
{
	int error;

	if (!journal || (!journal->group.len && !journal->group.has_failed))
		return;
	error = journal_append(&journal->file, &journal->group);
	if (!error && journal_is_renewing(journal))
		error = journal_append(&journal->next, &journal->extra);
	if (error)
		journal_give_up(journal, error);
}

void journal_note_node(struct journal *journal, struct node *node)
{
	if (!journal)
		return;
	state_save_node(&journal->group, node);
	if (!journal_is_renewing(journal))
		return;
	/* What is neither written nor below something written is still to come. */
	if (node->journal_round != journal->round &&
	    (!node->parent || node->parent->journal_round != journal->round))
		return;
	node->journal_round = journal->round;
	state_save_node(&journal->extra, node);
}

static bool journal_cursor_is_below(const struct journal *journal, const struct node *top)
{
	const struct node *node = journal->cursor;

	while (node && node != top)
		node = node->parent;
	return node;
}

void journal_note_removal(struct journal *journal, const struct node *node)
{
	const struct node *next = node;

	if (!journal)
		return;
	state_save_removal(&journal->group, node);
	if (!journal_is_renewing(journal))
		return;
	if (node->journal_round == journal->round)
		state_save_removal(&journal->extra, node);
	if (!journal_cursor_is_below(journal, node))
		return;
	while (next && !TAILQ_NEXT(next, siblings))
		next = next->parent;
	journal->cursor = next ? TAILQ_NEXT(next, siblings) : NULL;
}

void journal_note_forget(struct journal *journal, uint16_t domid)
{
	if (!journal)
		return;
	state_save_number(&journal->group, STATE_FORGET, domid);
	if (journal_is_renewing(journal))
		state_save_number(&journal->extra, STATE_FORGET, domid);
}

/* The rest is small and is written to the next file at its end. */
void journal_note_specials(struct journal *journal)
{
	if (journal)
		state_save_specials(&journal->group, &journal->server->store);
}

void journal_note_quotas(struct journal *journal)
{
	if (journal)
		state_save_quotas(&journal->group, &journal->server->store.accounts);
}

void journal_note_domain(struct journal *journal, const struct domain *domain)
{
	if (journal)
		state_save_domain(&journal->group, domain);
}

void journal_note_gone(struct journal *journal, uint16_t domid)
{
	if (journal)
		state_save_number(&journal->group, STATE_GONE, domid);
}

void journal_note_watch(struct journal *journal, const struct watch *watch, bool is_added)
{
	if (!journal || !watch->connection->transport->is_ring)
		return;
	state_save_owner(&journal->group, watch->connection);
	state_save_watch(&journal->group, is_added ? STATE_WATCH : STATE_UNWATCH, watch);
}

void journal_note_transaction(struct journal *journal, const struct connection *connection,
			      uint32_t id, bool is_open)
{
	if (!journal || !connection->transport->is_ring)
		return;
	state_save_owner(&journal->group, connection);
	state_save_transaction_id(&journal->group,
				  is_open ? STATE_TRANSACTION : STATE_TRANSACTION_END, id);
}

void journal_note_reply(struct journal *journal, const struct connection *connection,
			const struct xsd_sockmsg *header, const void *payload)
{
	if (!journal || !journal->group.len)
		return;
	if (connection->transport->is_ring) {
		state_save_owner(&journal->group, connection);
		state_save_done(&journal->group, domain_consumer(connection), header, payload);
	}
	journal_commit(journal);
}

/* What a ring's connection has: a reply that waits was given to a request that is not repeated. */
static void journal_save_connection(struct state_bytes *state, const struct connection *connection)
{
	const struct transaction *transaction;
	const struct message *message;
	const struct watch *watch;
	struct xsd_sockmsg header;

	state_save_owner(state, connection);
	TAILQ_FOREACH(watch, &connection->watches, of_connection)
	state_save_watch(state, STATE_WATCH, watch);
	LIST_FOREACH(transaction, &connection->transactions, list)
	state_save_transaction_id(state, STATE_TRANSACTION, transaction->id);
	TAILQ_FOREACH(message, &connection->out, queue)
	{
		memcpy(&header, message->bytes, sizeof(header));
		if (!message->is_event)
			state_save_done(state, domain_consumer(connection), &header,
					message->bytes + sizeof(header));
	}
}

static int journal_save_rest(struct journal *journal)
{
	const struct server *server = journal->server;
	struct state_bytes *state = &journal->extra;
	const struct domain *domain;

	state_save_specials(state, &server->store);
	LIST_FOREACH(domain, &server->domains, list)
	{
		state_save_domain(state, domain);
		if (domain->is_introduced)
			journal_save_connection(state, &domain->connection);
	}
	state_save_quotas(state, &server->store.accounts);
	return journal_append(&journal->next, state);
}

static int journal_save_nodes(struct journal *journal, size_t budget)
{
	struct node *root = journal->server->store.root;
	struct state_bytes *state = &journal->extra;

	while (journal->cursor && state->len < budget && !state->has_failed) {
		struct node *node = journal->cursor;

		if (node->journal_round != journal->round)
			state_save_node(state, node);
		node->journal_round = journal->round;
		journal->cursor = store_next(root, node);
	}
	return journal_append(&journal->next, state);
}

static int journal_begin_next(struct journal *journal)
{
	int error = journal_file_create(&journal->next, journal->next_path);

	journal->round++;
	journal->cursor = journal->server->store.root;
	journal->len_at_step = journal->file.len;
	return error;
}

static int journal_replace(struct journal *journal)
{
	int error = journal_save_rest(journal);

	if (error)
		return error;
	journal_file_end_snapshot(&journal->next);
	if (rename(journal->next_path, journal->path))
		return -errno;
	journal_file_close(&journal->file);
	journal->file = journal->next;
	journal->next.fd = -1;
	journal->next.bytes = NULL;
	journal->limit = 2 * journal->file.len + MINIMUM_BYTES;
	return 0;
}

/* Ahead of what is appended meanwhile, so that it ends. */
static int journal_renew(struct journal *journal)
{
	size_t grown = journal->file.len - journal->len_at_step;
	int error = journal_save_nodes(journal, STEP_BYTES + 2 * grown);

	journal->len_at_step = journal->file.len;
	return error || journal->cursor ? error : journal_replace(journal);
}

void journal_step(struct journal *journal)
{
	int error = 0;

	if (!journal)
		return;
	if (journal_is_renewing(journal))
		error = journal_renew(journal);
	else if (journal->file.len > journal->limit)
		error = journal_begin_next(journal);
	if (error)
		journal_give_up(journal, error);
}

struct journal *journal_open(struct server *server, const char *path)
{
	struct journal *journal = calloc(1, sizeof(*journal));
	int error = journal ? 0 : -ENOMEM;

	if (journal) {
		journal->server = server;
		journal->file.fd = -1;
		snprintf(journal->path, sizeof(journal->path), "%s", path);
		snprintf(journal->next_path, sizeof(journal->next_path), "%s.new", path);
		error = journal_begin_next(journal);
	}
	while (!error && journal_is_renewing(journal))
		error = journal_renew(journal);
	if (!error)
		return journal;
	log_error("the journal %s cannot be written: %s; a crash would lose the store", path,
		  strerror(-error));
	if (journal)
		journal_free(journal);
	return NULL;
}

void journal_close(struct journal *journal, bool is_needless)
{
	if (!journal)
		return;
	journal_commit(journal);
	journal->server->journal = NULL;
	if (is_needless)
		unlink(journal->path);
	journal_free(journal);
}

int journal_replay(struct server *server, const void *bytes, size_t len)
{
	size_t at = sizeof(struct journal_header), group_len;
	struct journal_header header;
	uint64_t sequence = 0;
	const void *group;
	int error = 0;

	if (len < sizeof(header))
		return -EINVAL;
	memcpy(&header, bytes, sizeof(header));
	if (memcmp(header.magic, JOURNAL_MAGIC, sizeof(header.magic)))
		return -EINVAL;
	while (!error && (group = journal_next_group(bytes, len, &at, ++sequence, &group_len)))
		error = state_replay(server, group, group_len);
	if (error)
		return error;
	return at < header.snapshot_bytes || store_check(&server->store) ? -EINVAL : 0;
}

/* The domains of an earlier start of the machine are not these. */
static bool journal_is_of_this_boot(const void *bytes, size_t len)
{
	struct journal_header ours, theirs;

	if (len < sizeof(theirs))
		return true;
	journal_header_init(&ours);
	memcpy(&theirs, bytes, sizeof(theirs));
	return !memcmp(ours.boot, theirs.boot, sizeof(ours.boot));
}

int journal_load(struct server *server, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat stat;
	void *bytes = NULL;
	int error = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &stat))
		error = -errno;
	else if (!stat.st_size)
		error = -EINVAL;
	if (!error) {
		bytes = mmap(NULL, (size_t)stat.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		error = bytes == MAP_FAILED ? -errno : 0;
	}
	close(fd);
	if (error)
		return error;
	if (journal_is_of_this_boot(bytes, (size_t)stat.st_size))
		error = journal_replay(server, bytes, (size_t)stat.st_size);
	else
		error = -ENOENT;
	munmap(bytes, (size_t)stat.st_size);
	return error;
}
