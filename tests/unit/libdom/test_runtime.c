/* SPDX-License-Identifier: GPL-2.0-or-later */
/* State files and locks. */
#include "libdom.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libdom/runtime.h"

static char folder[] = "/tmp/libdom.XXXXXX";

static int open_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) && !setenv("TRESTLE_RUN", folder, 1) ? 0 : -1;
}

static int close_folder(void **state)
{
	char *command[] = {"domains/7.json",
			   "domains/9.json",
			   "domains/x.json",
			   "domains/7.lock",
			   "lock",
			   "domains",
			   ""};

	(void)state;
	for (size_t n = 0; n < sizeof(command) / sizeof(command[0]); n++) {
		char *path = alloc_format("%s/%s", folder, command[n]);

		remove(path);
		free(path);
	}
	return 0;
}

static void write_state(uint32_t domid, bool complete)
{
	struct made made;
	struct failure failure = {0};
	struct runtime_state runtime = {.domid = domid, .complete = complete, .attended = true};

	assert_int_equal(made_from(&made, "x", "name='web';kernel='/k';memory=64"), 0);
	runtime.plan = made.plan;
	assert_int_equal(runtime_write_state(&runtime, &failure), 0);
	made_free(&made);
}

static void runtime_states_are_written_read_and_listed(void **state)
{
	struct runtime_state read;
	struct failure failure = {0};
	uint32_t *domids;
	size_t count;

	(void)state;
	write_state(9, true);
	write_state(7, false);
	assert_int_equal(runtime_list_states(&domids, &count, &failure), 0);
	assert_int_equal(count, 2);
	assert_int_equal(domids[0], 7);
	assert_int_equal(domids[1], 9);
	free(domids);
	assert_int_equal(runtime_read_state(9, &read, &failure), 0);
	assert_true(read.complete && read.attended);
	assert_int_equal(read.creator, 0);
	assert_string_equal(read.plan.name, "web");
	plan_free(&read.plan);
	runtime_remove_state(9);
	assert_int_equal(runtime_read_state(9, &read, &failure), -1);
	assert_int_equal(failure.code, FAILURE_NOT_FOUND);
}

static void runtime_states_know_their_creator(void **state)
{
	struct runtime_state read;
	struct failure failure = {0};
	siginfo_t info;
	pid_t child;

	(void)state;
	write_state(7, false);
	assert_int_equal(runtime_read_state(7, &read, &failure), 0);
	assert_int_equal(read.creator, getpid());
	assert_int_equal(read.creator_start, runtime_find_start(getpid()));
	assert_true(read.creator_start > 0);
	assert_int_equal(runtime_find_start(0x7ffffff0), 0);
	child = fork();
	if (!child)
		_exit(0);
	waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT);
	assert_int_equal(runtime_find_start(child), 0);
	waitpid(child, NULL, 0);
	plan_free(&read.plan);
}

static void runtime_states_are_for_their_owner_only(void **state)
{
	char *path = alloc_format("%s/domains/7.json", folder);
	struct stat status;

	(void)state;
	write_state(7, true);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	free(path);
}

static void runtime_broken_states_are_refused(void **state)
{
	static const char *const texts[] = {"", "{", "[]", "{\"domid\": 7}", "{\"domid\": \"x\"}"};
	char *path = alloc_format("%s/domains/7.json", folder);
	struct runtime_state read;
	struct failure failure;

	(void)state;
	for (size_t n = 0; n < sizeof(texts) / sizeof(texts[0]); n++) {
		FILE *file = fopen(path, "w");

		failure = (struct failure){0};
		assert_non_null(file);
		fputs(texts[n], file);
		fclose(file);
		assert_int_equal(runtime_read_state(7, &read, &failure), -1);
		assert_int_equal(failure.code, FAILURE_GENERAL);
	}
	free(path);
}

static void runtime_locks_exclude(void **state)
{
	char *path = runtime_path("lock");
	struct failure failure = {0};
	int fd, other;

	(void)state;
	assert_int_equal(runtime_lock(NULL, &fd, &failure), 0);
	assert_int_equal(runtime_try_lock(path, &other), -1);
	runtime_unlock(fd);
	assert_int_equal(runtime_try_lock(path, &other), 0);
	runtime_unlock(other);
	free(path);
}

/* Not when the last descriptor is closed: that is told before the lock is free. */
static void runtime_locks_are_let_go_at_once(void **state)
{
	char *path = runtime_path("lock");
	struct failure failure = {0};
	int fd, copy, other;

	(void)state;
	assert_int_equal(runtime_lock(NULL, &fd, &failure), 0);
	copy = dup(fd);
	runtime_unlock(fd);
	assert_int_equal(runtime_try_lock(path, &other), 0);
	runtime_unlock(other);
	close(copy);
	assert_int_equal(runtime_lock_domain(7, &fd, &failure), 0);
	copy = dup(fd);
	runtime_unlock_domain(7, fd, false);
	assert_false(runtime_is_domain_locked(7));
	close(copy);
	free(path);
}

static void runtime_locks_of_gone_domains_vanish(void **state)
{
	char *path = alloc_format("%s/domains/7.lock", folder);
	struct failure failure = {0};
	int fd;

	(void)state;
	assert_int_equal(runtime_lock_domain(7, &fd, &failure), 0);
	assert_int_equal(access(path, F_OK), 0);
	runtime_unlock_domain(7, fd, false);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(runtime_lock_domain(7, &fd, &failure), 0);
	runtime_unlock_domain(7, fd, true);
	assert_int_equal(access(path, F_OK), -1);
	free(path);
}

int test_runtime(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runtime_states_are_written_read_and_listed),
		cmocka_unit_test(runtime_states_know_their_creator),
		cmocka_unit_test(runtime_states_are_for_their_owner_only),
		cmocka_unit_test(runtime_broken_states_are_refused),
		cmocka_unit_test(runtime_locks_exclude),
		cmocka_unit_test(runtime_locks_are_let_go_at_once),
		cmocka_unit_test(runtime_locks_of_gone_domains_vanish),
	};

	return cmocka_run_group_tests(tests, open_folder, close_folder);
}
