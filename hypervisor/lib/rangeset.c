/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets of 64-bit numbers as sorted ranges. Keeps the invariants of hv/rangeset.h: every change first
 * finds the ranges it concerns, checks that the result fits, then rewrites the array.
 */
#include "hv/errno.h"
#include "hv/rangeset.h"
#include "hv/string.h"

void rangeset_init(struct rangeset *set, struct range *storage, unsigned int max_ranges)
{
	set->ranges = storage;
	set->nr_ranges = 0;
	set->max_ranges = max_ranges;
}

void rangeset_clear(struct rangeset *set)
{
	set->nr_ranges = 0;
}

/* Index of the first range that ends at or after value; nr_ranges when none does. */
static unsigned int find_ending_from(const struct rangeset *set, uint64_t value)
{
	unsigned int low = 0, high = set->nr_ranges;

	while (low < high) {
		unsigned int middle = low + (high - low) / 2;

		if (set->ranges[middle].end < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Index of the first range that starts after value. */
static unsigned int find_starting_after(const struct rangeset *set, uint64_t value)
{
	unsigned int low = 0, high = set->nr_ranges;

	while (low < high) {
		unsigned int middle = low + (high - low) / 2;

		if (set->ranges[middle].start <= value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Puts nr_pieces ranges in the place of those from first to before last. */
static int replace_ranges(struct rangeset *set, unsigned int first, unsigned int last,
			  const struct range *pieces, unsigned int nr_pieces)
{
	unsigned int nr_ranges = set->nr_ranges - (last - first) + nr_pieces;

	if (nr_ranges > set->max_ranges)
		return -ENOSPC;
	memmove(set->ranges + first + nr_pieces, set->ranges + last,
		(set->nr_ranges - last) * sizeof(*set->ranges));
	for (unsigned int i = 0; i < nr_pieces; i++)
		set->ranges[first + i] = pieces[i];
	set->nr_ranges = nr_ranges;
	return 0;
}

int rangeset_add(struct rangeset *set, uint64_t start, uint64_t end)
{
	struct range merged = {.start = start, .end = end};
	unsigned int first, last;

	if (end < start)
		return -EINVAL;
	/* Neighbours that only touch are part of the merge too. */
	first = find_ending_from(set, start > 0 ? start - 1 : 0);
	last = find_starting_after(set, end < UINT64_MAX ? end + 1 : end);
	if (first < last) {
		merged.start = MIN(start, set->ranges[first].start);
		merged.end = MAX(end, set->ranges[last - 1].end);
	}
	return replace_ranges(set, first, last, &merged, 1);
}

int rangeset_remove(struct rangeset *set, uint64_t start, uint64_t end)
{
	unsigned int first, last, nr_pieces = 0;
	struct range pieces[2];

	if (end < start)
		return -EINVAL;
	first = find_ending_from(set, start);
	last = find_starting_after(set, end);
	if (first >= last)
		return 0;
	if (set->ranges[first].start < start)
		pieces[nr_pieces++] = (struct range){.start = set->ranges[first].start,
						     .end = start - 1};
	if (set->ranges[last - 1].end > end)
		pieces[nr_pieces++] = (struct range){.start = end + 1,
						     .end = set->ranges[last - 1].end};
	return replace_ranges(set, first, last, pieces, nr_pieces);
}

bool rangeset_contains(const struct rangeset *set, uint64_t start, uint64_t end)
{
	unsigned int i = find_ending_from(set, start);

	return start <= end && i < set->nr_ranges && set->ranges[i].start <= start &&
	       set->ranges[i].end >= end;
}

bool rangeset_overlaps(const struct rangeset *set, uint64_t start, uint64_t end)
{
	unsigned int i = find_ending_from(set, start);

	return start <= end && i < set->nr_ranges && set->ranges[i].start <= end;
}
