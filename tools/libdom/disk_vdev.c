/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Virtual device names and the numbers that the block interface has for them; xen-vbd-interface(7). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libdom/disk.h"

#define VDEV_EXTENDED (1u << 28)
#define VDEV_RESERVED (2u << 28)
#define VDEV_MAX_DISKS (1u << 20)
#define VDEV_MAX_PARTITIONS 256u

enum vdev_family { VDEV_XVD, VDEV_SD, VDEV_HD };

static const struct {
	const char *prefix;
	enum vdev_family family;
} families[] = {{"xvd", VDEV_XVD}, {"sd", VDEV_SD}, {"hd", VDEV_HD}};

static int vdev_encode(enum vdev_family family, uint32_t disk, uint32_t partition, uint32_t *number)
{
	if (family == VDEV_HD) {
		if (disk > 3 || partition > 63)
			return -1;
		*number = (disk < 2 ? 3u : 22u) << 8 | (disk & 1) << 6 | partition;
		return 0;
	}
	if (disk < 16 && partition < 16) {
		*number = (family == VDEV_SD ? 8u : 202u) << 8 | disk << 4 | partition;
		return 0;
	}
	if (family == VDEV_SD)
		return -1;
	*number = VDEV_EXTENDED | disk << 8 | partition;
	return 0;
}

/* Decimal digits without a leading zero, fewer than limit; *end behind them. */
static int vdev_read_decimal(const char *text, uint32_t limit, uint32_t *value, const char **end)
{
	uint32_t sum = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '9'; p++) {
		sum = sum * 10 + (uint32_t)(*p - '0');
		if (sum >= limit)
			return -1;
	}
	if (p == text || (*text == '0' && p > text + 1))
		return -1;
	*value = sum;
	*end = p;
	return 0;
}

/* Letters count like the columns of a table: a, b, …, z, aa, ab, … */
static int vdev_read_letters(const char *text, uint32_t *disk, const char **end)
{
	uint32_t sum = 0;
	const char *p = text;

	for (; *p >= 'a' && *p <= 'z'; p++) {
		sum = sum * 26 + (uint32_t)(*p - 'a') + 1;
		if (sum > VDEV_MAX_DISKS)
			return -1;
	}
	if (p == text)
		return -1;
	*disk = sum - 1;
	*end = p;
	return 0;
}

static int vdev_read_named(const char *name, enum vdev_family family, uint32_t *number)
{
	const char *p;
	uint32_t disk, partition = 0;

	if (vdev_read_letters(name, &disk, &p))
		return -1;
	/* xvda0 would be a second name of xvda. */
	if (*p && (*p == '0' || vdev_read_decimal(p, VDEV_MAX_PARTITIONS, &partition, &p)))
		return -1;
	return *p ? -1 : vdev_encode(family, disk, partition, number);
}

/* d<disk>[p<partition>] */
static int vdev_read_generic(const char *name, uint32_t *number)
{
	const char *p;
	uint32_t disk, partition = 0;

	if (vdev_read_decimal(name, VDEV_MAX_DISKS, &disk, &p))
		return -1;
	if (*p == 'p' && vdev_read_decimal(p + 1, VDEV_MAX_PARTITIONS, &partition, &p))
		return -1;
	return *p ? -1 : vdev_encode(VDEV_XVD, disk, partition, number);
}

static int vdev_read_number(const char *name, uint32_t *number)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(name, &end, 0);
	if (errno || *end || value >= VDEV_RESERVED)
		return -1;
	*number = (uint32_t)value;
	return 0;
}

int disk_vdev_parse(const char *name, uint32_t *number)
{
	if (*name >= '0' && *name <= '9')
		return vdev_read_number(name, number);
	if (name[0] == 'd')
		return vdev_read_generic(name + 1, number);
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		size_t length = strlen(families[i].prefix);

		if (strncmp(name, families[i].prefix, length) == 0)
			return vdev_read_named(name + length, families[i].family, number);
	}
	return -1;
}

static void vdev_write_name(char name[32], const char *prefix, uint32_t disk, uint32_t partition)
{
	char letters[8];
	size_t i = sizeof(letters) - 1;

	letters[i] = '\0';
	for (uint32_t rest = disk + 1; rest; rest = (rest - 1) / 26)
		letters[--i] = (char)('a' + (rest - 1) % 26);
	if (partition)
		snprintf(name, 32, "%s%s%u", prefix, letters + i, partition);
	else
		snprintf(name, 32, "%s%s", prefix, letters + i);
}

void disk_vdev_format(uint32_t number, char name[32])
{
	uint32_t again;

	if (number >= VDEV_EXTENDED && number < VDEV_RESERVED)
		vdev_write_name(name, "xvd", number >> 8 & (VDEV_MAX_DISKS - 1), number & 0xff);
	else if (number >> 8 == 202 || number >> 8 == 8)
		vdev_write_name(name, number >> 8 == 8 ? "sd" : "xvd", number >> 4 & 15,
				number & 15);
	else if (number >> 8 == 3 || number >> 8 == 22)
		vdev_write_name(name, "hd", (number >> 6 & 3) + (number >> 8 == 3 ? 0u : 2u),
				number & 63);
	else
		snprintf(name, 32, "%u", number);
	/* Deprecated numbers share a family's range but not its names. */
	if (disk_vdev_parse(name, &again) || again != number)
		snprintf(name, 32, "%u", number);
}
