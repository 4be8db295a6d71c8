/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest with back ends that answer, images, the fake host. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "libdom/device.h"

struct store *bench_store;
char bench_folder[] = "/tmp/libdevice.XXXXXX";
struct bench_faults bench_faults;
bool bench_has_run;

void bench_need_run(void)
{
	if (bench_has_run)
		return;
	print_message("skipped: a /run of its own needs root\n");
	skip();
}

#define BACK "/local/domain/0/backend/"
#define FRONT "/local/domain/7/device/"

static bool is_type(const char *path, const char *type)
{
	char prefix[64];

	snprintf(prefix, sizeof(prefix), "/local/domain/0/backend/%s/", type);
	return strncmp(path, prefix, strlen(prefix)) == 0;
}

static void set_near(const char *state_path, const char *name, const char *value)
{
	char path[256];

	snprintf(path, sizeof(path), "%.*s%s", (int)(strlen(state_path) - strlen("state")),
		 state_path, name);
	if (strcmp(fake_xenstore_get(path), value) != 0)
		fake_xenstore_set(path, value);
}

static void break_disk(const char *path)
{
	char error[256];

	snprintf(error, sizeof(error), "/local/domain/0/error/backend/%.*serror",
		 (int)(strlen(path) - strlen("/local/domain/0/backend/") - strlen("state")),
		 path + strlen("/local/domain/0/backend/"));
	if (!fake_xenstore_has(error)) {
		fake_xenstore_set(error, "-2 creating vbd structure");
		set_near(path, "state", "5");
	}
}

static void offer(const char *path)
{
	unsigned int domid, devid;
	char interface[32];

	if (bench_faults.no_driver)
		return;
	if (bench_faults.broken_disk && is_type(path, "vbd")) {
		break_disk(path);
		return;
	}
	if (is_type(path, "qdisk") && !fake_xenstore_has("/libxl/7/qemu-pid"))
		return;
	set_near(path, "state", "2");
	if (bench_faults.no_interface ||
	    sscanf(path, "/local/domain/0/backend/vif/%u/%u/", &domid, &devid) != 2)
		return;
	snprintf(interface, sizeof(interface), "vif%u.%u", domid, devid);
	fake_host_add_interface(interface);
}

/* With the guest's consent, or without its front end. */
static void let_go(const char *path)
{
	char frontend[256];

	snprintf(frontend, sizeof(frontend), "%.*sfrontend", (int)(strlen(path) - strlen("state")),
		 path);
	if (bench_faults.busy_guest && fake_xenstore_has(fake_xenstore_get(frontend)))
		return;
	set_near(path, "state", "6");
	if (!is_type(path, "qdisk"))
		return;
	/* QEMU takes its nodes away. */
	snprintf(frontend, sizeof(frontend), "%.*s", (int)(strlen(path) - strlen("/state")), path);
	fake_xenstore_remove(frontend);
}

static void follow_state(const char *path, const char *value)
{
	if (strncmp(path, "/local/domain/0/backend/", 24) != 0)
		return;
	if (strcmp(value, "1") == 0)
		offer(path);
	else if (strcmp(value, "5") == 0)
		let_go(path);
}

static void react(void)
{
	fake_xenstore_each("/state", follow_state);
}

int bench_set_up(void **state)
{
	struct failure failure;

	fake_xenstore_reset();
	fake_host_reset();
	memset(&bench_faults, 0, sizeof(bench_faults));
	fake_xenstore_set("/local/domain/7", "");
	fake_xenstore_set("/local/domain/7/device", "");
	fake_xenstore_set("/libxl/7/type", "pv");
	fake_xenstore_react(react);
	strcpy(bench_folder, "/tmp/libdevice.XXXXXX");
	return !mkdtemp(bench_folder) || store_open(&bench_store, &failure);
}

int bench_tear_down(void **state)
{
	char command[64];

	store_close(bench_store);
	snprintf(command, sizeof(command), "rm -r %s", bench_folder);
	return system(command);
}

const char *bench_image(const char *name, const void *head, size_t bytes)
{
	static char paths[8][64];
	static unsigned int next;
	char *path = paths[next++ % 8];
	FILE *file;

	snprintf(path, sizeof(paths[0]), "%s/%s", bench_folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(head, 1, bytes, file), bytes);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(truncate(path, 1 << 20), 0);
	return path;
}

void bench_parse_disk(const char *text, struct disk_spec *disk)
{
	struct spec_error error = {0};

	if (disk_parse(text, disk, &error))
		fail_msg("%s: %u: %s", text, error.column, error.text);
}

void bench_parse_vif(const char *text, struct vif_spec *vif)
{
	struct spec_error error = {0};

	if (vif_parse(text, vif, &error))
		fail_msg("%s: %u: %s", text, error.column, error.text);
}

int bench_attach_disk(const char *text, struct failure *failure)
{
	struct device_request request = {.domid = GUEST,
					 .name = "web",
					 .nr_disks = 1,
					 .log_directory = bench_folder,
					 .timeout_ms = 500};
	struct disk_spec disk;

	bench_parse_disk(text, &disk);
	if (disk_resolve(&disk, failure))
		return -1;
	request.disks = &disk;
	return device_attach(bench_store, &request, failure);
}

void bench_attach_raw(const char *rest)
{
	char text[200];
	struct failure failure = {0};

	snprintf(text, sizeof(text), "%s,%s", bench_image("disk", "x", 1), rest);
	if (bench_attach_disk(text, &failure))
		fail_msg("%s: %s", failure.object, failure.cause);
}

int bench_attach_vif(const char *text, struct failure *failure)
{
	static const uint8_t uuid[16] = {1};
	struct device_request request = {
		.domid = GUEST, .name = "web", .nr_vifs = 1, .timeout_ms = 100};
	struct vif_spec vif;

	bench_parse_vif(text, &vif);
	request.vifs = &vif;
	if (vif_complete(&vif, 1, uuid, NULL, failure))
		return -1;
	return device_attach(bench_store, &request, failure);
}

void bench_assert_nothing_left(void)
{
	if (fake_xenstore_count(BACK) || fake_xenstore_count(FRONT) ||
	    fake_xenstore_count("/libxl/7/device") ||
	    fake_xenstore_count("/local/domain/0/error")) {
		fake_xenstore_dump();
		fail_msg("nodes are left");
	}
	assert_int_equal(fake_host_loops(), 0);
}
