/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Disk specifications and virtual device names: what is accepted is sound and named again the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "libdom/disk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void check(bool sound)
{
	if (!sound)
		abort();
}

static void check_disk(const struct disk_spec *disk)
{
	uint32_t number;
	char object[200];

	check(disk_vdev_parse(disk->vdev, &number) == 0 && number == disk->number);
	check(disk->target[0] ? disk->format != DISK_FORMAT_EMPTY
			      : disk->format == DISK_FORMAT_EMPTY && disk->cdrom);
	check(!disk->cdrom || disk->access == DISK_ACCESS_READ);
	check(!disk->target[0] || disk->script[0] || disk->target[0] == '/');
	check(!disk->script[0] || disk->script[0] == '/');
	disk_describe(disk, object, sizeof(object));
}

static void check_number(uint32_t number)
{
	char name[32];
	uint32_t again;

	number %= 2u << 28;
	disk_vdev_format(number, name);
	check(disk_vdev_parse(name, &again) == 0 && again == number);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	char *text = malloc(bytes + 1);
	struct disk_spec disk;
	struct spec_error error = {0};
	uint32_t number;

	check(text != NULL);
	memcpy(text, data, bytes);
	text[bytes] = '\0';
	if (disk_parse(text, &disk, &error) == 0)
		check_disk(&disk);
	else
		check(error.text[0] && error.column >= 1 && error.column <= strlen(text) + 1);
	if (bytes >= sizeof(number)) {
		memcpy(&number, data, sizeof(number));
		check_number(number);
	}
	if (disk_vdev_parse(text, &number) == 0)
		check_number(number);
	free(text);
	return 0;
}
