/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the parts of memory_op only: memory_op.c dispatches and changes
 * reservations, memory_extent.c does so in steps for large extents,
 * memory_exchange.c exchanges, memory_info.c answers questions,
 * memory_resource.c is about what other domains see.
 */
#ifndef HYPERCALL_MEMORY_OP_H
#define HYPERCALL_MEMORY_OP_H

#include "abi/memory.h"
#include "hv/domain.h"
#include "hv/types.h"

/* The command: sub-operation below, what a continuation has done above. */
#define MEMORY_COMMAND_BITS 6
#define MEMORY_COMMAND_MASK ((1UL << MEMORY_COMMAND_BITS) - 1)
/* More elements than this leave no room for the progress. */
#define MEMORY_MAX_ELEMENTS (UINT32_MAX >> MEMORY_COMMAND_BITS)

struct memory_call {
	uint64_t argument; /* guest address of the operation's struct */
	uint64_t done;	   /* by the call that this one continues */
	uint32_t operation;
};

/* One call that changes a reservation. */
struct reservation {
	struct xen_memory_reservation r;
	struct domain *d; /* referenced */
	uint32_t heap_flags, operation;
};

#define MEMORY_OP(name, permission, resumes) int64_t memory_##name(const struct memory_call *call);
#define REFUSED(name, error)
#include "memory_op.def"
#undef MEMORY_OP
#undef REFUSED

/* Makes the guest come again with that much done. */
int64_t memory_continue(const struct memory_call *call, uint64_t done);
/* A domain that current may act on, referenced: its own, or any for the control domain. -ESRCH, -EPERM. */
int must_check memory_get_target(domid_t id, struct domain **out);
/* Largest extent that current may ask for. */
unsigned int memory_max_order(void);
/* Address width and node of mem_flags as flags for the heap; false when they can't be met. */
bool must_check memory_flags_read(uint32_t mem_flags, uint32_t *heap_flags);
/* The free memory would do for such an extent, once it is wiped. */
bool must_check memory_is_worth_wiping(const struct reservation *call);
/* Gives d's frame the guest's number, if it still is d's. */
void memory_frame_number(const struct domain *d, struct page *page, uint64_t gfn);
/* d's own reference to a frame goes: -EINVAL, -ENXIO (not d's), -EBUSY (pinned). A frame that is still mapped stays d's until the
 * last mapping goes: kernels release some before they unmap them. */
int memory_frame_release(struct domain *d, uint64_t frame);
/* An extent over 2 MiB: 0: done, -ERESTART, or the reason to stop. */
int must_check memory_step_large_extent(const struct reservation *call, uint64_t index);
/* Before an extent is begun or continued: takes back one that was left half way. 0, -ERESTART, -ENOMEM (it's this one and failed). */
int must_check memory_settle_large_extent(const struct reservation *call, uint64_t index);
/* Brings the chunk to an end that the vcpu's exchange was stopped in, if any: 0 or -ERESTART. */
int must_check memory_settle_exchange(struct vcpu *v);

#endif
