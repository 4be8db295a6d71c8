/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine with a heap, a control domain and two guests, for memory_op: shared by its unit tests and its fuzzer.
 * Guest memory is one window; every access outside it faults.
 */
#ifndef TEST_MEMORY_FIXTURE_H
#define TEST_MEMORY_FIXTURE_H

#include "abi/memory.h"
#include "fake.h"
#include "hv/types.h"

#define WINDOW_BYTES 65536
/* Frames that the heap gets; above them: not RAM. */
#define FIRST_FRAME 256UL
#define END_FRAME 7168UL
#define MAX_PAGES 4000

extern struct domain *control, *guest, *other;
/* What memory_extent.c registers. */
extern const struct domain_module *const memory_module_registration;
extern char window[WINDOW_BYTES];
/* What grant_max_shared_frames() says; 0 for status frames. */
extern uint32_t grant_frames;
/* Pages that no domain has: what the heap had less what the machine itself took. */
extern uint64_t free_at_start;

/* Once in a program; the domains come with it. */
void fixture_start(void);
/* Takes all memory from the domains, ends claims, makes the control domain current. */
void fixture_clear(void);
void fixture_act_as(struct domain *d);
/* Every call is due for pre-emption from now on, or none is. */
void fixture_preempt(bool always);
/* Calls and calls again until it isn't continued; *nr_calls (may be NULL) is how often. */
int64_t fixture_memory_op(uint64_t command, const void *argument, unsigned int *nr_calls);
/* Page lists, counts and owners agree, and nothing is lost. False: they don't. */
bool fixture_is_consistent(void);

#endif
