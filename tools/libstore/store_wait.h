/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waiting for xenstored's socket: what happens in its folder, by inotify. Our xenstored puts a socket
 * there that listens already; another's comes a moment before it does, perhaps just before we began to
 * wait, so each try deserves a second one after STORE_WAIT_MS; a third waits for what comes.
 */
#ifndef LIBSTORE_STORE_WAIT_H
#define LIBSTORE_STORE_WAIT_H

#include <stdbool.h>

#define STORE_WAIT_MS 500

/* A descriptor, readable when something came into the folder, which is made if need be; -1 with
 * errno. Opened before a connection is tried it misses nothing. */
int store_wait_open(void);
/* After it was readable: whether the socket was among what came. */
bool store_wait_has_come(int fd);

#endif
