/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands in for libctl: a machine whose frames are pages of a file, so that a "foreign mapping" is a
 * real mapping and what was written through one is seen by all. It notes what a domain was given and
 * refuses on demand.
 */
#ifndef TEST_LIBBUILD_FAKE_CTL_H
#define TEST_LIBBUILD_FAKE_CTL_H

#include "libctl/ctl.h"

#define FAKE_FRAMES 65536UL
#define FAKE_GRANT_FRAME 7UL
#define FAKE_SHARED_FRAME 9UL

struct fake {
	int frames; /* the file */
	uint8_t *memory;
	uint64_t next_frame, free_frames, large_left;
	uint8_t fill; /* what taken pages hold; 0: they are as the hypervisor promises */
	const char *extra;
	/* the nth call that can be refused is, with this error; 0: none */
	unsigned int calls, refuse_call;
	int refuse_error;
	unsigned int mapped_pages, ports;
	/* what was told */
	uint64_t map_kib, pinned_frame, hypercall_frame, claimed;
	unsigned int mapped_when_pinned, large_extents, small_extents;
	bool has_context;
	vcpu_guest_context_t context;
	uint64_t pfn_of[FAKE_FRAMES]; /* the M2P */
};

extern struct fake fake;

void fake_init(uint64_t free_frames);
void fake_fini(void);
/* A frame's contents. */
void *fake_frame(uint64_t frame);

#endif
