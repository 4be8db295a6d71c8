/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices attached, listed, detached and removed, with back ends that answer or do not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench.h"
#include "libdom/device.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define BACK "/local/domain/0/backend/"
#define FRONT "/local/domain/7/device/"

static void assert_node(const char *path, const char *value)
{
	if (strcmp(fake_xenstore_get(path), value) != 0)
		fail_msg("%s is '%s', not '%s'", path, fake_xenstore_get(path), value);
}

static void disk_has_the_nodes_of_both_ends(void **state)
{
	bench_attach_raw(",xvda");
	assert_node(FRONT "vbd/51712/backend", BACK "vbd/7/51712");
	assert_node(FRONT "vbd/51712/backend-id", "0");
	assert_node(FRONT "vbd/51712/state", "1");
	assert_node(FRONT "vbd/51712/virtual-device", "51712");
	assert_node(FRONT "vbd/51712/device-type", "disk");
	assert_node(FRONT "vbd/51712/trusted", "1");
	assert_node(BACK "vbd/7/51712/frontend", FRONT "vbd/51712");
	assert_node(BACK "vbd/7/51712/frontend-id", "7");
	assert_node(BACK "vbd/7/51712/state", "2");
	assert_node(BACK "vbd/7/51712/online", "1");
	assert_node(BACK "vbd/7/51712/mode", "w");
	assert_node(BACK "vbd/7/51712/type", "phy");
	assert_node(BACK "vbd/7/51712/dev", "xvda");
	assert_node(BACK "vbd/7/51712/physical-device", "7:0");
	assert_node(BACK "vbd/7/51712/node", "/dev/loop0");
	assert_node(BACK "vbd/7/51712/discard-enable", "1");
	assert_node(BACK "vbd/7/51712/hotplug-status", "connected");
	assert_node("/libxl/7/device/vbd/51712/backend", BACK "vbd/7/51712");
	assert_node("/libxl/7/device/vbd/51712/dev", "xvda");
}

static void each_end_owns_its_directory(void **state)
{
	bench_attach_raw(",xvda");
	assert_string_equal(fake_xenstore_access(FRONT "vbd/51712"), "7,0");
	assert_string_equal(fake_xenstore_access(FRONT "vbd/51712/state"), "7,0");
	assert_string_equal(fake_xenstore_access(BACK "vbd/7/51712"), "0,7");
	assert_string_equal(fake_xenstore_access(BACK "vbd/7/51712/params"), "0,7");
	assert_string_equal(fake_xenstore_access("/libxl/7/device/vbd/51712"), "0");
}

static void nodes_of_all_devices_are_one_transaction(void **state)
{
	static const uint8_t uuid[16] = {1};
	struct disk_spec disks[2];
	struct vif_spec vif;
	struct device_request request = {.domid = GUEST,
					 .name = "web",
					 .disks = disks,
					 .nr_disks = 2,
					 .vifs = &vif,
					 .nr_vifs = 1,
					 .timeout_ms = 1000};
	struct failure failure;
	char text[200];
	unsigned int before;

	for (int i = 0; i < 2; i++) {
		snprintf(text, sizeof(text), "%s,,xvd%c", bench_image(i ? "b" : "a", "x", 1),
			 'a' + i);
		bench_parse_disk(text, &disks[i]);
		assert_int_equal(disk_resolve(&disks[i], &failure), 0);
	}
	bench_parse_vif("", &vif);
	assert_int_equal(vif_complete(&vif, 1, uuid, NULL, &failure), 0);
	before = fake_xenstore_commits();
	assert_int_equal(device_attach(bench_store, &request, &failure), 0);
	/* One for all devices, one that says that the interface is connected. */
	assert_int_equal(fake_xenstore_commits(), before + 2);
	assert_int_equal(fake_host_loops(), 2);
}

static void read_only_disk_says_so(void **state)
{
	bench_attach_raw("raw,xvda,r");
	assert_node(BACK "vbd/7/51712/mode", "r");
	assert_false(fake_xenstore_has(BACK "vbd/7/51712/discard-enable"));
}

static void options_reach_the_back_end(void **state)
{
	bench_attach_raw("raw,xvda,w!,no-discard,direct-io-safe,untrusted");
	assert_node(BACK "vbd/7/51712/mode", "w!");
	assert_node(BACK "vbd/7/51712/discard-enable", "0");
	assert_node(BACK "vbd/7/51712/direct-io-safe", "1");
	assert_node(FRONT "vbd/51712/trusted", "0");
}

static void empty_drive_is_recorded_only(void **state)
{
	struct failure failure;
	struct device_info info;

	assert_int_equal(bench_attach_disk(",,hdc,,cdrom", &failure), 0);
	assert_false(fake_xenstore_has(FRONT "vbd"));
	assert_false(fake_xenstore_has(BACK "vbd"));
	assert_int_equal(device_find(bench_store, GUEST, DEVICE_DISK, "hdc", &info, &failure), 0);
	assert_true(info.cdrom);
	assert_string_equal(info.format, "empty");
}

static void change_disc(const char *text)
{
	struct device_request guest = {.domid = GUEST, .name = "web", .timeout_ms = 500};
	struct disk_spec disc;
	struct failure failure = {0};

	bench_parse_disk(text, &disc);
	if (device_change_disc(bench_store, &guest, &disc, &failure))
		fail_msg("%s: %s", failure.object, failure.cause);
}

static void disc_is_inserted_and_ejected(void **state)
{
	struct failure failure;
	char text[200];

	bench_need_run();
	assert_int_equal(bench_attach_disk(",,hdc,,cdrom", &failure), 0);
	snprintf(text, sizeof(text), "%s,,hdc,,cdrom", bench_image("a.iso", "x", 1));
	change_disc(text);
	assert_node(FRONT "vbd/5632/device-type", "cdrom");
	assert_node(BACK "vbd/7/5632/state", "2");
	assert_int_equal(fake_host_loops(), 1);
	change_disc(",,hdc,,cdrom");
	assert_false(fake_xenstore_has(FRONT "vbd"));
	assert_false(fake_xenstore_has(BACK "vbd"));
	assert_int_equal(fake_host_loops(), 0);
	assert_true(fake_xenstore_has("/libxl/7/device/vbd/5632"));
}

static void interface_is_plugged_when_it_comes(void **state)
{
	struct failure failure;

	assert_int_equal(
		bench_attach_vif("mac=00:16:3e:01:02:03,vifname=web0,rate=10Mb/s", &failure), 0);
	assert_string_equal(fake_host_plugged(), "xenbr0 1500 web0");
	assert_node(BACK "vif/7/0/hotplug-status", "connected");
	assert_node(BACK "vif/7/0/mac", "00:16:3e:01:02:03");
	assert_node(BACK "vif/7/0/bridge", "xenbr0");
	assert_node(BACK "vif/7/0/rate", "62500,50000");
	assert_node(BACK "vif/7/0/script", "/etc/xen/scripts/vif-bridge");
	assert_node(BACK "vif/7/0/handle", "0");
	assert_node(FRONT "vif/0/mac", "00:16:3e:01:02:03");
	assert_node(FRONT "vif/0/mtu", "1500");
	assert_false(fake_xenstore_has(BACK "vif/7/0/multi-queue-max-queues"));
}

static void missing_bridge_leaves_nothing(void **state)
{
	struct failure failure;

	assert_int_equal(bench_attach_vif("bridge=nosuch", &failure), -1);
	assert_int_equal(failure.code, FAILURE_NOT_FOUND);
	assert_int_equal(fake_xenstore_count(BACK), 0);
	assert_int_equal(fake_xenstore_count(FRONT "vif"), 0);
}

static void failure_of_a_back_end_is_undone_and_told(void **state)
{
	struct failure failure;
	char text[200];

	bench_faults.broken_disk = true;
	snprintf(text, sizeof(text), "%s,,xvda", bench_image("disk", "x", 1));
	assert_int_equal(bench_attach_disk(text, &failure), -1);
	assert_non_null(strstr(failure.cause, "creating vbd structure"));
	assert_non_null(strstr(failure.object, "xvda"));
	bench_assert_nothing_left();
}

static void silent_back_end_is_a_timeout(void **state)
{
	struct failure failure;
	char text[200];

	bench_faults.no_driver = true;
	snprintf(text, sizeof(text), "%s,,xvda", bench_image("disk", "x", 1));
	assert_int_equal(bench_attach_disk(text, &failure), -1);
	assert_int_equal(failure.code, FAILURE_TIMEOUT);
	assert_non_null(strstr(failure.next, "xen-blkback"));
	bench_assert_nothing_left();
}

static void interface_that_never_comes_is_a_timeout(void **state)
{
	struct failure failure;

	bench_faults.no_interface = true;
	assert_int_equal(bench_attach_vif("", &failure), -1);
	assert_int_equal(failure.code, FAILURE_TIMEOUT);
	bench_assert_nothing_left();
}

static void missing_loop_device_leaves_nothing(void **state)
{
	struct failure failure;
	char text[200];

	fake_host_refuse_loops();
	snprintf(text, sizeof(text), "%s,,xvda", bench_image("disk", "x", 1));
	assert_int_equal(bench_attach_disk(text, &failure), -1);
	assert_non_null(strstr(failure.next, "loop"));
	bench_assert_nothing_left();
}

static void device_is_attached_once(void **state)
{
	struct failure failure;
	char text[200];

	bench_attach_raw(",xvda");
	snprintf(text, sizeof(text), "%s,,xvda", bench_image("other", "x", 1));
	assert_int_equal(bench_attach_disk(text, &failure), -1);
	assert_int_equal(failure.code, FAILURE_BUSY);
	assert_node(BACK "vbd/7/51712/state", "2");
	assert_int_equal(fake_host_loops(), 1);
}

static void lists_say_what_tools_print(void **state)
{
	struct device_info *list, info;
	struct failure failure;
	size_t count;

	bench_attach_raw(",xvdb");
	bench_attach_raw(",xvda");
	fake_xenstore_set(FRONT "vbd/51712/event-channel", "9");
	fake_xenstore_set(FRONT "vbd/51712/ring-ref", "8");
	fake_xenstore_set(FRONT "vbd/51728/queue-0/ring-ref0", "5");
	assert_int_equal(device_list(bench_store, GUEST, DEVICE_DISK, &list, &count, &failure), 0);
	assert_int_equal(count, 2);
	assert_int_equal(list[0].devid, 51712);
	assert_string_equal(list[0].vdev, "xvda");
	assert_string_equal(list[0].backend_type, "vbd");
	assert_string_equal(list[0].backend_path, BACK "vbd/7/51712");
	assert_int_equal(list[0].frontend_state, 1);
	assert_int_equal(list[0].backend_state, 2);
	assert_int_equal(list[0].event_channel, 9);
	assert_int_equal(list[0].ring_ref, 8);
	assert_int_equal(list[1].event_channel, -1);
	assert_int_equal(list[1].ring_ref, 5);
	assert_string_equal(list[1].format, "raw");
	free(list);
	assert_int_equal(device_find(bench_store, GUEST, DEVICE_DISK, "51728", &info, &failure), 0);
	assert_string_equal(info.vdev, "xvdb");
	assert_int_equal(bench_attach_vif("mac=00:16:3e:aa:02:03", &failure), 0);
	assert_int_equal(
		device_find(bench_store, GUEST, DEVICE_VIF, "00:16:3E:AA:02:03", &info, &failure),
		0);
	assert_string_equal(info.interface, "vif7.0");
}

static void script_is_run_with_its_environment(void **state)
{
	char path[100], text[300];
	struct failure failure;
	FILE *script;

	snprintf(path, sizeof(path), "%s/script", bench_folder);
	script = fopen(path, "w");
	fprintf(script, "#!/usr/bin/python3\nimport os, sys\n"
			"good = sys.argv[1] == 'add' and os.environ['XENBUS_PATH'] == "
			"'backend/vbd/7/51712' and os.environ['script'] == sys.argv[0]\n"
			"sys.exit(3 if good else 4)\n");
	fchmod(fileno(script), 0755);
	fclose(script);
	snprintf(text, sizeof(text), "thing,,xvda,script=%s", path);
	assert_int_equal(bench_attach_disk(text, &failure), -1);
	assert_string_equal(failure.cause, "its script ended with 3");
	bench_assert_nothing_left();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_set_up, bench_tear_down)

static const struct CMUnitTest tests[] = {
	TEST(disk_has_the_nodes_of_both_ends),
	TEST(each_end_owns_its_directory),
	TEST(nodes_of_all_devices_are_one_transaction),
	TEST(read_only_disk_says_so),
	TEST(options_reach_the_back_end),
	TEST(empty_drive_is_recorded_only),
	TEST(disc_is_inserted_and_ejected),
	TEST(interface_is_plugged_when_it_comes),
	TEST(missing_bridge_leaves_nothing),
	TEST(failure_of_a_back_end_is_undone_and_told),
	TEST(silent_back_end_is_a_timeout),
	TEST(interface_that_never_comes_is_a_timeout),
	TEST(missing_loop_device_leaves_nothing),
	TEST(device_is_attached_once),
	TEST(lists_say_what_tools_print),
	TEST(script_is_run_with_its_environment),
};

const struct bench_tests device_tests = {tests, COUNT(tests)};
