/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How late a timer that its own event sets again comes while something long is under way. Takes the
 * timer's virtual interrupt and the scan of events for itself.
 */
#ifndef GUEST_LATENESS_H
#define GUEST_LATENESS_H

#include "guest/types.h"

#define LATENESS_STEP_NS (100 * 1000)

void lateness_begin(void);
void lateness_stage_start(void);
/* Prints what was seen since the start; fails the test when a tick came a millisecond late. Returns
 * how many came. */
uint64_t lateness_stage_end(const char *name);

#endif
