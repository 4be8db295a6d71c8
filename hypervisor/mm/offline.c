/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which frames are off, or wait for their owner to free them: a sorted table,
 * searched where blocks come back to the heap. All under the heap's lock.
 */
#include "heap_internal.h"
#include "hv/errno.h"
#include "hv/string.h"

#define NR_MARKS 1024

static struct {
	uint32_t frame;
	uint8_t mark; /* HEAP_PENDING or HEAP_OFF */
} marks[NR_MARKS];

static unsigned int nr_marks;

/* The place of the first mark at or behind a frame. */
static unsigned int mark_place(uint64_t frame)
{
	unsigned int low = 0, high = nr_marks;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (marks[middle].frame < frame)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool mark_is_at(unsigned int place, uint64_t frame)
{
	return place < nr_marks && marks[place].frame == frame;
}

enum heap_mark offline_find(uint64_t frame)
{
	unsigned int place = mark_place(frame);

	return mark_is_at(place, frame) ? (enum heap_mark)marks[place].mark : HEAP_ON;
}

bool offline_is_wanted(uint64_t frame, uint64_t nr_frames)
{
	unsigned int place;

	if (likely(nr_marks == 0))
		return false;
	for (place = mark_place(frame); place < nr_marks; place++) {
		if (marks[place].frame >= frame + nr_frames)
			return false;
		if (marks[place].mark == HEAP_PENDING)
			return true;
	}
	return false;
}

int offline_mark(uint64_t frame, enum heap_mark mark)
{
	unsigned int place = mark_place(frame);

	if (!mark_is_at(place, frame)) {
		if (nr_marks == NR_MARKS)
			return -ENOSPC;
		memmove(&marks[place + 1], &marks[place], (nr_marks - place) * sizeof(marks[0]));
		nr_marks++;
		marks[place].frame = (uint32_t)frame;
	}
	marks[place].mark = (uint8_t)mark;
	return 0;
}

void offline_forget(uint64_t frame)
{
	unsigned int place = mark_place(frame);

	if (!mark_is_at(place, frame))
		return;
	nr_marks--;
	memmove(&marks[place], &marks[place + 1], (nr_marks - place) * sizeof(marks[0]));
}
