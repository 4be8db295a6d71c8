/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Live update: the state goes into a memory file, a new binary takes the place of this one and goes
 * on. First the new binary, as a child, has to read the state ("--check-only"); only then it is
 * executed in place. docs/design/xenstored.md has the format.
 */
#ifndef XENSTORED_UPDATE_H
#define XENSTORED_UPDATE_H

#include "xenstored/server.h"

/* Remembers how the daemon was started. */
void update_init(int argc, char **argv);

/* One step of the control command. NULL: the answer comes later; else the answer. */
const char *update_command(struct server *server, struct connection *connection,
			   const struct xsd_sockmsg *header, const char *const *words,
			   unsigned int nr_words);

/* Hands over; comes back only if that failed. */
void update_perform(struct server *server);

/* Goes on with the state in a descriptor, which is closed; negative errno after having said why. */
int update_restore(struct server *server, int fd);

/* Only sees whether the state can be read; connects to nothing, and ends the server. */
int update_check(struct server *server, int fd);

#endif
