/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared by the PV MMU's hypercalls: how a list of operations is counted and
 * continued, and the flushes that a guest asks for.
 */
#ifndef MM_PV_FLUSH_H
#define MM_PV_FLUSH_H

#include "hv/domain.h"
#include "hv/types.h"

/* Where a list of operations stands. Its count argument has a bit that says it's a continuation. */
struct call_progress {
	uint32_t number;   /* of the hypercall */
	uint32_t nr;	   /* operations still to execute at the start of this round */
	uint32_t executed; /* of these */
	uint32_t before;   /* in earlier rounds */
	uint64_t done;	   /* guest address of the count for the guest; 0: not wanted */
};

/* Reads the count; finishes what the vcpu's call before left; 0, -EFAULT, -ERESTART. */
int must_check progress_start(struct call_progress *progress, uint32_t number, uint64_t count,
			      uint64_t done);
/* Tells the guest how many were executed; makes a continuation of -ERESTART. list: address of the first one not executed. */
int64_t progress_end(const struct call_progress *progress, int rc, uint64_t list, uint64_t foreign);

/* UVMF_*: flushes the TLB or one address on this CPU, all of the domain's, or those of a bitmap of vcpus; -EINVAL, -EFAULT. */
int must_check guest_flush(struct vcpu *v, uint64_t flags, uint64_t address);
/* CPUs of the vcpus in a guest's bitmap; -EFAULT. */
int must_check guest_read_vcpu_mask(const struct domain *d, uint64_t bitmap, struct cpumask *mask);

#endif
