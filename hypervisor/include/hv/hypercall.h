/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hypercall dispatch and continuations. One row per hypercall in
 * hypervisor/hypercall/hypercalls.def; the switch, permission check, names,
 * docs and deny tests come from it. Handlers run on the guest's behalf with
 * interrupts on, no lock held; arguments are raw registers.
 */
#ifndef HV_HYPERCALL_H
#define HV_HYPERCALL_H

#include "hv/softirq.h"
#include "hv/types.h"

/* From the entry code: number and the six argument registers. Returns the value for the guest's accumulator. */
int64_t hypercall_dispatch(uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5,
			   uint64_t a6, uint64_t number);

/*
 * Long work: when hypercall_is_preempt_due() a handler stores its progress and
 * returns hypercall_continue(): the guest re-executes the call with these
 * arguments after the softirqs have run. Inside a multicall the entry is
 * rewritten instead.
 */
static always_inline bool hypercall_is_preempt_due(void)
{
	return unlikely(softirq_is_pending());
}

int64_t hypercall_continue(uint32_t number, unsigned int nr_arguments, const uint64_t *arguments);

int64_t hypercall_multicall(uint64_t list, uint64_t nr_calls);
const char *hypercall_name(uint32_t number);

/* A table row of sub-operations: deny by default, permission before payload. */
enum permission { ALLOW_ANY, ALLOW_CONTROL, ALLOW_HARDWARE, ALLOW_NONE };
/* 0 or -EPERM for current's domain. */
int must_check permission_check(enum permission permission);

#endif
