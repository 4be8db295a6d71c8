/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The compressed kernel inside a bzImage, by the setup header of Linux' boot protocol.
 */
#include "libbuild/image.h"

#include <string.h>

#define SECTOR_BYTES 512
#define SETUP_SECTORS 0x1f1
#define BOOT_FLAG 0x1fe
#define MAGIC 0x202
#define VERSION 0x206
#define PAYLOAD_OFFSET 0x248
#define PAYLOAD_LENGTH 0x24c
#define HEADER_END 0x250
#define BOOT_FLAG_VALUE 0xaa55
#define VERSION_WITH_PAYLOAD 0x208

static uint32_t read_32(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static uint32_t read_16(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8;
}

bool bzimage_is(const uint8_t *file, size_t bytes)
{
	return bytes >= MAGIC + 4 && !memcmp(file + MAGIC, "HdrS", 4) &&
	       read_16(file + BOOT_FLAG) == BOOT_FLAG_VALUE;
}

int bzimage_find_payload(const uint8_t *file, size_t bytes, size_t *offset, size_t *length,
			 struct reason *why)
{
	uint64_t sectors, first, size;

	if (bytes < HEADER_END)
		return reason_set(why, "it is a bzImage whose setup header is cut off at %zu bytes",
				  bytes);
	if (read_16(file + VERSION) < VERSION_WITH_PAYLOAD)
		return reason_set(
			why, "it is a bzImage of boot protocol %u.%02u; 2.08 or later is needed",
			file[VERSION + 1], file[VERSION]);
	/* The protocol's oldest images have 0 there and mean 4. */
	sectors = file[SETUP_SECTORS] ? file[SETUP_SECTORS] : 4;
	first = (sectors + 1) * SECTOR_BYTES + read_32(file + PAYLOAD_OFFSET);
	size = read_32(file + PAYLOAD_LENGTH);
	if (!size)
		return reason_set(why, "it is a bzImage without a payload");
	if (first > bytes || size > bytes - first)
		return reason_set(
			why, "it is a bzImage cut off: its payload ends at %lu, the file at %zu",
			first + size, bytes);
	*offset = first;
	*length = size;
	return 0;
}
