/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The monitor's parts: the loop and its sources (monitor.c), the store (store.c), the look at domains
 * (look.c) and the deeds (deeds.c), questions on the socket (clients.c).
 */
#ifndef MONITOR_INTERNAL_H
#define MONITOR_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "libctl/ctl.h"
#include "libdom/alloc.h"
#include "libdom/ending.h"
#include "libdom/runtime.h"
#include "libstore/store_link.h"

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

/* A process whose end is waited for: a domain's creator. */
struct monitor_process {
	struct monitor_source source; /* first: a pidfd */
	uint32_t domid;
	struct monitor_process *next;
};

/* A domain whose lock another holds: its file is watched until that one lets go. */
struct monitor_lock {
	int watch;
	uint32_t domid;
	struct monitor_lock *next;
};

#define CLIENT_BYTES 512

struct monitor_client {
	struct monitor_source source; /* first */
	char line[CLIENT_BYTES];
	size_t length;
};

struct monitor {
	int epoll;
	bool is_stopping;
	struct ctl *ctl;
	struct store_link *store; /* NULL while nobody serves it */
	/* wait and retry: for the store's socket. */
	struct monitor_source signals, listener, states, events, wait, retry;
	struct monitor_deed *deeds;
	struct monitor_process *creators;
	struct monitor_lock *locks;
	struct failure *failure;
};

int monitor_add_source(struct monitor *monitor, struct monitor_source *source);
void monitor_remove_source(struct monitor *monitor, struct monitor_source *source);

/* Connects to the store, or waits for it. */
int monitor_open_store(struct monitor *monitor);
void monitor_close_store(struct monitor *monitor);

/* Judges a domain, if it has a state file, and begins what is to be done. */
void monitor_look(struct monitor *monitor, uint32_t domid);
void monitor_look_at_all(struct monitor *monitor);
/* A lock's file was let go. */
void monitor_end_lock(struct monitor *monitor, int watch);
void monitor_free_waits(struct monitor *monitor);

bool monitor_has_deed(const struct monitor *monitor, uint32_t domid);
void monitor_begin_deed(struct monitor *monitor, uint32_t domid, enum ending_verdict verdict);
/* One that failed: the domain has changed, or is another. */
void monitor_forget_failed_deed(struct monitor *monitor, uint32_t domid);
/* Children that have ended. */
void monitor_reap(struct monitor *monitor);
void monitor_free_deeds(struct monitor *monitor);

void monitor_accept(struct monitor *monitor, struct monitor_source *source);

#endif
