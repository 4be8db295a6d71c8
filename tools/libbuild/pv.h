/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside libbuild only: the work on one PV domain. Every step either returns 0 or has filled the
 * failure and returns -1. No foreign mapping outlives the step that made it: page tables can be
 * pinned only once dom0 has no writable mapping of them left.
 */
#ifndef LIBBUILD_PV_H
#define LIBBUILD_PV_H

#include "libbuild/build.h"
#include "libbuild/kernel.h"
#include "libbuild/layout.h"
#include "libbuild/start.h"

struct build {
	struct ctl *ctl;
	const struct build_request *request;
	struct build_result *result;
	struct failure *failure;
	const char *stage; /* of the step that runs */
	char object[32];   /* "domain 7" */
	const struct image_plan *plan;
	struct build_layout layout;
	struct start_values values;
	uint64_t *p2m; /* layout.nr_pages */
	int ramdisk;   /* a file, or -1 */
	bool clears;   /* the hypervisor does not promise zeroed pages */
};

/* The errno of a call of libctl as the step's failure. */
int build_refuse(struct build *build, const char *next);

int memory_take(struct build *build);
int load_kernel(struct build *build);
int load_ramdisk(struct build *build);
int load_list(struct build *build);
int load_start_info(struct build *build);
int load_tables(struct build *build);

#endif
