/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loop devices of this machine. */
#include <errno.h>
#include <fcntl.h>
#include <linux/blkpg.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "libdevice_host.h"
#include "libdom/loop.h"

static char file[] = "/tmp/libdevice_host.XXXXXX";

static int set_up(void **state)
{
	int fd;

	strcpy(file, "/tmp/libdevice_host.XXXXXX");
	fd = mkstemp(file);
	return fd < 0 || ftruncate(fd, 1 << 20) || close(fd);
}

static int tear_down(void **state)
{
	return unlink(file);
}

static void attach_or_skip(bool read_only, struct loop *loop)
{
	if (loop_attach(file, read_only, loop) == 0)
		return;
	print_message("skipped: no loop devices here: %s\n", strerror(errno));
	skip();
}

static void device_is_its_file(void **state)
{
	struct disk_identity by_path, by_device;
	struct loop loop;
	uint64_t bytes;

	attach_or_skip(false, &loop);
	assert_int_equal(ioctl(loop.fd, BLKGETSIZE64, &bytes), 0);
	assert_int_equal(bytes, 1 << 20);
	assert_int_equal(disk_identify(file, &by_path), 0);
	assert_int_equal(disk_identify(loop.path, &by_device), 0);
	assert_true(disk_is_same(&by_path, &by_device));
	loop_drop(&loop);
}

static void read_only_device_takes_no_writes(void **state)
{
	struct loop loop;
	int fd;

	attach_or_skip(true, &loop);
	fd = open(loop.path, O_RDWR | O_CLOEXEC);
	assert_true(fd < 0 || write(fd, "x", 1) < 0);
	if (fd >= 0)
		close(fd);
	loop_drop(&loop);
}

static void device_goes_unless_it_is_kept(void **state)
{
	struct disk_identity identity;
	struct loop loop;

	attach_or_skip(false, &loop);
	loop_drop(&loop);
	assert_int_equal(loop_identify(loop.number, &identity), -1);
	attach_or_skip(false, &loop);
	assert_int_equal(loop_keep(&loop), 0);
	assert_int_equal(loop_identify(loop.number, &identity), 0);
	assert_int_equal(loop_detach(loop.path), 0);
	assert_int_equal(loop_identify(loop.number, &identity), -1);
	assert_int_equal(loop_detach(loop.path), 0);
}

static void device_in_use_goes_at_its_last_close(void **state)
{
	struct disk_identity identity;
	struct loop loop;
	int fd;

	attach_or_skip(false, &loop);
	assert_int_equal(loop_keep(&loop), 0);
	fd = open(loop.path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(loop_detach(loop.path), 0);
	assert_int_equal(loop_identify(loop.number, &identity), 0);
	close(fd);
	assert_int_equal(loop_identify(loop.number, &identity), -1);
}

static void partition_is_part_of_its_disk(void **state)
{
	struct blkpg_partition partition = {.start = 4096, .length = 65536, .pno = 1};
	struct blkpg_ioctl_arg argument = {
		.op = BLKPG_ADD_PARTITION, .datalen = sizeof(partition), .data = &partition};
	struct disk_identity whole = {.kind = DISK_BLOCK}, part = {.kind = DISK_BLOCK};
	unsigned int major_number = 0, minor_number = 0;
	struct loop loop;
	char path[96];
	FILE *number;

	attach_or_skip(false, &loop);
	if (ioctl(loop.fd, BLKPG, &argument)) {
		loop_drop(&loop);
		print_message("skipped: no partitions on loop devices here\n");
		skip();
	}
	snprintf(path, sizeof(path), "/sys/block/%s/%sp1/dev", loop.path + 5, loop.path + 5);
	number = fopen(path, "r");
	assert_non_null(number);
	assert_int_equal(fscanf(number, "%u:%u", &major_number, &minor_number), 2);
	fclose(number);
	whole.device = loop.number;
	part.device = makedev(major_number, minor_number);
	assert_true(disk_overlaps(&whole, &part));
	assert_true(disk_overlaps(&part, &whole));
	assert_true(disk_overlaps(&part, &part));
	whole.device = makedev(1, 1);
	assert_false(disk_overlaps(&part, &whole));
	argument.op = BLKPG_DEL_PARTITION;
	assert_int_equal(ioctl(loop.fd, BLKPG, &argument), 0);
	loop_drop(&loop);
}

static void missing_file_is_an_error(void **state)
{
	struct loop loop;

	assert_int_equal(loop_attach("/no/such/file", false, &loop), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(loop.fd, -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static const struct CMUnitTest tests[] = {
	TEST(device_is_its_file),
	TEST(read_only_device_takes_no_writes),
	TEST(device_goes_unless_it_is_kept),
	TEST(device_in_use_goes_at_its_last_close),
	TEST(partition_is_part_of_its_disk),
	TEST(missing_file_is_an_error),
};

const struct host_tests loop_tests = {tests, sizeof(tests) / sizeof(tests[0])};
