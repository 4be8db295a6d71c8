/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine that remembers what creation made of it: hypervisor, builder and devices in place of the
 * real ones. Each call that may fail counts; the one whose number is fail_at fails with EIO.
 */
#ifndef TEST_WORLD_H
#define TEST_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "libctl/failure.h"

struct world {
	unsigned int calls, fail_at;
	bool domain, paused, dying, shut_down;
	bool is_moving; /* frames can be mapped while it is paused only */
	bool kernel, claim, devices, introduced;
	uint32_t reason;
	uint8_t handle[16];
	uint64_t free_pages, max_memory_kib, claimed_pages;
	uint32_t max_vcpus;
	unsigned int affinities, creations;
	const char *command_line; /* of the hypervisor */
	int signal;		  /* raised while the guest is built */
	uint8_t *memory;	  /* frames 0 … nr_frames - 1, for cores; NULL: none */
	uint64_t nr_frames;
	bool has_no_vcpus;
};

extern struct world world;
#define WORLD_DOMID 7

void world_reset(void);
/* Counts a call; when it is to fail, fills the failure. */
int world_try_call(struct failure *failure);
/* Whether anything but dom0 is left, in the store as well. */
bool world_is_clean(void);

#endif
