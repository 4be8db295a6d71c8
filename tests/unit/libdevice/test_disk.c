/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Disk specifications, virtual device names, what targets are. */
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "libdom/device.h"
#include "libdom/qemu.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void assert_same(const char *a, const char *b)
{
	struct disk_spec x, y;

	bench_parse_disk(a, &x);
	bench_parse_disk(b, &y);
	if (memcmp(&x, &y, sizeof(x)) != 0)
		fail_msg("%s is not %s", a, b);
}

static void equal_strings_of_the_manual_are_equal(void **state)
{
	static const char *const disks[] = {
		"/dev/vg/guest-volume,,hda",
		"/dev/vg/guest-volume,raw,hda,rw",
		"format=raw, vdev=hda, access=rw, target=/dev/vg/guest-volume",
		"raw:/dev/vg/guest-volume,hda,w",
		"vg/guest-volume,,hda",
		"phy:/dev/vg/guest-volume,hda,w",
		"tap:aio:/dev/vg/guest-volume,hda,w",
	};
	static const char *const discs[] = {
		"/root/image.iso,,hdc,cdrom",
		"/root/image.iso,,hdc,,cdrom",
		"/root/image.iso,raw,hdc,devtype=cdrom",
		"format=raw, vdev=hdc, access=ro, devtype=cdrom, target=/root/image.iso",
		"raw:/root/image.iso,hdc:cdrom,ro",
	};

	for (size_t i = 1; i < COUNT(disks); i++)
		assert_same(disks[0], disks[i]);
	for (size_t i = 1; i < COUNT(discs); i++)
		assert_same(discs[0], discs[i]);
}

static void defaults_are_those_of_the_manual(void **state)
{
	struct disk_spec disk;

	bench_parse_disk("/dev/vg/a,,xvda", &disk);
	assert_int_equal(disk.format, DISK_FORMAT_RAW);
	assert_int_equal(disk.access, DISK_ACCESS_WRITE);
	assert_int_equal(disk.backend, DISK_BACKEND_ANY);
	assert_false(disk.cdrom || disk.no_discard || disk.direct_io_safe || disk.untrusted);
	assert_string_equal(disk.target, "/dev/vg/a");
	assert_int_equal(disk.number, 51712);
	bench_parse_disk("/a.iso,,hdc,,cdrom", &disk);
	assert_int_equal(disk.access, DISK_ACCESS_READ);
}

static void keys_and_flags_are_taken(void **state)
{
	struct disk_spec disk;

	bench_parse_disk("/a,qcow2,xvdb,w!,backendtype=qdisk,direct-io-safe,no-discard,untrusted",
			 &disk);
	assert_int_equal(disk.format, DISK_FORMAT_QCOW2);
	assert_int_equal(disk.access, DISK_ACCESS_SHARED);
	assert_int_equal(disk.backend, DISK_BACKEND_QDISK);
	assert_true(disk.no_discard && disk.direct_io_safe && disk.untrusted);
	bench_parse_disk("iqn.2001-05:x,,xvda,script=block-iscsi", &disk);
	assert_string_equal(disk.script, "/etc/xen/scripts/block-iscsi");
	assert_string_equal(disk.target, "iqn.2001-05:x");
	bench_parse_disk("iscsi:iqn=1,xvda,w", &disk);
	assert_string_equal(disk.script, "/etc/xen/scripts/block-iscsi");
	assert_string_equal(disk.target, "iqn=1");
}

static void target_by_name_takes_the_rest(void **state)
{
	struct disk_spec disk;

	bench_parse_disk("vdev=xvda,format=vmdk,target=/srv/a, b=c:d ", &disk);
	assert_string_equal(disk.target, "/srv/a, b=c:d ");
	bench_parse_disk(",,xvda,,target=/srv/a", &disk);
	assert_string_equal(disk.target, "/srv/a");
	bench_parse_disk("/dev/disk/by-id/a=b,,xvda", &disk);
	assert_string_equal(disk.target, "/dev/disk/by-id/a=b");
}

static void only_a_cd_drive_is_empty(void **state)
{
	struct disk_spec disk;

	bench_parse_disk(",hdc:cdrom,r", &disk);
	assert_true(disk.cdrom);
	assert_int_equal(disk.format, DISK_FORMAT_EMPTY);
	bench_parse_disk(",,hdc,,cdrom", &disk);
	assert_int_equal(disk.format, DISK_FORMAT_EMPTY);
	assert_string_equal(disk.target, "");
}

static void errors_have_a_column(void **state)
{
	static const struct {
		const char *text;
		unsigned int column;
		const char *part;
	} cases[] = {
		{"/a,raw,xvda,w,oops", 15, "four positions"},
		{"/a,raw,xvda,rx", 13, "access"},
		{"/a,rau,xvda", 4, "format"},
		{"/a,raw,xda", 8, "virtual device"},
		{"/a,raw,", 8, "vdev"},
		{",raw,xvda", 10, "target"},
		{"/a,,xvda,access=r,access=w", 26, "twice"},
		{"/a,,xvda,foo=1", 10, "foo"},
		{"/a,,xvda,backendtype=tap", 22, "back end"},
		{"/a,,xvda,colo", 10, "colo"},
		{"/a,,xvda,specification=virtio", 24, "xen"},
		{"/a.iso,,hdc,w,cdrom", 20, "CD-ROM"},
		{"/a,,xvda,script=x/y", 17, "script"},
		{"/a\n,,xvda", 3, "control"},
		{"qcow2:/a,raw,xvda", 10, NULL},
		{"/a,,xvda,devtype=tape", 18, "devtype"},
		{"", 1, "vdev"},
	};
	struct disk_spec disk;
	struct spec_error error;

	for (size_t i = 0; i < COUNT(cases); i++) {
		if (disk_parse(cases[i].text, &disk, &error) == 0)
			fail_msg("%s is accepted", cases[i].text);
		if (!cases[i].part)
			continue;
		if (error.column != cases[i].column || !strstr(error.text, cases[i].part))
			fail_msg("%s: column %u: %s", cases[i].text, error.column, error.text);
	}
}

static void names_have_the_numbers_of_the_interface(void **state)
{
	static const struct {
		const char *name;
		uint32_t number;
		const char *canonical;
	} cases[] = {
		{"xvda", 202 << 8, "xvda"},
		{"d0", 202 << 8, "xvda"},
		{"d0p0", 202 << 8, "xvda"},
		{"xvdb2", 202 << 8 | 1 << 4 | 2, "xvdb2"},
		{"d1p2", 202 << 8 | 1 << 4 | 2, "xvdb2"},
		{"xvdp15", 202 << 8 | 15 << 4 | 15, "xvdp15"},
		{"xvdq", 1 << 28 | 16 << 8, "xvdq"},
		{"xvda16", 1 << 28 | 16, "xvda16"},
		{"xvdtq37", 1 << 28 | 536 << 8 | 37, "xvdtq37"},
		{"d536p37", 1 << 28 | 536 << 8 | 37, "xvdtq37"},
		{"sdb3", 8 << 8 | 1 << 4 | 3, "sdb3"},
		{"hda", 3 << 8, "hda"},
		{"hdb63", 3 << 8 | 1 << 6 | 63, "hdb63"},
		{"hdc2", 22 << 8 | 2, "hdc2"},
		{"51712", 51712, "xvda"},
		{"0xca00", 51712, "xvda"},
		{"0145000", 51712, "xvda"},
		{"768", 768, "hda"},
		{"5", 5, "5"},
		{"d1048575p255", 1 << 28 | 1048575 << 8 | 255, "xvdbgqcv255"},
	};
	char name[32];
	uint32_t number;

	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(disk_vdev_parse(cases[i].name, &number), 0);
		assert_int_equal(number, cases[i].number);
		disk_vdev_format(number, name);
		assert_string_equal(name, cases[i].canonical);
	}
}

static void other_names_are_none(void **state)
{
	static const char *const names[] = {
		"",	 "xvd",	 "xvd1",  "xvda0", "xvda01",	"xvda256", "xvdaaaaaa", "hde",
		"hda64", "sdq",	 "sda16", "d",	   "dp1",	"d1p",	   "d1p256",	"d1048576",
		"d01",	 "xvdA", "vda",	  "1x",	   "536870912", "-1",	   "+1",	"xvda ",
	};
	uint32_t number;

	for (size_t i = 0; i < COUNT(names); i++)
		if (disk_vdev_parse(names[i], &number) == 0)
			fail_msg("%s is %u", names[i], number);
}

static int resolve(const char *text, struct disk_spec *disk, struct failure *failure)
{
	bench_parse_disk(text, disk);
	return disk_resolve(disk, failure);
}

static void back_end_follows_from_the_format(void **state)
{
	static const uint8_t qcow2[] = {'Q', 'F', 'I', 0xfb, 0, 0, 0, 3};
	char text[200];
	struct disk_spec disk;
	struct failure failure;

	qemu_use_program("/bin/true");
	snprintf(text, sizeof(text), "%s,,xvda", bench_image("a.raw", "x", 1));
	assert_int_equal(resolve(text, &disk, &failure), 0);
	assert_int_equal(disk.backend, DISK_BACKEND_PHY);
	snprintf(text, sizeof(text), "%s,qcow2,xvda", bench_image("a.qcow2", qcow2, 8));
	assert_int_equal(resolve(text, &disk, &failure), 0);
	assert_int_equal(disk.backend, DISK_BACKEND_QDISK);
	snprintf(text, sizeof(text), "%s,qcow2,xvda,r", bench_image("b.qcow2", qcow2, 8));
	assert_int_equal(resolve(text, &disk, &failure), 0);
	assert_true(disk_opens_read_only(&disk));
	snprintf(text, sizeof(text), "%s,raw,xvda,r", bench_image("b.raw", qcow2, 8));
	assert_int_equal(resolve(text, &disk, &failure), 0);
	assert_false(disk_opens_read_only(&disk));
	qemu_use_program(NULL);
}

static void targets_that_cannot_be_served_are_refused(void **state)
{
	const char *image = bench_image("a", "x", 1);
	char text[200];
	struct disk_spec disk;
	struct failure failure;

	qemu_use_program("/bin/true");
	assert_int_equal(resolve("/no/such/image,,xvda", &disk, &failure), -1);
	assert_int_equal(failure.code, FAILURE_NOT_FOUND);
	assert_non_null(strstr(failure.object, "xvda"));
	snprintf(text, sizeof(text), "%s,qcow2,xvda", image);
	assert_int_equal(resolve(text, &disk, &failure), -1);
	assert_non_null(strstr(failure.cause, "no qcow2 image"));
	snprintf(text, sizeof(text), "%s,qcow2,xvda,backendtype=phy", image);
	assert_int_equal(resolve(text, &disk, &failure), -1);
	snprintf(text, sizeof(text), "%s,,xvda,backend=driver", image);
	assert_int_equal(resolve(text, &disk, &failure), -1);
	assert_int_equal(failure.code, FAILURE_CONFIGURATION);
	assert_int_equal(resolve("/tmp,,xvda", &disk, &failure), -1);
	assert_int_equal(resolve("/dev/null,,xvda", &disk, &failure), -1);
	qemu_use_program(NULL);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(equal_strings_of_the_manual_are_equal),
	cmocka_unit_test(defaults_are_those_of_the_manual),
	cmocka_unit_test(keys_and_flags_are_taken),
	cmocka_unit_test(target_by_name_takes_the_rest),
	cmocka_unit_test(only_a_cd_drive_is_empty),
	cmocka_unit_test(errors_have_a_column),
	cmocka_unit_test(names_have_the_numbers_of_the_interface),
	cmocka_unit_test(other_names_are_none),
	cmocka_unit_test_setup_teardown(back_end_follows_from_the_format, bench_set_up,
					bench_tear_down),
	cmocka_unit_test_setup_teardown(targets_that_cannot_be_served_are_refused, bench_set_up,
					bench_tear_down),
};

const struct bench_tests disk_tests = {tests, COUNT(tests)};
