/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The monitor's parts: the loop and its sources (monitor.c), the look at all domains and the deeds
 * (monitor_deeds.c), questions on the socket (monitor_clients.c).
 */
#ifndef LIBDOM_MONITOR_INTERNAL_H
#define LIBDOM_MONITOR_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "libctl/ctl.h"
#include "libdom/ending.h"
#include "libdom/store.h"

struct monitor;

/* Something with a descriptor in the loop. */
struct monitor_source {
	int fd;
	void (*handle)(struct monitor *monitor, struct monitor_source *source);
};

/* A deed under way, or one that failed and is not tried again until its domain changes. */
struct monitor_deed {
	uint32_t domid;
	pid_t pid; /* 0: it failed */
	enum ending_verdict verdict;
	struct monitor_deed *next;
};

/* The end of a creator is waited for. */
struct monitor_creator {
	struct monitor_source source; /* first: a pidfd */
	uint32_t domid;
	struct monitor_creator *next;
};

#define CLIENT_BYTES 4096

struct monitor_client {
	struct monitor_source source; /* first */
	char line[CLIENT_BYTES];
	size_t length;
};

struct monitor {
	int epoll;
	bool is_stopping;
	struct ctl *ctl;
	struct store *store; /* NULL while nobody serves it */
	struct monitor_source signals, listener, states, events, end;
	struct monitor_deed *deeds;
	struct monitor_creator *creators;
	uint8_t complete[DOMID_FIRST_RESERVED / 8 + 1]; /* bitmap: the state file says so */
	struct failure *failure;
};

int monitor_add_source(struct monitor *monitor, struct monitor_source *source);
void monitor_remove_source(struct monitor *monitor, struct monitor_source *source);

/* Judges all domains that have a state file, and begins what is to be done. */
void monitor_look(struct monitor *monitor);
/* Children that have ended. */
void monitor_reap(struct monitor *monitor);
void monitor_free_deeds(struct monitor *monitor);

void monitor_accept(struct monitor *monitor, struct monitor_source *source);

#endif
