/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Days are counted in years that begin in March, so that the leap day is a year's last.
 */
#include "hv/calendar.h"
#include "hv/errno.h"

#define SECONDS_PER_DAY 86400
#define DAYS_PER_400_YEARS 146097
/* From 1 March of the year 0 to 1 January 1970. */
#define DAYS_TO_1970 719468

static bool year_is_leap(uint32_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned int month_days(uint32_t year, unsigned int month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return month == 2 && year_is_leap(year) ? 29 : days[month - 1];
}

/* Days of the March year before the month that is the given number of months after March. */
static uint64_t days_before_month(unsigned int months)
{
	return (153 * months + 2) / 5;
}

int calendar_to_seconds(const struct calendar_time *time, uint64_t *seconds)
{
	unsigned int months;
	uint64_t year, days;

	if (time->year < 1970 || time->month < 1 || time->month > 12 || time->day < 1 ||
	    time->day > month_days(time->year, time->month) || time->hour > 23 ||
	    time->minute > 59 || time->second > 60)
		return -EINVAL;
	months = (time->month + 9u) % 12;
	year = time->year - (months >= 10);
	days = year * 365 + year / 4 - year / 100 + year / 400 + days_before_month(months) +
	       time->day - 1 - DAYS_TO_1970;
	*seconds = ((days * 24 + time->hour) * 60 + time->minute) * 60 + time->second;
	return 0;
}

void calendar_from_seconds(uint64_t seconds, struct calendar_time *time)
{
	uint64_t days = seconds / SECONDS_PER_DAY + DAYS_TO_1970;
	uint32_t left = (uint32_t)(seconds % SECONDS_PER_DAY);
	uint64_t eras = days / DAYS_PER_400_YEARS;
	uint32_t day_of_era = (uint32_t)(days % DAYS_PER_400_YEARS);
	uint32_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	uint32_t day_of_year = day_of_era -
			       (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	unsigned int months = (5 * day_of_year + 2) / 153;

	time->day = (uint8_t)(day_of_year - days_before_month(months) + 1);
	time->month = (uint8_t)(months < 10 ? months + 3 : months - 9);
	time->year = (uint32_t)(eras * 400 + year_of_era + (months >= 10));
	time->hour = (uint8_t)(left / 3600);
	time->minute = (uint8_t)(left / 60 % 60);
	time->second = (uint8_t)(left % 60);
}
