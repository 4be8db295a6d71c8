/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one epoll loop of the program. An entry is part of what its events are for; it must be
 * removed before its memory or descriptor goes, which is allowed in any handler.
 */
#ifndef CONSOLED_LOOP_H
#define CONSOLED_LOOP_H

#include <stdint.h>

struct loop_entry {
	int fd;
	uint32_t events;
	void (*handle)(struct loop_entry *entry, uint32_t events);
};

/* All return 0, or -1 with errno. */
int loop_open(void);
int loop_add(struct loop_entry *entry, int fd, uint32_t events,
	     void (*handle)(struct loop_entry *entry, uint32_t events));
/* Waits for other events from now on; nothing to fail on an entry that is there. */
void loop_change(struct loop_entry *entry, uint32_t events);
/* Nothing of it is handled any more; the descriptor stays open. */
void loop_remove(struct loop_entry *entry);
/* Waits (-1: without end, 0: not at all), then handles what came. */
int loop_run_once(int timeout_ms);

#endif
