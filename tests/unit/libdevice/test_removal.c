/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices detached, and everything of a dead domain removed. */
#include <string.h>

#include "bench.h"
#include "libdom/device.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define BACK "/local/domain/0/backend/"
#define FRONT "/local/domain/7/device/"

static void guest_lets_go_of_a_device(void **state)
{
	struct failure failure;

	bench_attach_raw(",xvda");
	assert_int_equal(
		device_detach(bench_store, GUEST, DEVICE_DISK, 51712, false, 500, &failure), 0);
	bench_assert_nothing_left();
	assert_int_equal(
		device_detach(bench_store, GUEST, DEVICE_DISK, 51712, false, 500, &failure), -1);
	assert_int_equal(failure.code, FAILURE_NOT_FOUND);
}

static void guest_that_holds_on_keeps_it_unless_forced(void **state)
{
	struct failure failure;

	bench_attach_raw(",xvda");
	bench_faults.busy_guest = true;
	assert_int_equal(device_detach(bench_store, GUEST, DEVICE_DISK, 51712, false, 50, &failure),
			 -1);
	assert_int_equal(failure.code, FAILURE_TIMEOUT);
	assert_true(fake_xenstore_has(FRONT "vbd/51712"));
	assert_int_equal(fake_host_loops(), 1);
	assert_int_equal(device_detach(bench_store, GUEST, DEVICE_DISK, 51712, true, 500, &failure),
			 0);
	bench_assert_nothing_left();
}

static void dead_domain_leaves_nothing(void **state)
{
	struct failure failure;

	bench_attach_raw(",xvda");
	assert_int_equal(bench_attach_vif("", &failure), 0);
	assert_int_equal(bench_attach_disk(",,hdc,,cdrom", &failure), 0);
	bench_faults.busy_guest = true;
	assert_int_equal(device_remove_all(bench_store, GUEST, 500, &failure), 0);
	bench_assert_nothing_left();
	assert_true(fake_xenstore_has("/libxl/7/type"));
	assert_int_equal(device_remove_all(bench_store, GUEST, 500, &failure), 0);
}

static void loop_device_of_another_file_is_left_alone(void **state)
{
	struct failure failure;

	bench_attach_raw(",xvda");
	fake_xenstore_set("/libxl/7/device/vbd/51712/file-identity", "file-1-2");
	assert_int_equal(device_remove_all(bench_store, GUEST, 500, &failure), 0);
	assert_int_equal(fake_host_loops(), 1);
}

static void removal_goes_in_steps(void **state)
{
	struct device_removal *removal;
	struct failure failure;
	int result;

	bench_attach_raw(",xvda");
	assert_int_equal(device_removal_begin(GUEST, 500, &removal, &failure), 0);
	assert_true(device_removal_fd(removal) >= 0);
	while (!(result = device_removal_step(removal, &failure)))
		;
	assert_int_equal(result, 1);
	device_removal_end(removal);
	bench_assert_nothing_left();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_set_up, bench_tear_down)

static const struct CMUnitTest tests[] = {
	TEST(guest_lets_go_of_a_device),  TEST(guest_that_holds_on_keeps_it_unless_forced),
	TEST(dead_domain_leaves_nothing), TEST(loop_device_of_another_file_is_left_alone),
	TEST(removal_goes_in_steps),
};

const struct bench_tests removal_tests = {tests, COUNT(tests)};
