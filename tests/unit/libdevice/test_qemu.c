/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's disk back end: started, ended, and what it says when it fails; played by a script. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"
#include "libdom/device.h"
#include "libdom/qemu.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define BACK "/local/domain/0/backend/"

static const char good_qemu[] = "#!/usr/bin/python3\n"
				"import signal, socket, sys\n"
				"assert sys.argv[sys.argv.index('-machine') + 1] == 'xenpv'\n"
				"listener = socket.socket(fileno=3)\n"
				"peer, _ = listener.accept()\n"
				"peer.sendall(b'{\"QMP\": {\"version\": {}}}\\n')\n"
				"assert b'qmp_capabilities' in peer.recv(4096)\n"
				"peer.sendall(b'{\"return\": {}}\\n')\n"
				"signal.pause()\n";

static const char bad_qemu[] = "#!/usr/bin/python3\n"
			       "import sys\n"
			       "print('qemu-system-i386: something is wrong', file=sys.stderr)\n"
			       "sys.exit(1)\n";

/* Knows one image only, and says no to what it is told of another. */
static const char strict_qemu[] =
	"#!/usr/bin/python3\n"
	"import json, signal, socket\n"
	"listener = socket.socket(fileno=3)\n"
	"while True:\n"
	"    peer, _ = listener.accept()\n"
	"    peer.sendall(b'{\"QMP\": {\"version\": {}}}\\n')\n"
	"    for line in peer.makefile():\n"
	"        said = json.loads(line)\n"
	"        if said['execute'] == 'blockdev-add':\n"
	"            image = said['arguments']\n"
	"            assert image['driver'] == 'qcow2' and image['read-only'] is True\n"
	"            assert image['file']['read-only'] is True\n"
	"        bad = said['execute'] == 'blockdev-add' and 'xvdb' in image['file']['filename']\n"
	"        answer = {'error': {'class': 'GenericError', 'desc': 'Image is corrupt'}} if bad "
	"\\\n"
	"            else {'return': {}}\n"
	"        peer.sendall(json.dumps(answer).encode() + b'\\n')\n";

static void write_program(const char *text)
{
	static char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "%s/qemu", bench_folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fchmod(fileno(file), 0755);
	fclose(file);
	qemu_use_program(path);
}

static int attach_image(const char *vdev, struct failure *failure)
{
	static const uint8_t qcow2[] = {'Q', 'F', 'I', 0xfb, 0, 0, 0, 3};
	char text[200];

	snprintf(text, sizeof(text), "%s,qcow2,%s", bench_image(vdev, qcow2, 8), vdev);
	return bench_attach_disk(text, failure);
}

static void qemu_serves_all_images_of_a_guest(void **state)
{
	struct failure failure = {0};
	struct device_info info;
	char params[200];
	pid_t pid;

	bench_need_run();
	write_program(good_qemu);
	if (attach_image("xvda", &failure))
		fail_msg("%s: %s", failure.object, failure.cause);
	pid = device_qemu_pid(bench_store, GUEST);
	assert_int_equal(kill(pid, 0), 0);
	snprintf(params, sizeof(params), "qcow2:%s/xvda", bench_folder);
	assert_string_equal(fake_xenstore_get(BACK "qdisk/7/51712/params"), params);
	assert_string_equal(fake_xenstore_get("/local/domain/7/device/vbd/51712/backend"),
			    BACK "qdisk/7/51712");
	assert_int_equal(attach_image("xvdb", &failure), 0);
	assert_int_equal(device_qemu_pid(bench_store, GUEST), pid);
	assert_int_equal(device_find(bench_store, GUEST, DEVICE_DISK, "xvdb", &info, &failure), 0);
	assert_string_equal(info.format, "qcow2");
	snprintf(params, sizeof(params), "%s/xvdb", bench_folder);
	assert_string_equal(info.target, params);
	assert_int_equal(
		device_detach(bench_store, GUEST, DEVICE_DISK, 51712, false, 500, &failure), 0);
	assert_int_equal(kill(pid, 0), 0);
	assert_int_equal(
		device_detach(bench_store, GUEST, DEVICE_DISK, 51728, false, 500, &failure), 0);
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(device_qemu_pid(bench_store, GUEST), 0);
}

static void qemu_ends_with_its_guest(void **state)
{
	struct failure failure = {0};
	pid_t pid;

	bench_need_run();
	write_program(good_qemu);
	assert_int_equal(attach_image("xvda", &failure), 0);
	pid = device_qemu_pid(bench_store, GUEST);
	fake_xenstore_set("/local/domain/0/device-model/7/state", "running");
	assert_int_equal(device_remove_all(bench_store, GUEST, 500, &failure), 0);
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(fake_xenstore_count(BACK), 0);
	assert_int_equal(fake_xenstore_count("/libxl/7/device"), 0);
	assert_false(fake_xenstore_has("/libxl/7/qemu-pid"));
	assert_false(fake_xenstore_has("/local/domain/0/device-model"));
}

static void last_words_of_qemu_are_the_cause(void **state)
{
	struct failure failure = {0};

	bench_need_run();
	write_program(bad_qemu);
	assert_int_equal(attach_image("xvda", &failure), -1);
	assert_string_equal(failure.cause, "qemu-system-i386: something is wrong");
	assert_non_null(strstr(failure.next, "qemu-dm-web.log"));
	assert_int_equal(fake_xenstore_count(BACK), 0);
	assert_false(fake_xenstore_has("/libxl/7/qemu-pid"));
}

static void image_that_qemu_refuses_is_told_at_once(void **state)
{
	struct failure failure = {0};

	bench_need_run();
	bench_faults.no_driver = true;
	write_program(good_qemu);
	assert_int_equal(attach_image("xvda", &failure), -1);
	assert_int_equal(failure.code, FAILURE_GENERAL);
	assert_non_null(strstr(failure.object, "xvda"));
	assert_int_equal(fake_xenstore_count(BACK), 0);
}

static int attach_frozen(const char *vdev, struct failure *failure)
{
	static const uint8_t qcow2[] = {'Q', 'F', 'I', 0xfb, 0, 0, 0, 3};
	char text[200];

	snprintf(text, sizeof(text), "%s,qcow2,%s,r", bench_image(vdev, qcow2, 8), vdev);
	return bench_attach_disk(text, failure);
}

/* By one that starts and by one that runs; the stand-in's store has the back end come up. */
static void qemu_is_told_of_images_that_it_shall_not_write(void **state)
{
	struct failure failure = {0};

	bench_need_run();
	write_program(strict_qemu);
	assert_int_equal(attach_frozen("xvda", &failure), 0);
	assert_string_equal(fake_xenstore_get(BACK "qdisk/7/51712/online"), "0");
	assert_string_equal(fake_xenstore_get(BACK "qdisk/7/51712/mode"), "r");
	bench_faults.no_driver = true;
	assert_int_equal(attach_frozen("xvdb", &failure), -1);
	assert_string_equal(failure.cause, "Image is corrupt");
	bench_faults.no_driver = false;
	assert_int_equal(attach_frozen("xvdc", &failure), 0);
	assert_int_equal(device_remove_all(bench_store, GUEST, 500, &failure), 0);
}

static void number_of_another_process_is_not_its_qemu(void **state)
{
	assert_int_equal(qemu_find_running(getpid(), GUEST), -1);
	assert_int_equal(qemu_find_running(0, GUEST), -1);
	assert_int_equal(qemu_find_running(1, GUEST), -1);
}

static int tear_down(void **state)
{
	qemu_use_program(NULL);
	return bench_tear_down(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_set_up, tear_down)

static const struct CMUnitTest tests[] = {
	TEST(qemu_serves_all_images_of_a_guest),
	TEST(qemu_ends_with_its_guest),
	TEST(last_words_of_qemu_are_the_cause),
	TEST(image_that_qemu_refuses_is_told_at_once),
	TEST(qemu_is_told_of_images_that_it_shall_not_write),
	TEST(number_of_another_process_is_not_its_qemu),
};

const struct bench_tests qemu_tests = {tests, COUNT(tests)};
