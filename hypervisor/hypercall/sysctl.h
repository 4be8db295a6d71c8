/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the parts of sysctl only: sysctl.c dispatches, sysctl_info.c has the
 * console, domains and keys, sysctl_machine.c processors and memory,
 * sysctl_sched.c the scheduler.
 */
#ifndef HYPERCALL_SYSCTL_H
#define HYPERCALL_SYSCTL_H

#include "abi/sysctl.h"
#include "hv/types.h"

/* The command: operation below, what a continuation has done above. */
#define SYSCTL_COMMAND_BITS 8
#define SYSCTL_COMMAND_MASK ((1U << SYSCTL_COMMAND_BITS) - 1)
#define SYSCTL_MAX_PROGRESS (UINT32_MAX >> SYSCTL_COMMAND_BITS)

struct sysctl_call {
	struct xen_sysctl op; /* the caller's, copied once */
	uint32_t done;	      /* by the call that this one continues, in the operation's own unit */
};

/*
 * Handlers: 0 or a negative errno; the payload goes back to the caller with 0
 * and with -ENOBUFS. -ERESTART: it goes back as well, with call->done, and the
 * caller comes again.
 */
#define SYSCTL(name, payload, permission, resumes) int64_t sysctl_##name(struct sysctl_call *call);
#define REFUSED(name, error)
#include "sysctl.def"
#undef SYSCTL
#undef REFUSED

#endif
