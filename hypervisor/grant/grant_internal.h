/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Grant tables, private to grant/. Tables only grow while the domain lives, so
 * readers take no lock on the geometry: they lock an active entry and read the
 * version under that lock; who changes the version visits every entry's lock.
 * Letters: [G] grant_domain.lock, [A] the active entry's lock, [M] maptrack_lock.
 */
#ifndef GRANT_GRANT_INTERNAL_H
#define GRANT_GRANT_INTERNAL_H

#include "abi/grant_table.h"
#include "hv/arch.h"
#include "hv/domain.h"
#include "hv/grant.h"
#include "hv/lock.h"
#include "hv/page.h"
#include "hv/timer.h"
#include "hv/types.h"

#define ENTRIES_V1_PER_FRAME (PAGE_SIZE / sizeof(struct xen_grant_entry_v1))
#define ENTRIES_V2_PER_FRAME (PAGE_SIZE / sizeof(union xen_grant_entry_v2))
#define STATUS_PER_FRAME (PAGE_SIZE / sizeof(uint16_t))
#define FRAMES_PER_STATUS_FRAME (STATUS_PER_FRAME / ENTRIES_V2_PER_FRAME)
#define VERSION_CHANGING 0

/* How an entry is in use: maps and copies under way, by kind. */
enum pin { PIN_HOST_READ, PIN_HOST_WRITE, PIN_DEVICE_READ, PIN_DEVICE_WRITE, NR_PINS };
#define PIN_MAX 0xffff

struct grant_active {
	struct spinlock lock; /* class grant_entry */
	union {		      /* [A] */
		uint64_t pinned;
		uint16_t pins[NR_PINS];
	};
	mfn_t mfn;		/* [A] what follows is fixed while pinned */
	domid_t domid;		/* who may use it */
	uint16_t start, length; /* bytes of the frame */
	bool is_sub_page;
};

_Static_assert(sizeof(struct grant_active) == 32, "struct grant_active");

#define ACTIVE_PER_PAGE (PAGE_SIZE / sizeof(struct grant_active))
#define ACTIVE_PAGES_PER_FRAME (ENTRIES_V1_PER_FRAME / ACTIVE_PER_PAGE)

/* What a handle stands for. flags: GNTMAP_* of the mapping that are still in force, 0: the handle is free. */
struct grant_mapping {
	struct domain *granter; /* referenced while the handle is in use */
	union {
		uint32_t ref;
		uint32_t next_free; /* [M] */
	};
	uint32_t flags; /* [a] */
};

_Static_assert(sizeof(struct grant_mapping) == 16, "struct grant_mapping");

#define MAPPING_BUSY 0x8000u /* someone is unmapping it */
#define MAPPINGS_PER_PAGE (PAGE_SIZE / sizeof(struct grant_mapping))
#define HANDLE_NONE UINT32_MAX

struct grant_domain {
	struct spinlock lock;	      /* class grant_table */
	uint32_t version;	      /* [A of any entry for reading] 1, 2, VERSION_CHANGING */
	uint32_t nr_frames;	      /* [G, read with acquire] */
	uint32_t nr_status_frames;    /* [G, read with acquire] */
	uint32_t max_frames;	      /* [I] */
	uint32_t max_version;	      /* [I] */
	void **frames;		      /* shared with the guest */
	uint16_t **status;	      /* the same; version 2 */
	struct grant_active **active; /* ACTIVE_PAGES_PER_FRAME for each frame */

	struct spinlock maptrack_lock;
	uint32_t first_free;		 /* [M] handle */
	uint32_t nr_mapping_pages;	 /* [M, read with acquire] */
	uint32_t max_mapping_pages;	 /* [I] */
	uint32_t relinquish_next;	 /* handle where the tear-down goes on */
	struct grant_mapping **mappings; /* by pages */

	struct timer return_timer; /* dead, others still map table frames: looks again */
};

/* table.c */

/* At least nr frames, and the status frames that belong to them. -EINVAL (over the maximum), -ENOMEM. */
int must_check grant_grow(struct domain *d, uint32_t nr_frames);
int must_check grant_grow_status(struct domain *d);
uint32_t grant_max_status_frames(const struct grant_domain *g);

/* References of the version that is in force; the shared entries of `ref` must be below it. */
static always_inline uint32_t grant_nr_entries(const struct grant_domain *g, uint32_t version)
{
	uint32_t nr_frames = __atomic_load_n(&g->nr_frames, __ATOMIC_ACQUIRE);

	return nr_frames * (uint32_t)(version == 1 ? ENTRIES_V1_PER_FRAME : ENTRIES_V2_PER_FRAME);
}

static always_inline struct grant_active *grant_active_of(const struct grant_domain *g,
							  uint32_t ref)
{
	return &g->active[ref / ACTIVE_PER_PAGE][ref % ACTIVE_PER_PAGE];
}

static always_inline struct xen_grant_entry_v1 *grant_entry_v1(const struct grant_domain *g,
							       uint32_t ref)
{
	struct xen_grant_entry_v1 *frame = g->frames[ref / ENTRIES_V1_PER_FRAME];

	return &frame[ref % ENTRIES_V1_PER_FRAME];
}

static always_inline union xen_grant_entry_v2 *grant_entry_v2(const struct grant_domain *g,
							      uint32_t ref)
{
	union xen_grant_entry_v2 *frame = g->frames[ref / ENTRIES_V2_PER_FRAME];

	return &frame[ref % ENTRIES_V2_PER_FRAME];
}

static always_inline uint16_t *grant_status_of(const struct grant_domain *g, uint32_t ref)
{
	return &g->status[ref / STATUS_PER_FRAME][ref % STATUS_PER_FRAME];
}

/* version.c: GNTTABOP_set_version for current's domain; 0, -EINVAL, -ENOSYS, -EBUSY, -ERANGE, -ENOMEM. */
int must_check grant_set_version(struct domain *d, uint32_t version);

#endif
