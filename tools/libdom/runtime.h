/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of the running system under /run/trestle (TRESTLE_RUN names another place, for tests): the
 * lock under which names and disks are claimed, a lock a domain, the state file of each domain that
 * tl made. A state file is written anew and renamed, mode 0600; it is there from before the domain
 * can run until after all of it is gone, so that whatever ended early can be cleared away by anyone.
 * With the state of a complete domain its copy for others (userdata.h) is written, and removed.
 */
#ifndef LIBDOM_RUNTIME_H
#define LIBDOM_RUNTIME_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "libctl/failure.h"
#include "libdom/plan.h"

/* Its path below the directory, malloc'd; the directory is made. */
char *runtime_path(const char *name);

/* Waits for the lock of all claims; the descriptor holds it until closed. path NULL: the default. */
int runtime_lock(const char *path, int *fd, struct failure *failure);
void runtime_unlock(int fd);
/* Without waiting: -1 when another holds it. */
int runtime_try_lock(const char *path, int *fd);
/* Waits for the lock of one domain's end and restart: whoever destroys it or acts on its shutdown
 * holds it. runtime_unlock_domain() removes the file when the domain is gone. */
int runtime_lock_domain(uint32_t domid, int *fd, struct failure *failure);
void runtime_unlock_domain(uint32_t domid, int fd, bool is_gone);

/* Whether somebody holds it now: then that one sees to the domain. */
int runtime_is_domain_locked(uint32_t domid);

/* Of a state file what its domain's end is judged by. */
struct runtime_summary {
	uint32_t domid;
	pid_t creator;
	int64_t creator_start;
	bool complete, attended;
	char uuid[40], name[128];
};

struct runtime_state {
	uint32_t domid;
	int64_t created;       /* seconds since the epoch */
	pid_t creator;	       /* of a domain that is not complete; set by runtime_write_state() */
	int64_t creator_start; /* when that process began, for its number may be another's later */
	bool complete;	       /* creation has ended */
	bool attended;	       /* the monitor acts when it ends */
	int64_t restarted;     /* of how many restarts it is the result */
	struct plan plan;
};

/* In ticks since the machine's start; 0 when there is no such process. */
int64_t runtime_find_start(pid_t pid);
/* A state that is not complete gets the calling process as its creator. */
int runtime_write_state(const struct runtime_state *state, struct failure *failure);
/* FAILURE_NOT_FOUND when there is none. On success plan_free(&state->plan) is the caller's. */
int runtime_read_state(uint32_t domid, struct runtime_state *state, struct failure *failure);
int runtime_read_summary(uint32_t domid, struct runtime_summary *summary, struct failure *failure);
void runtime_remove_state(uint32_t domid);
/* The copy for others stays: it is of another domain with this number. */
void runtime_forget_state(uint32_t domid);
/* The domids that have a state file, malloc'd, sorted. */
int runtime_list_states(uint32_t **domids, size_t *count, struct failure *failure);

#endif
