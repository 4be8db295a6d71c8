/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dates of the Gregorian calendar to seconds since 1970 (UTC, no leap seconds) and back. Pure.
 */
#ifndef HV_CALENDAR_H
#define HV_CALENDAR_H

#include "hv/types.h"

struct calendar_time {
	uint32_t year; /* 1970 and later */
	uint8_t month; /* 1 to 12 */
	uint8_t day;   /* 1 to 31 */
	uint8_t hour, minute, second;
};

/* Seconds since 1970-01-01 00:00:00 UTC. -EINVAL when a field is out of range. */
int must_check calendar_to_seconds(const struct calendar_time *time, uint64_t *seconds);
void calendar_from_seconds(uint64_t seconds, struct calendar_time *time);

#endif
