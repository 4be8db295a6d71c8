/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What operations of every module need of the hypercall they run in: whether
 * to stop for now and be called again, and whether the caller may do this at
 * all. Dispatch itself is hv/hypercall.h's.
 */
#ifndef HV_CONTINUATION_H
#define HV_CONTINUATION_H

#include "hv/softirq.h"
#include "hv/types.h"

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

/* A table row of sub-operations: deny by default, permission before payload. */
enum permission { ALLOW_ANY, ALLOW_CONTROL, ALLOW_HARDWARE, ALLOW_NONE };
/* 0 or -EPERM for current's domain. */
int must_check permission_check(enum permission permission);

#endif
