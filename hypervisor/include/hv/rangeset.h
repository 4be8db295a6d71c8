/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets of 64-bit numbers kept as ranges in a fixed array of the caller's.
 *
 * Both ends of a range belong to it, so the whole 64-bit space can be told. Ranges are sorted, do
 * not overlap and do not touch: touching neighbours are merged. Not atomic: callers hold the lock.
 */
#ifndef HV_RANGESET_H
#define HV_RANGESET_H

#include "hv/types.h"

struct range {
	uint64_t start;
	uint64_t end;
};

struct rangeset {
	struct range *ranges;
	unsigned int nr_ranges;
	unsigned int max_ranges;
};

/* Makes an empty set in storage for max_ranges ranges; the caller keeps and frees the storage. */
void rangeset_init(struct rangeset *set, struct range *storage, unsigned int max_ranges);

/* Adds start to end. -EINVAL: end below start; -ENOSPC: one range too many. Unchanged on error. */
must_check int rangeset_add(struct rangeset *set, uint64_t start, uint64_t end);

/* Removes start to end, in the set or not. Errors as for add: a removal may split a range. */
must_check int rangeset_remove(struct rangeset *set, uint64_t start, uint64_t end);

/* Empties the set. */
void rangeset_clear(struct rangeset *set);

/* Whether all of start to end is in the set; false when end is below start. */
bool rangeset_contains(const struct rangeset *set, uint64_t start, uint64_t end);

/* Whether any of start to end is in the set; false when end is below start. */
bool rangeset_overlaps(const struct rangeset *set, uint64_t start, uint64_t end);

static inline bool rangeset_is_empty(const struct rangeset *set)
{
	return set->nr_ranges == 0;
}

/* Walks the ranges in rising order: const struct range *r; the body must not change the set. */
#define rangeset_for_each(r, set) \
	for ((r) = (set)->ranges; (r) < (set)->ranges + (set)->nr_ranges; (r)++)

#endif /* HV_RANGESET_H */
