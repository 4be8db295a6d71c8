/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hypercall dispatch and continuations. One row per hypercall in
 * hypervisor/hypercall/hypercalls.def; the table, permission check, names,
 * docs and deny tests come from it. Handlers run on the guest's behalf with
 * interrupts on, no lock held; arguments are raw registers.
 */
#ifndef HV_HYPERCALL_H
#define HV_HYPERCALL_H

#include "hv/continuation.h"
#include "hv/types.h"

#define NR_HYPERCALLS 64

/* From the entry code, by number: with the first four argument registers; no hypercall has more. Returns the value for the guest's
 * accumulator. */
typedef int64_t hypercall_handler(uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4);
extern hypercall_handler *const hypercall_table[NR_HYPERCALLS];

/* What the entry code and multicalls call through: that table, or one that traces first. */
extern hypercall_handler *const *hypercall_table_current;
/* Records each hypercall from now on, or no longer. */
void hypercall_trace(bool on);

int64_t hypercall_multicall(uint64_t list, uint64_t nr_calls);
const char *hypercall_name(uint32_t number);

#endif
