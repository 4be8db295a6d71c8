/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loop devices by ioctl. */
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "libdom/loop.h"

#define LOOP_MAJOR 7
#define LOOP_PATH "/dev/loop%d"
/* Others may take the free device that we were told of, one after the other; not for ever. */
#define LOOP_ATTEMPTS 64

static int loop_find_free(void)
{
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC), index, error;

	if (control < 0)
		return -1;
	index = ioctl(control, LOOP_CTL_GET_FREE);
	error = errno;
	close(control);
	errno = error;
	return index;
}

static int loop_configure(int file, bool read_only, const char *name, struct loop *loop)
{
	struct loop_config config = {.fd = (uint32_t)file};
	struct stat status;

	config.info.lo_flags = LO_FLAGS_AUTOCLEAR | LO_FLAGS_DIRECT_IO;
	if (read_only)
		config.info.lo_flags |= LO_FLAGS_READ_ONLY;
	snprintf((char *)config.info.lo_file_name, LO_NAME_SIZE, "%s", name);
	loop->fd = open(loop->path, (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC);
	if (loop->fd < 0)
		return -1;
	if (fstat(loop->fd, &status) == 0 && ioctl(loop->fd, LOOP_CONFIGURE, &config) == 0) {
		loop->number = status.st_rdev;
		return 0;
	}
	loop_drop(loop);
	return -1;
}

int loop_attach(const char *path, bool read_only, struct loop *loop)
{
	int file = open(path, (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC);
	int result = -1, error;

	loop->fd = -1;
	if (file < 0)
		return -1;
	for (int i = 0; i < LOOP_ATTEMPTS; i++) {
		int index = loop_find_free();

		if (index < 0)
			break;
		snprintf(loop->path, sizeof(loop->path), LOOP_PATH, index);
		result = loop_configure(file, read_only, path, loop);
		if (!result || errno != EBUSY)
			break;
	}
	error = errno;
	close(file);
	errno = error;
	return result;
}

int loop_keep(struct loop *loop)
{
	struct loop_info64 info;
	int result = -1, error;

	if (ioctl(loop->fd, LOOP_GET_STATUS64, &info) == 0) {
		info.lo_flags &= ~(uint32_t)LO_FLAGS_AUTOCLEAR;
		result = ioctl(loop->fd, LOOP_SET_STATUS64, &info);
	}
	error = errno;
	loop_drop(loop);
	errno = error;
	return result;
}

void loop_drop(struct loop *loop)
{
	int error = errno;

	if (loop->fd >= 0)
		close(loop->fd);
	loop->fd = -1;
	errno = error;
}

int loop_detach(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), result, error;

	if (fd < 0)
		return errno == ENOENT || errno == ENXIO ? 0 : -1;
	result = ioctl(fd, LOOP_CLR_FD);
	error = errno;
	close(fd);
	errno = error;
	return result && error != ENXIO ? -1 : 0;
}

int loop_identify(dev_t number, struct disk_identity *identity)
{
	char path[32];
	struct loop_info64 info;
	int fd, result, error;

	if (major(number) != LOOP_MAJOR) {
		errno = ENXIO;
		return -1;
	}
	snprintf(path, sizeof(path), LOOP_PATH, (int)minor(number));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	result = ioctl(fd, LOOP_GET_STATUS64, &info);
	error = errno;
	close(fd);
	errno = error;
	if (result)
		return -1;
	/* A device behind a loop is that device. */
	*identity = (struct disk_identity){
		.kind = info.lo_rdevice ? DISK_BLOCK : DISK_FILE,
		.device = info.lo_rdevice ? info.lo_rdevice : info.lo_device,
		.inode = info.lo_rdevice ? 0 : info.lo_inode,
	};
	return 0;
}
