/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One line, overwritten.
 */
#include "tl/progress.h"

#include <stdio.h>
#include <unistd.h>

void progress_init(struct progress *progress, const char *object, bool always)
{
	*progress = (struct progress){.object = object, .wanted = always || isatty(STDERR_FILENO)};
	clock_gettime(CLOCK_MONOTONIC, &progress->since);
}

static bool is_over_a_second(const struct progress *progress)
{
	struct timespec now;
	int64_t ns;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ns = (int64_t)(now.tv_sec - progress->since.tv_sec) * 1000000000 +
	     (now.tv_nsec - progress->since.tv_nsec);
	return ns > 1000000000;
}

void progress_report(void *context, const char *step, uint64_t done, uint64_t total)
{
	struct progress *progress = context;

	if (!progress->wanted || !is_over_a_second(progress))
		return;
	fprintf(stderr, "\r\033[K%s: %s", progress->object, step);
	if (total)
		fprintf(stderr, " %u %%", (unsigned int)(100 * done / total));
	fflush(stderr);
	progress->shown = true;
}

void progress_fini(struct progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
	progress->shown = false;
}
