/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Creation, its undo, destruction, restarts: on the machine of world.h. */
#include "libdom.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xen/sched.h>

#include "fake_xenstore.h"
#include "libdom/create.h"
#include "libdom/domain.h"
#include "libdom/ending.h"
#include "libdom/runtime.h"
#include "world.h"

static char folder[] = "/tmp/libdom-create.XXXXXX";
static struct store *store;
static struct made made;

#define FULL                                                                                \
	"name='web'; kernel='/proc/self/exe'; memory=64; vcpus=2; maxvcpus=3; cpus='0-1'; " \
	"cpu_weight=300\n"                                                                  \
	"disk=['phy:/dev/sda,xvda,w']; vif=['bridge=br0']; cpuid='host,sse3=0'\n"           \
	"rtc_timeoffset=5; tsc_mode='native'; pool='Pool-0'\n"

static int open_world(void **state)
{
	struct failure failure = {0};

	(void)state;
	if (!mkdtemp(folder) || setenv("TRESTLE_RUN", folder, 1))
		return -1;
	fake_xenstore_reset();
	return store_open(&store, &failure);
}

static int close_world(void **state)
{
	char *command = alloc_format("%s/domains", folder), *lock = alloc_format("%s/lock", folder);

	(void)state;
	store_close(store);
	remove(lock);
	remove(command);
	rmdir(folder);
	free(lock);
	free(command);
	return 0;
}

static int create(const char *text, struct failure *failure)
{
	struct create_request request = {.store = store, .attended = true};
	uint32_t domid;
	int ret;

	assert_int_equal(made_from(&made, "x", text), 0);
	request.plan = &made.plan;
	request.settings = &made.settings;
	*failure = (struct failure){0};
	ret = create_domain(&request, &domid, failure);
	if (!ret)
		assert_int_equal(domid, WORLD_DOMID);
	return ret;
}

static void assert_no_files(void)
{
	struct failure failure = {0};
	uint32_t *domids;
	size_t count;
	int lock;
	char *path = runtime_path("lock");

	assert_int_equal(runtime_list_states(&domids, &count, &failure), 0);
	assert_int_equal(count, 0);
	free(domids);
	assert_int_equal(runtime_try_lock(path, &lock), 0);
	runtime_unlock(lock);
	free(path);
}

static void destroy_and_check(void)
{
	struct failure failure = {0};

	assert_int_equal(domain_destroy(NULL, store, WORLD_DOMID, false, &failure), 0);
	assert_true(world_is_clean());
	assert_no_files();
}

static void create_leaves_a_running_guest(void **state)
{
	struct failure failure;
	struct runtime_state read;

	(void)state;
	world_reset();
	assert_int_equal(create(FULL, &failure), 0);
	assert_true(world.domain && !world.paused && world.introduced && world.devices);
	assert_false(world.kernel || world.claim);
	assert_int_equal(world.claimed_pages, 0);
	assert_int_equal(world.max_vcpus, 3);
	assert_int_equal(world.affinities, 3);
	assert_int_equal(world.max_memory_kib, 65 * 1024);
	assert_string_equal(fake_xenstore_get("/local/domain/7/name"), "web");
	assert_string_equal(fake_xenstore_get("/local/domain/7/memory/target"), "65536");
	assert_string_equal(fake_xenstore_get("/local/domain/7/cpu/1/availability"), "online");
	assert_string_equal(fake_xenstore_get("/local/domain/7/cpu/2/availability"), "offline");
	assert_string_equal(fake_xenstore_get("/local/domain/7/console/port"), "2");
	assert_string_equal(fake_xenstore_get("/local/domain/7/store/ring-ref"), "100");
	assert_string_equal(fake_xenstore_access("/local/domain/7"), "0,7");
	assert_string_equal(fake_xenstore_access("/local/domain/7/control/shutdown"), "7");
	assert_string_equal(fake_xenstore_access("/local/domain/7/data"), "7");
	assert_string_equal(fake_xenstore_access("/libxl/7"), "0");
	assert_int_equal(runtime_read_state(7, &read, &failure), 0);
	assert_true(read.complete && read.attended);
	plan_free(&read.plan);
	made_free(&made);
	destroy_and_check();
}

/* The heart of it: whichever call fails, nothing stays. */
static void create_that_fails_anywhere_leaves_nothing(void **state)
{
	struct failure failure;
	unsigned int fail_at = 1;
	int ret;

	(void)state;
	for (;; fail_at++) {
		world_reset();
		world.fail_at = fail_at;
		ret = create(FULL, &failure);
		made_free(&made);
		if (!ret)
			break;
		assert_true(failure.code != FAILURE_NONE && *failure.stage && *failure.cause);
		if (!world_is_clean())
			print_error("call %u: %s\n", fail_at, failure.stage);
		assert_true(world_is_clean());
		assert_no_files();
	}
	assert_true(fail_at > 20);
	destroy_and_check();
}

static void create_that_is_interrupted_leaves_nothing(void **state)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct failure failure;

	(void)state;
	for (size_t n = 0; n < sizeof(signals) / sizeof(signals[0]); n++) {
		world_reset();
		world.signal = signals[n];
		assert_int_equal(create(FULL, &failure), -1);
		made_free(&made);
		assert_string_equal(failure.cause, "interrupted by a signal");
		assert_string_equal(failure.stage, "building");
		assert_true(world_is_clean());
		assert_no_files();
	}
}

static void create_refuses_files_and_sizes_before_anything(void **state)
{
	struct failure failure;

	(void)state;
	world_reset();
	assert_int_equal(create("name='web'; kernel='/nonexistent'", &failure), -1);
	assert_int_equal(failure.code, FAILURE_NOT_FOUND);
	made_free(&made);
	assert_int_equal(
		create("name='web'; kernel='/proc/self/exe'; ramdisk='/nonexistent'", &failure),
		-1);
	assert_string_equal(failure.object, "/nonexistent");
	made_free(&made);
	assert_int_equal(create("name='web'; kernel='/proc/self/exe'; memory=7", &failure), -1);
	assert_string_equal(failure.cause, "kernel and ramdisk want 8 MiB, the guest has 7");
	made_free(&made);
	assert_int_equal(world.creations, 0);
	assert_true(world_is_clean());
}

static void create_refuses_a_name_in_use(void **state)
{
	struct failure failure;

	(void)state;
	world_reset();
	assert_int_equal(create("name='Domain-0'; kernel='/proc/self/exe'", &failure), -1);
	assert_int_equal(failure.code, FAILURE_BUSY);
	assert_string_equal(failure.cause, "domain 0 has this name");
	assert_true(world_is_clean());
	made_free(&made);
}

static void give_memory(void)
{
	world.free_pages =
		(1048576 - strtoull(fake_xenstore_get("/local/domain/0/memory/target"), NULL, 10)) /
		4;
}

static void create_takes_memory_of_dom0(void **state)
{
	struct failure failure;

	(void)state;
	world_reset();
	world.free_pages = 0;
	fake_xenstore_react(give_memory);
	assert_int_equal(create("name='web'; kernel='/proc/self/exe'; memory=64", &failure), 0);
	assert_string_equal(fake_xenstore_get("/local/domain/0/memory/target"), "978944");
	made_free(&made);
	fake_xenstore_react(NULL);
	destroy_and_check();
}

static void create_leaves_a_fixed_dom0_alone(void **state)
{
	struct failure failure;

	(void)state;
	world_reset();
	world.free_pages = 256;
	world.command_line = "console=com1 dom0_mem=512M";
	assert_int_equal(create("name='web'; kernel='/proc/self/exe'; memory=64", &failure), -1);
	assert_int_equal(failure.code, FAILURE_NO_MEMORY);
	assert_string_equal(failure.cause, "68 MiB of memory are needed, 1 MiB are free");
	assert_string_equal(fake_xenstore_get("/local/domain/0/memory/target"), "1048576");
	made_free(&made);
}

static void domain_is_renamed_everywhere(void **state)
{
	struct failure failure;
	struct runtime_state read;
	uint32_t domid = 0;

	(void)state;
	world_reset();
	assert_int_equal(create(FULL, &failure), 0);
	assert_int_equal(domain_rename(NULL, store, 7, "Domain-0", &failure), -1);
	assert_int_equal(failure.code, FAILURE_BUSY);
	assert_int_equal(domain_rename(NULL, store, 7, "12", &failure), -1);
	assert_int_equal(domain_rename(NULL, store, 7, "shop", &failure), 0);
	assert_int_equal(domain_find(NULL, store, "shop", &domid, &failure), 0);
	assert_int_equal(domid, 7);
	assert_int_equal(domain_find(NULL, store, "web", &domid, &failure), -1);
	assert_int_equal(failure.code, FAILURE_NOT_FOUND);
	assert_int_equal(runtime_read_state(7, &read, &failure), 0);
	assert_string_equal(read.plan.name, "shop");
	plan_free(&read.plan);
	made_free(&made);
	destroy_and_check();
}

static void shut_down_when_asked(void)
{
	if (!strcmp(fake_xenstore_get("/local/domain/7/control/shutdown"), "poweroff"))
		world.shut_down = true;
}

static void domain_that_is_asked_is_waited_for(void **state)
{
	const uint32_t domid = WORLD_DOMID;
	struct failure failure;

	(void)state;
	world_reset();
	assert_int_equal(create(FULL, &failure), 0);
	made_free(&made);
	fake_xenstore_react(shut_down_when_asked);
	assert_int_equal(domain_request(store, 7, "poweroff", &failure), 0);
	fake_xenstore_react(NULL);
	assert_int_equal(domain_wait(NULL, store, &domid, 1, false, &failure), 0);
	world.dying = true;
	assert_int_equal(domain_wait(NULL, store, &domid, 1, true, &failure), 0);
	destroy_and_check();
	assert_int_equal(domain_wait(NULL, store, &domid, 1, true, &failure), 0);
}

static void end_guest(const char *text, uint32_t reason)
{
	struct failure failure;

	world_reset();
	assert_int_equal(create(text, &failure), 0);
	world.shut_down = true;
	world.reason = reason;
	failure = (struct failure){0};
	assert_int_equal(ending_carry_out(NULL, store, &made.settings, 7, &failure), 0);
	made_free(&made);
}

static void ending_destroys_restarts_and_preserves(void **state)
{
	struct failure failure;
	struct runtime_state read;

	(void)state;
	end_guest(FULL, SHUTDOWN_poweroff);
	assert_true(world_is_clean());
	assert_no_files();
	end_guest(FULL, SHUTDOWN_reboot);
	assert_int_equal(world.creations, 2);
	assert_true(world.domain && !world.paused && !world.shut_down);
	assert_int_equal(runtime_read_state(7, &read, &failure), 0);
	assert_int_equal(read.restarted, 1);
	plan_free(&read.plan);
	destroy_and_check();
	end_guest(FULL "on_crash='preserve'", SHUTDOWN_crash);
	assert_true(world.domain && world.devices);
	assert_int_equal(runtime_read_state(7, &read, &failure), 0);
	assert_false(read.attended);
	plan_free(&read.plan);
	destroy_and_check();
}

static void ending_clears_what_a_dead_creator_left(void **state)
{
	struct runtime_state half = {.domid = 7};
	struct failure failure = {0};
	char *path = alloc_format("%s/domains/7.json", folder);
	json_t *json;

	(void)state;
	world_reset();
	assert_int_equal(create(FULL, &failure), 0);
	half.plan = made.plan;
	assert_int_equal(runtime_write_state(&half, &failure), 0);
	/* It lives: it is us. */
	assert_int_equal(ending_carry_out(NULL, store, &made.settings, 7, &failure), 0);
	assert_true(world.domain);
	json = json_load_file(path, 0, NULL);
	json_object_set_new(json, "creator_start", json_integer(1));
	json_dump_file(json, path, 0);
	json_decref(json);
	free(path);
	assert_int_equal(ending_carry_out(NULL, store, &made.settings, 7, &failure), 0);
	assert_true(world_is_clean());
	assert_no_files();
	made_free(&made);
}

/* What another tool made under the number of a guest of ours that nobody cleared away. */
static void ending_leaves_another_domain_of_the_number_alone(void **state)
{
	struct failure failure = {0};
	struct runtime_state read;

	(void)state;
	world_reset();
	assert_int_equal(create(FULL, &failure), 0);
	world.handle[0] ^= 1;
	assert_int_equal(ending_carry_out(NULL, store, &made.settings, 7, &failure), 0);
	assert_true(world.domain && world.devices && world.introduced);
	assert_true(store_has(store, "/local/domain/7/name"));
	assert_int_equal(runtime_read_state(7, &read, &failure), -1);
	assert_int_equal(failure.code, FAILURE_NOT_FOUND);
	destroy_and_check();
	made_free(&made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(create_leaves_a_running_guest),
		cmocka_unit_test(create_that_fails_anywhere_leaves_nothing),
		cmocka_unit_test(create_that_is_interrupted_leaves_nothing),
		cmocka_unit_test(create_refuses_files_and_sizes_before_anything),
		cmocka_unit_test(create_refuses_a_name_in_use),
		cmocka_unit_test(create_takes_memory_of_dom0),
		cmocka_unit_test(create_leaves_a_fixed_dom0_alone),
		cmocka_unit_test(domain_is_renamed_everywhere),
		cmocka_unit_test(domain_that_is_asked_is_waited_for),
		cmocka_unit_test(ending_destroys_restarts_and_preserves),
		cmocka_unit_test(ending_leaves_another_domain_of_the_number_alone),
		cmocka_unit_test(ending_clears_what_a_dead_creator_left),
	};

	return cmocka_run_group_tests(tests, open_world, close_world) + test_dump();
}
