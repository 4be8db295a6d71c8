/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a plan to a running domain: a table of steps, each with its undo. Whatever fails, or is
 * interrupted by SIGINT, SIGTERM or SIGHUP, all steps that were taken are undone in reverse: no
 * domain, no node, no device, no process, no file is left.
 */
#ifndef LIBDOM_CREATE_H
#define LIBDOM_CREATE_H

#include <stdbool.h>
#include <stdint.h>

#include "libctl/ctl.h"
#include "libdom/plan.h"
#include "libdom/settings.h"
#include "libdom/store.h"

struct create_request {
	struct ctl *ctl;
	struct store *store;
	const struct settings *settings;
	struct plan *plan; /* its disks are resolved in place */
	bool paused;	   /* it stays so */
	bool attended;	   /* the monitor acts when it ends */
	bool ignore_masks; /* vm.cpumask and its like do not count */
	int64_t restarted; /* of how many restarts this is the result */
	/* Called at the beginning of each step, and while memory is filled: done and total in pages,
	 * total 0 when there is nothing to count. May be NULL. */
	void (*progress)(void *context, const char *step, uint64_t done, uint64_t total);
	void *progress_context;
};

int create_domain(const struct create_request *request, uint32_t *domid, struct failure *failure);

#endif
