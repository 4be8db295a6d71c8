/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Measuring who gets the processor: busy children, their parameters and their CPU time. */
#ifndef GUEST_SCHEDULING_H
#define GUEST_SCHEDULING_H

#include "guest/child.h"
#include "guest/sysctl.h"
#include "guest/time.h"
#include "guest/types.h"

#define POOL_ANY XEN_SYSCTL_CPUPOOL_PAR_ANY

/* Gives the processor away for that long. */
void sleep_ns(uint64_t ns);
/* A child's function: never sleeps. words[0] is when it last ran. */
void spin_for_ever(void);
/* A child's function: sleeps words[0] ns again and again; words[1] is the longest that it woke late, words[2] how often it woke. */
void wake_again_and_again(void);
/* CPU time of a child so far, in ns. */
uint64_t child_cpu_time(struct child *child);
/* XEN_DOMCTL_scheduler_op with the credit policy's parameters: its result. */
long credit_put(struct child *child, uint16_t weight, uint16_t cap);
/* The same with the real-time policy's, in us. */
long rtds_put(struct child *child, uint32_t period, uint32_t budget, uint32_t flags);
/* A new pool of that policy that takes processor `cpu` from the first; ends the test on a refusal. */
uint32_t pool_with_cpu(uint32_t sched_id, uint32_t cpu);
/* XEN_SYSCTL_cpupool_op: its result. *pool is written back. */
long pool_call(uint32_t op, uint32_t *pool, uint32_t sched_id, uint32_t cpu, uint32_t domid);
/* True when value is within so many percent of expected. */
bool is_within(uint64_t value, uint64_t expected, unsigned int percent);

#endif
