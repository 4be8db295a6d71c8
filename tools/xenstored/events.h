/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Event channels as a source of the loop.
 */
#ifndef XENSTORED_EVENTS_H
#define XENSTORED_EVENTS_H

#include "xenstored/loop.h"

/* Waits for the events of server->hypervisor; -errno. */
int events_add(struct server *server);

#endif
