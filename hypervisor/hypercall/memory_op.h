/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the parts of memory_op only: memory_op.c dispatches and changes
 * reservations, memory_exchange.c exchanges, memory_info.c answers questions,
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

#endif
