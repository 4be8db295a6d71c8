/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a killed daemon leaves to the next one: a snapshot and every change since, in a file that is
 * mapped shared, so that a change is a copy in memory.
 *
 * Records (state.h) are gathered while a request is handled and appended as one group before
 * anything is answered: a group counts whole or not at all, and what was answered is in one. A group has its
 * length, a sequence number and a checksum; the first that is not right ends the journal. When
 * the file has grown to more than twice what its snapshot took, a new one is written step by step,
 * a little each turn, with the changes that meet what it has already; it replaces the old one by a
 * rename when it is whole.
 */
#ifndef XENSTORED_JOURNAL_H
#define XENSTORED_JOURNAL_H

#include "xenstored/state.h"

struct domain;
struct journal;

/* Begins a journal with a snapshot in the file; NULL after having said why there is none. */
struct journal *journal_open(struct server *server, const char *path);

/* Ends the journal; its file is removed or stays for the next process. journal may be NULL. */
void journal_close(struct journal *journal, bool is_needless);

/* Takes over what is in a journal's file; the server must be new. 0, -ENOENT when there is none, or
 * another negative errno with a server that can only be ended. */
int journal_load(struct server *server, const char *path);

/* The same from memory. */
int journal_replay(struct server *server, const void *bytes, size_t len);

/* Appends what was gathered, if anything. journal may be NULL, here and below. */
void journal_commit(struct journal *journal);

/* Goes on with a new file, if the old one is large: some of it in each turn. */
void journal_step(struct journal *journal);

/* Gather changes: after a node was set, before it goes away, of all nodes of a dead domain. */
void journal_note_node(struct journal *journal, struct node *node);
void journal_note_removal(struct journal *journal, const struct node *node);
void journal_note_forget(struct journal *journal, uint16_t domid);
void journal_note_specials(struct journal *journal);
void journal_note_quotas(struct journal *journal);

/* Gather changes of a domain, and that it is not known any more. */
void journal_note_domain(struct journal *journal, const struct domain *domain);
void journal_note_gone(struct journal *journal, uint16_t domid);

/* Gather changes of a connection. Only those over rings count: sockets do not outlive us. */
void journal_note_watch(struct journal *journal, const struct watch *watch, bool is_added);
void journal_note_transaction(struct journal *journal, const struct connection *connection,
			      uint32_t id, bool is_open);

/* A reply is about to be given: if the request has changed anything, the reply is kept with it. Then
 * all of it is appended. */
void journal_note_reply(struct journal *journal, const struct connection *connection,
			const struct xsd_sockmsg *header, const void *payload);

#endif
