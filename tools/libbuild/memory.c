/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A new domain's memory: taken in extents of 2 MiB while the hypervisor has such, of 4 KiB after.
 */
#include "libbuild/pv.h"

#include <errno.h>
#include <stdio.h>

#define LARGE_ORDER 9
#define LARGE_PAGES (1UL << LARGE_ORDER)
#define BATCH_PAGES 32000UL
#define BATCH_LARGE (BATCH_PAGES / LARGE_PAGES)

static uint64_t min_of(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* From `done' on; how many pages there are now. Fewer than a batch: there are no more such. */
static int take_large(struct build *build, uint64_t *done)
{
	xen_pfn_t frames[BATCH_LARGE];
	uint64_t left = (build->layout.nr_pages - *done) / LARGE_PAGES;
	uint32_t asked = min_of(left, BATCH_LARGE), got = asked;

	for (uint32_t i = 0; i < asked; i++)
		frames[i] = *done + i * LARGE_PAGES;
	if (ctl_memory_populate(build->ctl, build->request->domid, LARGE_ORDER, 0, frames, &got))
		return -1;
	for (uint32_t i = 0; i < got; i++)
		for (uint64_t j = 0; j < LARGE_PAGES; j++)
			build->p2m[*done + i * LARGE_PAGES + j] = frames[i] + j;
	*done += got * LARGE_PAGES;
	return got == asked ? 0 : 1;
}

static int take_small(struct build *build, uint64_t *done)
{
	uint32_t asked = min_of(build->layout.nr_pages - *done, BATCH_PAGES), got = asked;

	for (uint32_t i = 0; i < asked; i++)
		build->p2m[*done + i] = *done + i;
	if (ctl_memory_populate(build->ctl, build->request->domid, 0, 0, build->p2m + *done, &got))
		return -1;
	*done += got;
	return got == asked ? 0 : 1;
}

static int memory_is_short(struct build *build, const char *cause)
{
	return failure_set(build->failure, FAILURE_NO_MEMORY, build->stage, build->object, cause,
			   "end or shrink another domain, or ask for less memory");
}

/* A claim says at once whether there is enough, and nobody takes it away meanwhile. It is no error
 * when the hypervisor knows no claims. */
static int memory_claim(struct build *build)
{
	struct xen_sysctl_physinfo info = {0};
	char cause[200];

	if (!ctl_domain_claim_pages(build->ctl, build->request->domid, build->layout.nr_pages) ||
	    errno != ENOMEM)
		return 0;
	ctl_physical_info(build->ctl, &info);
	snprintf(cause, sizeof(cause), "it is to have %lu MiB, and the hypervisor has %lu MiB free",
		 build->layout.nr_pages >> 8,
		 (unsigned long)(info.free_pages - info.outstanding_pages) >> 8);
	return memory_is_short(build, cause);
}

static int memory_has_ended(struct build *build, uint64_t done)
{
	char cause[200];

	snprintf(cause, sizeof(cause), "the hypervisor gave only %lu of %lu MiB", done >> 8,
		 build->layout.nr_pages >> 8);
	return memory_is_short(build, cause);
}

static void memory_progress(const struct build *build, uint64_t done)
{
	if (build->request->progress)
		build->request->progress(build->request->progress_context, done,
					 build->layout.nr_pages);
}

static int memory_take_all(struct build *build)
{
	uint64_t total = build->layout.nr_pages, done = 0;
	bool large = true;

	while (done < total) {
		int rc;

		large = large && total - done >= LARGE_PAGES;
		rc = large ? take_large(build, &done) : take_small(build, &done);
		if (rc < 0)
			return build_refuse(build, "see the hypervisor's log: tl dmesg");
		if (rc > 0 && !large)
			return memory_has_ended(build, done);
		large = large && !rc;
		memory_progress(build, done);
	}
	return 0;
}

int memory_take(struct build *build)
{
	int rc;

	if (memory_claim(build))
		return -1;
	rc = memory_take_all(build);
	ctl_domain_claim_pages(build->ctl, build->request->domid, 0);
	return rc;
}
