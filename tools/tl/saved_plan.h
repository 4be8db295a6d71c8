/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plan of a running guest in its state file: what is attached or taken away while it runs is
 * there again, or not, after its next restart.
 */
#ifndef TL_SAVED_PLAN_H
#define TL_SAVED_PLAN_H

#include <stdint.h>

#include "libdom/plan.h"

/* Changes the plan under the domain's lock and writes it, unless change says no (-1 with the failure
 * filled). A domain that tl did not make has none: nothing happens then. */
int saved_plan_change(uint32_t domid,
		      int (*change)(struct plan *plan, void *context, struct failure *failure),
		      void *context, struct failure *failure);

int saved_plan_add_disk(uint32_t domid, const char *specification, struct failure *failure);
int saved_plan_remove_disk(uint32_t domid, uint32_t number, struct failure *failure);
/* The specification says devid and address. */
int saved_plan_add_vif(uint32_t domid, const char *specification, struct failure *failure);
int saved_plan_remove_vif(uint32_t domid, uint32_t devid, struct failure *failure);

/* Takes out item `at' of a list. */
void saved_plan_drop(struct strings *specifications, size_t at);

#endif
