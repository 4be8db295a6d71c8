/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is done when a guest ends: the decision (pure) and the deed. The monitor runs the deed in a
 * process of its own for each guest, so that one that takes long keeps nobody waiting.
 */
#ifndef LIBDOM_ENDING_H
#define LIBDOM_ENDING_H

#include <stdbool.h>
#include <stdint.h>

#include "libctl/ctl.h"
#include "libdom/runtime.h"
#include "libdom/settings.h"
#include "libdom/store.h"

/* What the hypervisor and the state file say of a domain. */
struct ending_facts {
	bool exists; /* in the hypervisor, with the handle of the plan */
	bool is_dying, has_shut_down;
	uint32_t reason; /* SHUTDOWN_* */
	bool is_complete, is_attended;
	bool has_creator; /* the process that creates it lives */
};

enum ending_verdict {
	ENDING_NONE,	/* it runs, is being created, or is not for us */
	ENDING_CLEAR,	/* it is gone, its traces are not */
	ENDING_DESTROY, /* its creation or destruction was cut off */
	ENDING_ACT,	/* the plan says what */
};

enum ending_verdict ending_judge(const struct ending_facts *facts);
/* The plan's action for a reason; what is no reason of xl.cfg is a crash. */
enum plan_action ending_action(const struct plan *plan, uint32_t reason);
const char *ending_reason_name(uint32_t reason);
/* The name of a preserved guest: "web-20261120T1305Z", cut to what a name may have. */
char *ending_preserved_name(const char *name, int64_t when);

/* Facts of one state; the creator is looked for in /proc. */
int ending_find_facts(struct ctl *ctl, const struct runtime_summary *state,
		      struct ending_facts *facts, struct failure *failure);

/* Judges under the domain's lock and does it. Lines about it go to standard error. */
int ending_carry_out(struct ctl *ctl, struct store *store, const struct settings *settings,
		     uint32_t domid, struct failure *failure);

#endif
