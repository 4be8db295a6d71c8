/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The CMOS clock (MC146818): read between two of its updates, in whatever format it is set to.
 */
#include "asm/time.h"
#include "hv/acpi.h"
#include "hv/calendar.h"
#include "hv/errno.h"
#include "hv/lock.h"

#define CMOS_INDEX 0x70
#define CMOS_DATA 0x71

#define RTC_SECOND 0x00
#define RTC_MINUTE 0x02
#define RTC_HOUR 0x04
#define RTC_DAY 0x07
#define RTC_MONTH 0x08
#define RTC_YEAR 0x09
#define RTC_STATUS_A 0x0a
#define RTC_STATUS_B 0x0b
#define STATUS_A_UPDATING 0x80
#define STATUS_B_BINARY 0x04
#define STATUS_B_24_HOURS 0x02
#define HOUR_PM 0x80

/* The update takes 2 ms at most; a clock that never ends it is broken. */
#define UPDATE_READS 20000u
#define READ_ATTEMPTS 10u

static struct spinlock rtc_lock = SPINLOCK_INIT(LOCK_rtc);

static uint8_t cmos_read_locked(uint8_t index)
{
	port_write8(CMOS_INDEX, index);
	return port_read8(CMOS_DATA);
}

static uint8_t bcd_to_binary(uint8_t value)
{
	return (uint8_t)((value >> 4) * 10 + (value & 15));
}

/* One pass over the registers, decoded; lock held. */
static void rtc_read_once(struct calendar_time *time)
{
	uint8_t status = cmos_read_locked(RTC_STATUS_B), hour = cmos_read_locked(RTC_HOUR);
	uint8_t values[] = {
		cmos_read_locked(RTC_SECOND),
		cmos_read_locked(RTC_MINUTE),
		hour & ~HOUR_PM,
		cmos_read_locked(RTC_DAY),
		cmos_read_locked(RTC_MONTH),
		cmos_read_locked(RTC_YEAR),
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(values); i++)
		if (!(status & STATUS_B_BINARY))
			values[i] = bcd_to_binary(values[i]);
	if (!(status & STATUS_B_24_HOURS))
		values[2] = (uint8_t)(values[2] % 12 + (hour & HOUR_PM ? 12 : 0));
	*time = (struct calendar_time){
		.year = values[5] + (values[5] < 70 ? 2000u : 1900u),
		.month = values[4],
		.day = values[3],
		.hour = values[2],
		.minute = values[1],
		.second = values[0],
	};
}

static bool rtc_wait_update_end(void)
{
	for (unsigned int i = 0; i < UPDATE_READS; i++)
		if (!(cmos_read_locked(RTC_STATUS_A) & STATUS_A_UPDATING))
			return true;
	return false;
}

/* Two passes that agree: no update came between. */
static int rtc_read_stable(struct calendar_time *time)
{
	struct calendar_time again;

	for (unsigned int i = 0; i < READ_ATTEMPTS; i++) {
		if (!rtc_wait_update_end())
			return -EINVAL;
		rtc_read_once(time);
		rtc_read_once(&again);
		if (time->second == again.second && time->minute == again.minute &&
		    time->hour == again.hour)
			return 0;
	}
	return -EINVAL;
}

int rtc_read_seconds(uint64_t *seconds)
{
	struct calendar_time time;
	uint64_t flags;
	int rc;

	if (!acpi_information.has_rtc)
		return -ENODEV;
	flags = spin_lock_irqsave(&rtc_lock);
	rc = rtc_read_stable(&time);
	spin_unlock_irqrestore(&rtc_lock, flags);
	return rc ? rc : calendar_to_seconds(&time, seconds);
}
