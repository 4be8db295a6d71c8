/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a disk's target is on this machine, and which back end can serve it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "libdom/disk.h"
#include "libdom/loop.h"
#include "libdom/qemu.h"

#define STAGE "checking the disks"

int disk_identify(const char *path, struct disk_identity *identity)
{
	struct stat status;

	if (stat(path, &status))
		return -1;
	if (S_ISREG(status.st_mode)) {
		*identity = (struct disk_identity){
			.kind = DISK_FILE, .device = status.st_dev, .inode = status.st_ino};
		return 0;
	}
	if (!S_ISBLK(status.st_mode)) {
		errno = S_ISDIR(status.st_mode) ? EISDIR : ENOTBLK;
		return -1;
	}
	if (loop_identify(status.st_rdev, identity))
		*identity = (struct disk_identity){.kind = DISK_BLOCK, .device = status.st_rdev};
	return 0;
}

bool disk_is_same(const struct disk_identity *a, const struct disk_identity *b)
{
	return a->kind != DISK_NOTHING && a->kind == b->kind && a->device == b->device &&
	       a->inode == b->inode;
}

/* The disk that a partition is on, or the device itself. */
static dev_t whole_disk(dev_t device)
{
	char path[64], text[32] = "";
	unsigned int major_number, minor_number;
	ssize_t length = 0;
	int fd;

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/partition", major(device),
		 minor(device));
	if (access(path, F_OK))
		return device;
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/../dev", major(device), minor(device));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		length = read(fd, text, sizeof(text) - 1);
		close(fd);
	}
	if (length <= 0 || sscanf(text, "%u:%u", &major_number, &minor_number) != 2)
		return device;
	return makedev(major_number, minor_number);
}

bool disk_overlaps(const struct disk_identity *a, const struct disk_identity *b)
{
	if (disk_is_same(a, b))
		return true;
	return a->kind == DISK_BLOCK && b->kind == DISK_BLOCK &&
	       (a->device == whole_disk(b->device) || b->device == whole_disk(a->device));
}

void disk_format_identity(const struct disk_identity *identity, char text[64])
{
	if (identity->kind == DISK_FILE)
		snprintf(text, 64, "file-%lx-%lx", (unsigned long)identity->device,
			 (unsigned long)identity->inode);
	else
		snprintf(text, 64, "block-%u-%u", major(identity->device), minor(identity->device));
}

static int fail(const struct disk_spec *disk, enum failure_code code, const char *cause,
		const char *next, struct failure *failure)
{
	char object[200];

	disk_describe(disk, object, sizeof(object));
	return failure_set(failure, code, STAGE, object, cause, next);
}

static int fail_errno(const struct disk_spec *disk, const char *next, struct failure *failure)
{
	enum failure_code code = errno == ENOENT ? FAILURE_NOT_FOUND : FAILURE_REFUSED;
	char object[200];

	disk_describe(disk, object, sizeof(object));
	return failure_set_errno(failure, code, errno, STAGE, object, next);
}

/* What images begin with, at an offset. The ends of fixed VHDs are not looked at. */
static const struct {
	enum disk_format format;
	off_t offset;
	uint8_t bytes[8];
	size_t length;
} magics[] = {
	{DISK_FORMAT_QCOW, 0, {'Q', 'F', 'I', 0xfb, 0, 0, 0, 1}, 8},
	{DISK_FORMAT_QCOW2, 0, {'Q', 'F', 'I', 0xfb, 0, 0, 0, 2}, 8},
	{DISK_FORMAT_QCOW2, 0, {'Q', 'F', 'I', 0xfb, 0, 0, 0, 3}, 8},
	{DISK_FORMAT_QED, 0, {'Q', 'E', 'D', 0}, 4},
	{DISK_FORMAT_VMDK, 0, {'K', 'D', 'M', 'V'}, 4},
	{DISK_FORMAT_VMDK, 0, {'C', 'O', 'W', 'D'}, 4},
	{DISK_FORMAT_VMDK, 0, {'#', ' ', 'D', 'i', 's', 'k', ' ', 'D'}, 8},
	{DISK_FORMAT_VHDX, 0, {'v', 'h', 'd', 'x', 'f', 'i', 'l', 'e'}, 8},
	{DISK_FORMAT_VDI, 64, {0x7f, 0x10, 0xda, 0xbe}, 4},
};

/* Is there a magic for the format, and does the file have none of them? */
static bool has_wrong_header(int fd, enum disk_format format)
{
	bool is_known = false;

	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		uint8_t bytes[8] = {0};

		if (magics[i].format != format)
			continue;
		is_known = true;
		if (pread(fd, bytes, magics[i].length, magics[i].offset) ==
			    (ssize_t)magics[i].length &&
		    memcmp(bytes, magics[i].bytes, magics[i].length) == 0)
			return false;
	}
	return is_known;
}

static int check_opened(const struct disk_spec *disk, int fd, struct failure *failure)
{
	char cause[80];

	if (lseek(fd, 0, SEEK_END) < 512)
		return fail(disk, FAILURE_CONFIGURATION, "it is shorter than one sector",
			    "give it a size", failure);
	if (!has_wrong_header(fd, disk->format))
		return 0;
	snprintf(cause, sizeof(cause), "this is no %s image", disk_format_name(disk->format));
	return fail(disk, FAILURE_CONFIGURATION, cause, "correct its format", failure);
}

static int check_target(const struct disk_spec *disk, struct failure *failure)
{
	struct disk_identity identity;
	int fd, result;

	if (disk_identify(disk->target, &identity))
		return fail_errno(disk, "correct the disk's target", failure);
	fd = open(disk->target,
		  (disk->access == DISK_ACCESS_READ ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return fail_errno(disk,
				  disk->access == DISK_ACCESS_READ
					  ? "make it readable"
					  : "make it writable, or give it access=r",
				  failure);
	result = check_opened(disk, fd, failure);
	close(fd);
	return result;
}

static int check_script(const struct disk_spec *disk, struct failure *failure)
{
	if (disk->format != DISK_FORMAT_RAW || disk->backend == DISK_BACKEND_QDISK)
		return fail(disk, FAILURE_CONFIGURATION,
			    "a script serves raw disks by the kernel's back end only",
			    "leave out the format and the back end", failure);
	if (access(disk->script, X_OK))
		return failure_set_errno(failure, FAILURE_NOT_FOUND, errno, STAGE, disk->script,
					 "correct the disk's script");
	return 0;
}

static int choose_backend(struct disk_spec *disk, struct failure *failure)
{
	bool is_raw = disk->format == DISK_FORMAT_RAW;

	if (disk->backend == DISK_BACKEND_ANY)
		disk->backend = is_raw ? DISK_BACKEND_PHY : DISK_BACKEND_QDISK;
	if (disk->backend == DISK_BACKEND_PHY && !is_raw)
		return fail(disk, FAILURE_CONFIGURATION, "the back end phy serves raw disks only",
			    "use backendtype=qdisk, or none", failure);
	if (disk->backend == DISK_BACKEND_QDISK && !qemu_find_program())
		return fail(disk, FAILURE_NOT_FOUND, "QEMU, which serves such disks, is not there",
			    "install qemu-system-xen", failure);
	return 0;
}

int disk_resolve(struct disk_spec *disk, struct failure *failure)
{
	const char *domain = disk->backend_domain;

	if (domain[0] && strcmp(domain, "0") != 0 && strcmp(domain, "Domain-0") != 0)
		return fail(disk, FAILURE_CONFIGURATION,
			    "back ends outside of domain 0 are not supported",
			    "leave out backend=", failure);
	if (disk->format == DISK_FORMAT_EMPTY)
		return 0;
	if (disk->script[0]) {
		if (check_script(disk, failure))
			return -1;
		return choose_backend(disk, failure);
	}
	if (check_target(disk, failure))
		return -1;
	return choose_backend(disk, failure);
}
