/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who may use an image beside whom. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "libdom/device.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static int claim(const char *image, const char *rest, struct device_claim **out,
		 struct failure *failure)
{
	struct disk_spec disk;
	char text[200];

	snprintf(text, sizeof(text), "%s,%s", image, rest);
	bench_parse_disk(text, &disk);
	return device_claim_disks(bench_store, &disk, 1, STORE_NOBODY, out, failure);
}

static void assert_claim(const char *image, const char *rest, bool allowed)
{
	struct device_claim *out = NULL;
	struct failure failure = {0};
	int result = claim(image, rest, &out, &failure);

	device_claim_release(out);
	if ((result == 0) != allowed)
		fail_msg("%s: %s %s", rest, failure.object, failure.cause);
	if (!allowed)
		assert_int_equal(failure.code, FAILURE_BUSY);
}

static void attach(const char *image, const char *rest)
{
	struct failure failure = {0};
	char text[200];

	snprintf(text, sizeof(text), "%s,%s", image, rest);
	if (bench_attach_disk(text, &failure))
		fail_msg("%s: %s", failure.object, failure.cause);
}

static void writer_is_alone(void **state)
{
	const char *image = bench_image("a", "x", 1);

	bench_need_run();
	assert_claim(image, ",xvda", true);
	attach(image, ",xvda");
	assert_claim(image, ",xvda", false);
	assert_claim(image, ",xvda,r", false);
	assert_claim(image, ",xvda,w!", true);
}

static void readers_are_together(void **state)
{
	const char *image = bench_image("a", "x", 1);

	bench_need_run();
	attach(image, ",xvda,r");
	assert_claim(image, ",xvda,r", true);
	assert_claim(image, ",xvda", false);
	assert_claim(image, ",xvda,w!", true);
}

static void links_lead_to_the_same_image(void **state)
{
	const char *image = bench_image("a", "x", 1);
	char link_path[100], hard_path[100];

	bench_need_run();
	snprintf(link_path, sizeof(link_path), "%s/soft", bench_folder);
	snprintf(hard_path, sizeof(hard_path), "%s/hard", bench_folder);
	assert_int_equal(symlink(image, link_path), 0);
	assert_int_equal(link(image, hard_path), 0);
	attach(image, ",xvda");
	assert_claim(link_path, ",xvda", false);
	assert_claim(hard_path, ",xvda", false);
	assert_claim(bench_image("b", "x", 1), ",xvda", true);
}

static int count_claims(void)
{
	DIR *folder = opendir("/run/trestle/claims");
	struct dirent *entry;
	int count = 0;

	while (folder && (entry = readdir(folder)))
		count += entry->d_name[0] != '.';
	if (folder)
		closedir(folder);
	return count;
}

static void guests_to_be_count(void **state)
{
	const char *image = bench_image("a", "x", 1);
	struct device_claim *first, *second;
	struct failure failure;

	bench_need_run();
	assert_int_equal(claim(image, ",xvda", &first, &failure), 0);
	assert_int_equal(claim(image, ",xvda", &second, &failure), -1);
	assert_int_equal(claim(image, ",xvda,r", &second, &failure), -1);
	device_claim_release(first);
	assert_int_equal(claim(image, ",xvda,r", &first, &failure), 0);
	assert_int_equal(claim(image, ",xvda,r", &second, &failure), 0);
	assert_int_equal(count_claims(), 1);
	device_claim_release(first);
	assert_int_equal(count_claims(), 1);
	assert_int_equal(claim(image, ",xvda", &first, &failure), -1);
	device_claim_release(second);
	assert_int_equal(count_claims(), 0);
}

static void own_use_does_not_count(void **state)
{
	const char *image = bench_image("a", "x", 1);
	struct device_claim *out;
	struct failure failure;
	struct disk_spec disk;
	char text[200];

	bench_need_run();
	attach(image, ",xvda");
	snprintf(text, sizeof(text), "%s,,xvda", image);
	bench_parse_disk(text, &disk);
	assert_int_equal(device_claim_disks(bench_store, &disk, 1, GUEST, &out, &failure), 0);
	device_claim_release(out);
}

static void one_guest_has_an_image_once(void **state)
{
	const char *image = bench_image("a", "x", 1);
	struct disk_spec disks[2];
	struct device_claim *out;
	struct failure failure;
	char text[200];

	bench_need_run();
	for (int i = 0; i < 2; i++) {
		snprintf(text, sizeof(text), "%s,,xvd%c", image, 'a' + i);
		bench_parse_disk(text, &disks[i]);
	}
	assert_int_equal(device_claim_disks(NULL, disks, 2, STORE_NOBODY, &out, &failure), -1);
	assert_int_equal(failure.code, FAILURE_BUSY);
}

static void image_served_by_qemu_counts(void **state)
{
	const char *image = bench_image("a", "x", 1);
	char params[100];

	bench_need_run();
	snprintf(params, sizeof(params), "qcow2:%s", image);
	fake_xenstore_react(NULL);
	fake_xenstore_set("/local/domain/0/backend/qdisk/9/51712/params", params);
	fake_xenstore_set("/local/domain/0/backend/qdisk/9/51712/mode", "w");
	assert_claim(image, ",xvda", false);
	assert_claim(image, ",xvda,r", false);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_set_up, bench_tear_down)

static const struct CMUnitTest tests[] = {
	TEST(writer_is_alone),
	TEST(readers_are_together),
	TEST(links_lead_to_the_same_image),
	TEST(guests_to_be_count),
	TEST(own_use_does_not_count),
	TEST(one_guest_has_an_image_once),
	TEST(image_served_by_qemu_counts),
};

const struct bench_tests claim_tests = {tests, COUNT(tests)};
