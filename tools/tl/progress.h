/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line on the terminal about work that takes longer than a second.
 */
#ifndef TL_PROGRESS_H
#define TL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct progress {
	const char *object; /* what is worked on: the guest's name */
	bool wanted, shown;
	struct timespec since;
};

/* always: also where standard error is no terminal. */
void progress_init(struct progress *progress, const char *object, bool always);
/* As create_request's. */
void progress_report(void *progress, const char *step, uint64_t done, uint64_t total);
/* Takes the line away. */
void progress_fini(struct progress *progress);

#endif
