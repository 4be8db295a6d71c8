/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Images that QEMU shall open read-only. By its nodes in the store it opens only the file of one so,
 * and then not the image in it; by its control socket it makes the device of what it is told.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libdom/qemu.h"

/* QEMU's names where they aren't those of the store. */
static const char *driver_name(enum disk_format format)
{
	return format == DISK_FORMAT_VHD ? "vpc" : disk_format_name(format);
}

static bool is_block_device(const char *path)
{
	struct stat status;

	return !stat(path, &status) && S_ISBLK(status.st_mode);
}

static int send_command(struct qemu *qemu, json_t *command)
{
	char *text = command ? json_dumps(command, JSON_COMPACT) : NULL;
	ssize_t sent = -1;

	errno = ENOMEM;
	if (text) {
		sent = send(qemu->control, text, strlen(text), MSG_NOSIGNAL);
		if (sent == (ssize_t)strlen(text))
			sent = send(qemu->control, "\n", 1, MSG_NOSIGNAL) == 1 ? 0 : -1;
		else if (sent >= 0)
			errno = EAGAIN;
	}
	free(text);
	json_decref(command);
	if (sent)
		return -1;
	qemu->nr_awaited++;
	return 0;
}

/* The name is never used again: a disk that is detached leaves its node. */
static json_t *node_command(const struct disk_spec *disk, const char *node)
{
	return json_pack("{s:s, s:{s:s, s:s, s:b, s:{s:s, s:s, s:b, s:s}}}", "execute",
			 "blockdev-add", "arguments", "driver", driver_name(disk->format),
			 "node-name", node, "read-only", 1, "file", "driver",
			 is_block_device(disk->target) ? "host_device" : "file", "filename",
			 disk->target, "read-only", 1, "locking", "off");
}

static json_t *device_command(const struct disk_spec *disk, const char *node)
{
	return json_pack("{s:s, s:{s:s, s:s, s:s}}", "execute", "device_add", "arguments", "driver",
			 disk->cdrom ? "xen-cdrom" : "xen-disk", "vdev", disk->vdev, "drive", node);
}

int qemu_add_image(struct qemu *qemu, const struct disk_spec *disk)
{
	char node[32];

	snprintf(node, sizeof(node), "d%u-%d", disk->number, (int)getpid());
	if (send_command(qemu, node_command(disk, node)))
		return -1;
	return send_command(qemu, device_command(disk, node));
}

bool disk_opens_read_only(const struct disk_spec *disk)
{
	return disk->backend == DISK_BACKEND_QDISK && disk->access == DISK_ACCESS_READ &&
	       disk->format != DISK_FORMAT_RAW && disk->format != DISK_FORMAT_EMPTY;
}
