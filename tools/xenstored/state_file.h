/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state in a file between an orderly end and the next start: guests stay connected, local
 * programs do not.
 */
#ifndef XENSTORED_STATE_FILE_H
#define XENSTORED_STATE_FILE_H

#include "xenstored/server.h"

/* Writes the state, replacing the file whole; says what is wrong. Before domains are released. */
void state_file_save(const struct server *server, const char *name);

/* Takes the state over if the file is there, binding guests' rings anew, and removes the file. A
 * state that cannot be read is said, and the server is as new. 0, or -ENOMEM. */
int state_file_load(struct server *server, const char *name);

#endif
