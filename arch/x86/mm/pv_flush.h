/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared by the PV MMU's hypercalls: how a list of operations is counted and
 * continued, whose frames it is about, and the flushes that a guest asks for.
 */
#ifndef MM_PV_FLUSH_H
#define MM_PV_FLUSH_H

#include "hv/arch.h"
#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/types.h"

#define COUNT_IS_CONTINUED 0x80000000u

/* Where a list of operations stands. Its count argument has a bit that says it's a continuation. */
struct call_progress {
	uint32_t nr;	   /* operations still to execute at the start of this round */
	uint32_t executed; /* of these */
	uint32_t before;   /* in earlier rounds */
	uint64_t done;	   /* guest address of the count for the guest; 0: not wanted */
};

int must_check progress_resume(struct call_progress *progress);
int64_t progress_tell(const struct call_progress *progress, int rc, uint32_t number, uint64_t list,
		      uint64_t foreign);

/* The same for one operation of current's own, of which none (1) or all (0) is left. */
int64_t progress_continue(uint32_t number, uint64_t list, uint32_t nr_left);

/* Reads the count; finishes what the vcpu's call before left; 0, -EFAULT, -ERESTART. */
static always_inline int must_check progress_start(struct call_progress *progress, uint64_t count,
						   uint64_t done)
{
	progress->nr = (uint32_t)count;
	progress->executed = 0;
	progress->before = 0;
	progress->done = done;
	if (likely(!(count & COUNT_IS_CONTINUED)) &&
	    likely(!current_vcpu()->arch.pv.pending_undo[0]))
		return 0;
	return progress_resume(progress);
}

/* Tells the guest how many were executed; makes a continuation of -ERESTART. list: address of the first one not executed. */
static always_inline int64_t progress_end(const struct call_progress *progress, int rc,
					  uint32_t number, uint64_t list, uint64_t foreign)
{
	if (likely(!progress->done) && likely(rc != -ERESTART))
		return rc;
	return progress_tell(progress, rc, number, list, foreign);
}

int must_check foreign_find(uint64_t id, struct domain **out);

/* Resolves a foreign domain argument: current's own, io_domain, hypervisor_domain or, for control domains, any, referenced. */
static always_inline int must_check foreign_get(uint64_t id, struct domain **out)
{
	if (unlikely(id != DOMID_SELF))
		return foreign_find(id, out);
	*out = current_vcpu()->domain;
	return 0;
}

static always_inline void foreign_put(struct domain *d)
{
	if (unlikely(d != current_vcpu()->domain) && d != io_domain && d != hypervisor_domain)
		domain_put(d);
}

/* UVMF_*: flushes the TLB or one address on this CPU, all of the domain's, or those of a bitmap of vcpus; -EINVAL, -EFAULT. */
int must_check guest_flush(struct vcpu *v, uint64_t flags, uint64_t address);
/* CPUs of the vcpus in a guest's bitmap; -EFAULT. */
int must_check guest_read_vcpu_mask(const struct domain *d, uint64_t bitmap, struct cpumask *mask);

#endif
