/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The firmware's memory map made usable: sorted, without overlaps. Pure; no hardware. */
#include "hv/boot.h"
#include "hv/string.h"

/* Every range has two ends, and each piece of the result lies between neighbouring ends. */
#define MAX_ENDS (2 * BOOT_NR_RANGES)

static bool range_is_usable(const struct boot_range *range)
{
	return range->bytes && range->start + range->bytes > range->start;
}

/* Larger is more restrictive. */
static unsigned int type_severity(uint32_t type)
{
	static const uint8_t severity[] = {
		[BOOT_RANGE_RAM] = 1,	   [BOOT_RANGE_ACPI] = 2,     [BOOT_RANGE_NVS] = 3,
		[BOOT_RANGE_RESERVED] = 4, [BOOT_RANGE_UNUSABLE] = 5,
	};

	return severity[type];
}

/* A type that we don't know is as good as reserved. */
static uint32_t type_known(uint32_t type)
{
	return type && type <= BOOT_RANGE_UNUSABLE ? type : BOOT_RANGE_RESERVED;
}

static void ends_sort(uint64_t *ends, uint32_t nr)
{
	for (uint32_t i = 1; i < nr; i++) {
		uint64_t value = ends[i];
		uint32_t at = i;

		for (; at && ends[at - 1] > value; at--)
			ends[at] = ends[at - 1];
		ends[at] = value;
	}
}

static uint32_t type_between(const struct boot_range *ranges, uint32_t nr, uint64_t start,
			     uint64_t end)
{
	uint32_t type = 0;

	for (uint32_t i = 0; i < nr; i++) {
		const struct boot_range *range = &ranges[i];
		uint32_t other = type_known(range->type);

		if (range_is_usable(range) && range->start <= start &&
		    range->start + range->bytes >= end &&
		    (!type || type_severity(other) > type_severity(type)))
			type = other;
	}
	return type;
}

static bool range_append(struct boot_range *out, uint32_t *nr, uint32_t room, struct boot_range add)
{
	struct boot_range *last = *nr ? &out[*nr - 1] : NULL;

	if (last && last->type == add.type && last->start + last->bytes == add.start) {
		last->bytes += add.bytes;
		return true;
	}
	if (*nr == room)
		return false;
	out[(*nr)++] = add;
	return true;
}

uint32_t boot_sanitise_ranges(struct boot_range *ranges, uint32_t nr, uint32_t room, bool *lost)
{
	static uint64_t ends[MAX_ENDS];
	static struct boot_range out[BOOT_NR_RANGES];
	uint32_t nr_ends = 0, nr_out = 0;

	nr = MIN(nr, (uint32_t)BOOT_NR_RANGES);
	room = MIN(room, (uint32_t)BOOT_NR_RANGES);
	for (uint32_t i = 0; i < nr; i++) {
		if (!range_is_usable(&ranges[i]))
			continue;
		ends[nr_ends++] = ranges[i].start;
		ends[nr_ends++] = ranges[i].start + ranges[i].bytes;
	}
	ends_sort(ends, nr_ends);
	for (uint32_t i = 1; i < nr_ends; i++) {
		uint64_t start = ends[i - 1], end = ends[i];
		uint32_t type = start < end ? type_between(ranges, nr, start, end) : 0;

		if (type && !range_append(out, &nr_out, room,
					  (struct boot_range){start, end - start, type}))
			*lost = true;
	}
	memcpy(ranges, out, nr_out * sizeof(out[0]));
	return nr_out;
}
