/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Live update: the state goes into a memory file, a new binary takes the place of this one and goes
 * on. docs/design/xenstored.md has the format.
 */
#ifndef XENSTORED_UPDATE_H
#define XENSTORED_UPDATE_H

#include "xenstored/server.h"

/* Remembers how the daemon was started. */
void update_init(int argc, char **argv);

/* Hands over to server->update.binary; comes back only if that failed. */
void update_perform(struct server *server);

#endif
