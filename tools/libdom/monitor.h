/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The resident process that acts when guests end. All it knows is in state files and the hypervisor:
 * it looks at all of them at its start and after each event (a domain began or ended, a state file
 * came or went, a creator died, a deed ended), so that its own restart loses nothing. Deeds are
 * processes of their own, `tl domain-ended DOMID', one a domain at most. One monitor runs at a time:
 * a new one asks the one before it to stop.
 */
#ifndef LIBDOM_MONITOR_H
#define LIBDOM_MONITOR_H

#include "libctl/failure.h"

/* Returns 0 after SIGTERM, SIGINT or {"stop": true}; deeds under way go on. ready_fd: -1, or gets a
 * byte when the socket listens and the first look is done. */
int monitor_run(int ready_fd, struct failure *failure);

#endif
