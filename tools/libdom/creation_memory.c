/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Free memory for a guest: what the heap has beyond other claims, else from dom0's balloon. Nothing
 * tells when a balloon has given memory back, so that the heap is read at a timer's pace while dom0
 * is at it; this is the one wait in the tools that is not an event's.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "libdom/creation.h"

#define KIB_OF_PAGE 4
#define OVERHEAD_KIB 4096 /* the domain's own structures, page tables' shadows of frames */
#define LEAST_DOM0_KIB (128 * 1024)
#define BALLOON_TICK_MS 100
#define BALLOON_TICKS 100 /* without any progress */

static int read_free(struct creation *creation, uint64_t *kib)
{
	struct xen_sysctl_physinfo info;

	if (ctl_physical_info(creation->ctl, &info))
		return creation_fail_errno(creation, "");
	*kib = info.free_pages > info.outstanding_pages
		       ? (info.free_pages - info.outstanding_pages) * KIB_OF_PAGE
		       : 0;
	return 0;
}

static int memory_fail(struct creation *creation, uint64_t needed, uint64_t free_kib)
{
	char cause[160];

	snprintf(cause, sizeof(cause), "%llu MiB of memory are needed, %llu MiB are free",
		 (unsigned long long)(needed + 1023) / 1024, (unsigned long long)free_kib / 1024);
	return creation_fail(creation, FAILURE_NO_MEMORY, cause,
			     "lower `memory', end a guest or set autoballoon=\"on\" in xl.conf");
}

/* dom0's size was fixed at boot by dom0_mem: "auto" leaves it alone then. */
static bool may_balloon(struct creation *creation)
{
	int64_t setting = creation->request->settings->autoballoon;
	struct ctl_version *version;
	bool fixed;

	if (setting != AUTOBALLOON_AUTO)
		return setting == AUTOBALLOON_ON;
	version = alloc_zeroed(1, sizeof(*version));
	fixed = ctl_version(creation->ctl, version) ||
		!strncmp(version->command_line, "dom0_mem=", 9) ||
		strstr(version->command_line, " dom0_mem=");
	free(version);
	return !fixed;
}

static int ask_dom0(struct creation *creation, uint64_t lacking)
{
	struct xen_domctl_getdomaininfo info;
	uint64_t target;
	char text[32];

	if (store_read_number(creation->store, &target, "/local/domain/0/memory/target")) {
		if (ctl_domain_info(creation->ctl, 0, &info))
			return creation_fail_errno(creation, "");
		target = info.tot_pages * KIB_OF_PAGE;
	}
	if (target < lacking + LEAST_DOM0_KIB)
		return creation_fail(creation, FAILURE_NO_MEMORY,
				     "domain 0 has no memory to give for it", "lower `memory'");
	snprintf(text, sizeof(text), "%llu", (unsigned long long)(target - lacking));
	if (store_write(creation->store, text, "/local/domain/0/memory/target"))
		return creation_fail_errno(creation, "see that xenstored runs");
	return 0;
}

static int next_tick(int timer)
{
	uint64_t ticks;

	while (read(timer, &ticks, sizeof(ticks)) < 0)
		if (errno != EINTR)
			return -1;
	return 0;
}

static int await_balloon(struct creation *creation, int timer, uint64_t needed)
{
	uint64_t free_kib = 0, before = 0;
	int idle = 0;

	for (;;) {
		if (read_free(creation, &free_kib))
			return -1;
		if (free_kib >= needed)
			return 0;
		idle = free_kib > before ? 0 : idle + 1;
		before = free_kib;
		if (idle > BALLOON_TICKS)
			return memory_fail(creation, needed, free_kib);
		if (creation_is_interrupted(creation) || next_tick(timer))
			return -1;
	}
}

static int balloon(struct creation *creation, uint64_t needed, uint64_t lacking)
{
	const struct itimerspec every = {
		.it_interval.tv_nsec = BALLOON_TICK_MS * 1000000L,
		.it_value.tv_nsec = BALLOON_TICK_MS * 1000000L,
	};
	int timer, ret;

	if (ask_dom0(creation, lacking))
		return -1;
	timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (timer < 0 || timerfd_settime(timer, 0, &every, NULL))
		ret = creation_fail_errno(creation, "");
	else
		ret = await_balloon(creation, timer, needed);
	if (timer >= 0)
		close(timer);
	return ret;
}

int creation_find_memory(struct creation *creation)
{
	uint64_t needed = (uint64_t)creation->plan->memory_kib + OVERHEAD_KIB, free_kib = 0;

	if (read_free(creation, &free_kib))
		return -1;
	if (free_kib >= needed)
		return 0;
	if (!may_balloon(creation))
		return memory_fail(creation, needed, free_kib);
	return balloon(creation, needed, needed - free_kib);
}
