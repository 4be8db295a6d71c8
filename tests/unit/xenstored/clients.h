/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon as a child of the test, and the client that talks to it (test_clients.c).
 */
#ifndef XENSTORED_CLIENTS_H
#define XENSTORED_CLIENTS_H

#include <stddef.h>
#include <sys/types.h>
#include <xenstore.h>

extern char state_path[64];
extern pid_t daemon_pid;
extern struct xs_handle *handle;

/* Starts the daemon and opens the handle; closes it and ends the daemon in order. */
int start_daemon(void **state);
int stop_daemon(void **state);

/* Asserts a node's value, a control command's answer. */
void expect_stored(xs_transaction_t transaction, const char *path, const char *value);
void expect_control(const char *command, const char *words, size_t len, const char *expected);

/* Cases (test_killed.c). */
void a_killed_daemon_loses_nothing_that_it_answered(void **state);
void a_bad_journal_is_left(void **state);

#endif
