/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trestle-monitor: the resident process that acts when guests end. All it knows is in state files and
 * the hypervisor: it looks at all of them at its start and when the store comes back, and at the one
 * domain concerned after each event (it ended, its state file came, its creator died, a deed ended,
 * its lock was let go), so that its own restart loses nothing. Deeds are processes of their own,
 * `tl domain-ended DOMID', one a domain at most. One monitor runs at a time: a new one asks the one
 * before it to stop.
 */
#ifndef MONITOR_MONITOR_H
#define MONITOR_MONITOR_H

#include "libctl/failure.h"

/* Returns 0 after SIGTERM, SIGINT or {"stop": true}; deeds under way go on. ready_fd: -1, or gets a
 * byte when the socket listens and the first look is done. */
int monitor_run(int ready_fd, struct failure *failure);

#endif
