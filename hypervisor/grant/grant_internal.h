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
#include "hv/types.h"

#define ENTRIES_V1_PER_FRAME (PAGE_SIZE / sizeof(struct xen_grant_entry_v1))
#define ENTRIES_V2_PER_FRAME (PAGE_SIZE / sizeof(union xen_grant_entry_v2))
#define STATUS_PER_FRAME (PAGE_SIZE / sizeof(uint16_t))
#define FRAMES_PER_STATUS_FRAME (STATUS_PER_FRAME / ENTRIES_V2_PER_FRAME)
#define VERSION_CHANGING 0

/*
 * How an entry is in use: four counts of 16 bits in a word, for maps by a
 * processor (and copies under way) and by a device, reading and writing. The
 * top bit of each stays clear.
 */
#define PIN_HOST_READ (1UL << 0)
#define PIN_HOST_WRITE (1UL << 16)
#define PIN_DEVICE_READ (1UL << 32)
#define PIN_DEVICE_WRITE (1UL << 48)
#define PINS_WRITE 0xffff0000ffff0000UL
#define PINS_OVERFLOW 0x8000800080008000UL

struct grant_active {
	struct spinlock lock; /* class grant_entry */
	uint64_t pins;	      /* [A] */
	mfn_t mfn;     /* [A] what follows is fixed while pinned; transitive: see is_transitive */
	domid_t domid; /* who may use it */
	uint16_t start, length; /* bytes of the frame */
	bool is_sub_page : 1;
	bool is_transitive : 1; /* mfn is no frame: reference in the lower half, its domain above */
};

_Static_assert(sizeof(struct grant_active) == 32, "struct grant_active");

#define ACTIVE_PER_PAGE (PAGE_SIZE / sizeof(struct grant_active))
#define ACTIVE_PAGES_PER_FRAME (ENTRIES_V1_PER_FRAME / ACTIVE_PER_PAGE)

/* What a handle stands for. */
struct grant_mapping {
	struct domain *granter; /* referenced while the handle is in use */
	union {
		uint32_t ref;
		uint32_t next_free; /* [a] */
	};
	uint32_t
		flags; /* [a] GNTMAP_* that are in force, MAPPING_BUSY; neither host nor device: the handle is free */
};

_Static_assert(sizeof(struct grant_mapping) == 16, "struct grant_mapping");

#define MAPPING_BUSY 0x8000u /* someone is unmapping it */
#define MAPPING_KINDS (GNTMAP_host_map | GNTMAP_device_map)
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
	uint64_t free_list;	    /* [a] low half: first free handle; high half counts removals */
	uint32_t nr_mapping_pages;  /* [M, read with acquire] */
	uint32_t max_mapping_pages; /* [I] */
	uint32_t relinquish_next;   /* handle where the tear-down goes on */
	uint32_t nr_returned; /* frames, then status frames, that the dying domain has no more */
	struct grant_mapping **mappings; /* by pages */
};

/* table.c */

/* At least nr frames, and the status frames that belong to them. -EINVAL (over the maximum), -ENOMEM. */
int must_check grant_grow(struct domain *d, uint32_t nr_frames);
int must_check grant_grow_status(struct domain *d);
uint32_t grant_max_status_frames(const struct grant_domain *g);
/* A line about the table on the console. */
void grant_dump_domain(struct domain *d);

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

/* entry.c */

/* The part of a frame that an entry gives. */
struct grant_extent {
	mfn_t mfn;
	uint16_t start, length;
	/* mfn is no frame but another domain's entry, which it lends: as in struct grant_active. */
	bool is_transitive;
};

/*
 * Counts a use of d's entry by the domain `user` and shows it in the entry; the
 * frame isn't referenced by that. Sub-page and transitive entries only for
 * copies.
 * GNTST_okay, GNTST_bad_gntref, GNTST_general_error (not granted so, pinned too often).
 */
int16_t must_check entry_pin(struct domain *d, uint32_t ref, domid_t user, uint64_t pins,
			     bool is_copy, struct grant_extent *extent);
void entry_unpin(struct domain *d, uint32_t ref, uint64_t pins);
/* Of an entry that the caller has pinned. */
mfn_t entry_pinned_mfn(const struct domain *d, uint32_t ref);
/* A frame of d's for a use: a reference, and a use of WRITABLE. GNTST_okay, GNTST_bad_page, GNTST_general_error. */
int16_t must_check frame_take(struct domain *d, mfn_t mfn, bool writable, struct page **out);
void frame_drop(struct page *page, bool writable);
/* Exchanges two entries that nobody uses. GNTST_*. */
int16_t must_check entry_swap(struct domain *d, uint32_t a, uint32_t b);

/* A frame that is nobody's, charged to nobody, becomes d's by its entry, when that accepts one of `from`. GNTST_okay, GNTST_bad_gntref,
 * GNTST_general_error (not so granted; no room). */
int16_t must_check entry_accept(struct domain *d, uint32_t ref, domid_t from, struct page *page);

/* transfer.c: an array operation as those below. */
int64_t grant_transfer(uint64_t argument, uint32_t count, uint32_t *nr_done);

/* tracking.c */

/* A handle whose mapping has no flags yet; HANDLE_NONE: no room. */
uint32_t must_check mapping_alloc(struct grant_domain *g, struct grant_mapping **out);
void mapping_free(struct grant_domain *g, uint32_t handle);
/* NULL: no such handle, free or in use now. */
struct grant_mapping *must_check mapping_find(const struct grant_domain *g, uint32_t handle);
/* Makes all mappings forget their entries: the domain's vcpus don't run any more. -ERESTART. */
int must_check mapping_relinquish(struct domain *d);

/* map.c, copy.c: the array operations; *nr_done counts elements, -ERESTART: pre-empted, -EFAULT. */
int64_t grant_map(uint64_t argument, uint32_t count, uint32_t *nr_done);
int64_t grant_unmap(uint64_t argument, uint32_t count, uint32_t *nr_done);
int64_t grant_unmap_and_replace(uint64_t argument, uint32_t count, uint32_t *nr_done);
int64_t grant_copy(uint64_t argument, uint32_t count, uint32_t *nr_done);

/* version.c: GNTTABOP_set_version for current's domain; 0, -EINVAL, -ENOSYS, -EBUSY, -ERANGE, -ENOMEM. */
int must_check grant_set_version(struct domain *d, uint32_t version);

#endif
