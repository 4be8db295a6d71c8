/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the steps of one creation share, and the steps that have a file of their own. Each returns 0,
 * or -1 with the failure filled.
 */
#ifndef LIBDOM_CREATION_H
#define LIBDOM_CREATION_H

#include "libbuild/build.h"
#include "libdom/create.h"
#include "libdom/device.h"

struct creation {
	const struct create_request *request;
	struct ctl *ctl;
	struct store *store;
	const struct plan *plan;
	const char *step; /* the name of the one under way */
	struct build_kernel *kernel;
	struct device_claim *claim;
	struct build_result built;
	uint32_t domid;
	int lock;	 /* of all claims; -1: not held */
	int domain_lock; /* -1: not held */
	uint32_t locked_domid;
	struct failure *failure;
};

/* "domain 5 (web)", and errno as the cause. */
int creation_fail_errno(struct creation *creation, const char *next);
/* The cause said. */
int creation_fail(struct creation *creation, enum failure_code code, const char *cause,
		  const char *next);

/* A signal has come: fills the failure. */
bool creation_is_interrupted(struct creation *creation);

/* creation_memory.c: enough free memory for the plan, from dom0's if the settings allow it. */
int creation_find_memory(struct creation *creation);
/* creation_domain.c */
int creation_make_domain(struct creation *creation);
int creation_set_limits(struct creation *creation);
int creation_set_placement(struct creation *creation);
/* creation_store.c */
int creation_write_nodes(struct creation *creation);
int creation_write_rings(struct creation *creation);

#endif
