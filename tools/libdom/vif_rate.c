/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rates of network interfaces: RATE/s[@INTERVAL], RATE a number with [GMK] and B (bytes) or b (bits),
 * INTERVAL microseconds or with us, ms, s. The back end is told bytes an interval.
 */
#include <stdio.h>
#include <string.h>

#include "libdom/vif.h"

#define RATE_MAX 10000000000000ull /* bytes a second; no product below overflows */
#define INTERVAL_DEFAULT_US 50000u

static int rate_fail(struct spec_error *error, size_t at, const char *text)
{
	error->column = (unsigned int)at + 1;
	snprintf(error->text, sizeof(error->text), "%s", text);
	return -1;
}

static size_t rate_read_number(const char *text, uint64_t limit, uint64_t *value)
{
	size_t i;

	*value = 0;
	for (i = 0; text[i] >= '0' && text[i] <= '9'; i++) {
		*value = *value * 10 + (uint64_t)(text[i] - '0');
		if (*value > limit)
			return 0;
	}
	return i;
}

static int rate_read_interval(const char *text, size_t at, uint32_t *interval_us,
			      struct spec_error *error)
{
	static const struct {
		const char *suffix;
		uint32_t factor;
	} units[] = {{"", 1}, {"us", 1}, {"ms", 1000}, {"s", 1000000}};
	uint64_t value;
	size_t digits = rate_read_number(text + at, UINT32_MAX, &value);

	if (!digits || !value)
		return rate_fail(error, at, "an interval is a positive number and us, ms or s");
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(text + at + digits, units[i].suffix) != 0)
			continue;
		if (value * units[i].factor > UINT32_MAX)
			return rate_fail(error, at, "the interval is longer than 4294 seconds");
		*interval_us = (uint32_t)(value * units[i].factor);
		return 0;
	}
	return rate_fail(error, at + digits, "an interval's unit is us, ms or s");
}

static uint64_t rate_factor(char letter)
{
	switch (letter) {
	case 'K':
		return 1000;
	case 'M':
		return 1000000;
	case 'G':
		return 1000000000;
	default:
		return 1;
	}
}

/* Bytes a second; *end behind "/s". */
static int rate_read_speed(const char *text, uint64_t *speed, size_t *end, struct spec_error *error)
{
	uint64_t value, factor;
	size_t i = rate_read_number(text, RATE_MAX, &value);

	if (!i)
		return rate_fail(error, 0, "a rate is a number, a unit and /s, as 10Mb/s@50ms");
	factor = rate_factor(text[i]);
	if (value > RATE_MAX / factor)
		return rate_fail(error, 0, "the rate is too high");
	value *= factor;
	if (factor > 1)
		i++;
	if (text[i] != 'b' && text[i] != 'B')
		return rate_fail(error, i, "a rate's unit is B, KB, MB, GB, b, Kb, Mb or Gb");
	*speed = text[i] == 'b' ? value / 8 : value;
	i++;
	if (strncmp(text + i, "/s", 2) != 0)
		return rate_fail(error, i, "a rate is so much /s");
	*end = i + 2;
	return 0;
}

int vif_parse_rate(const char *text, uint32_t *bytes, uint32_t *interval_us,
		   struct spec_error *error)
{
	uint64_t speed = 0, credit;
	uint32_t interval = INTERVAL_DEFAULT_US;
	size_t end = 0;

	if (rate_read_speed(text, &speed, &end, error))
		return -1;
	if (text[end] && text[end] != '@')
		return rate_fail(error, end, "behind a rate comes @ and the interval, or nothing");
	if (text[end] && rate_read_interval(text, end + 1, &interval, error))
		return -1;
	credit = speed / 1000000 * interval + speed % 1000000 * interval / 1000000;
	if (!credit)
		return rate_fail(error, 0, "less than a byte in each interval");
	if (credit > UINT32_MAX)
		return rate_fail(error, 0, "more than 4294967295 bytes in each interval");
	*bytes = (uint32_t)credit;
	*interval_us = interval;
	return 0;
}
