/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state between an orderly end, or a crash, and the next start: guests stay connected, local
 * programs do not. FILE is written at an orderly end; FILE.journal is there while the daemon runs
 * (journal.h), and FILE.rings with it (slot.h).
 */
#ifndef XENSTORED_STATE_FILE_H
#define XENSTORED_STATE_FILE_H

#include "xenstored/server.h"

/* Claims the files for this process: -EBUSY when another has. */
int state_file_claim(struct server *server, const char *name);

/* Takes the state over if one is there, binding guests' rings anew. One that cannot be read is
 * said, and the server is as new. 0, or -ENOMEM. */
int state_file_load(struct server *server, const char *name);

/* Begins the journal, which takes the place of what was loaded. */
void state_file_begin(struct server *server, const char *name);

/* Writes the state, replacing the file whole, and ends the journal; if it cannot be written, that is
 * said and the journal stays. Before domains are released. */
void state_file_end(struct server *server, const char *name);

/* The end of the process: gives the claim up. After domains were released. */
void state_file_release(struct server *server, const char *name);

#endif
