/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The monitor as a process of its own, over the machine of world.h; its deeds are this program again.
 */
#include "libdom.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uuid/uuid.h>

#include "fake_xenstore.h"
#include "libdom/monitor_client.h"
#include "libdom/runtime.h"
#include "monitor/monitor.h"
#include "world.h"

static char folder[] = "/tmp/libdom-monitor.XXXXXX";
static pid_t monitor;

/* What `tl domain-ended DOMID' is here: it leaves a mark. */
static int be_deed(const char *domid)
{
	char *path = runtime_path("deeds");
	FILE *file = fopen(path, "a");

	fprintf(file, "%s ", domid);
	fclose(file);
	free(path);
	if (getenv("TEST_FAIL"))
		return 1;
	runtime_remove_state((uint32_t)atoi(domid));
	return 0;
}

static void write_state(uint32_t domid, bool complete, bool attended)
{
	struct runtime_state runtime = {.domid = domid, .complete = complete, .attended = attended};
	struct failure failure = {0};
	struct made made;
	uuid_t uuid;

	assert_int_equal(made_from(&made, "x", "name='web'; kernel='/k'"), 0);
	runtime.plan = made.plan;
	uuid_parse(made.plan.uuid, uuid);
	memcpy(world.handle, uuid, 16);
	assert_int_equal(runtime_write_state(&runtime, &failure), 0);
	made_free(&made);
}

static void start_monitor(void)
{
	struct failure failure = {0};
	int pipes[2];
	char byte;

	assert_int_equal(pipe(pipes), 0);
	monitor = fork();
	if (!monitor)
		_exit(monitor_run(pipes[1], &failure) ? (int)failure.code : 0);
	close(pipes[1]);
	assert_int_equal(read(pipes[0], &byte, 1), 1);
	close(pipes[0]);
}

static json_t *ask(const char *word)
{
	struct failure failure = {0};
	json_t *question = json_pack("{s:b}", word, 1), *answer = NULL;

	assert_int_equal(monitor_ask(question, &answer, &failure), 0);
	json_decref(question);
	return answer;
}

static int stop_monitor(void)
{
	int status;

	json_decref(ask("stop"));
	assert_int_equal(waitpid(monitor, &status, 0), monitor);
	monitor = 0;
	return WEXITSTATUS(status);
}

static char *read_deeds(void)
{
	char *path = runtime_path("deeds"), *text = calloc(1, 256);
	FILE *file = fopen(path, "r");

	if (file) {
		text[fread(text, 1, 255, file)] = '\0';
		fclose(file);
	}
	free(path);
	return text;
}

/* Up to twenty seconds. */
static void assert_deeds(const char *expected)
{
	char *text = read_deeds();

	for (int n = 0; n < 1000 && strcmp(text, expected); n++) {
		usleep(20000);
		free(text);
		text = read_deeds();
	}
	assert_string_equal(text, expected);
	free(text);
}

/* What a failed case left running. */
static int tear_down(void **state)
{
	(void)state;
	if (monitor > 0) {
		kill(monitor, SIGKILL);
		waitpid(monitor, NULL, 0);
	}
	monitor = 0;
	return 0;
}

static int set_up(void **state)
{
	char *path = runtime_path("deeds");

	(void)state;
	unlink(path);
	free(path);
	unsetenv("TEST_FAIL");
	runtime_remove_state(WORLD_DOMID);
	world_reset();
	world.domain = true;
	return 0;
}

static void monitor_acts_on_what_ended_before_it_came(void **state)
{
	(void)state;
	world.shut_down = true;
	write_state(WORLD_DOMID, true, true);
	start_monitor();
	assert_deeds("7 ");
	assert_int_equal(stop_monitor(), 0);
}

static void monitor_leaves_others_alone(void **state)
{
	json_t *answer;

	(void)state;
	world.shut_down = true;
	write_state(WORLD_DOMID, true, false);
	start_monitor();
	answer = ask("list");
	assert_int_equal(json_array_size(json_object_get(answer, "deeds")), 0);
	json_decref(answer);
	assert_deeds("");
	assert_int_equal(stop_monitor(), 0);
}

static void monitor_clears_after_a_killed_creator(void **state)
{
	int pipes[2], status;
	pid_t creator;
	char byte;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	start_monitor();
	creator = fork();
	if (!creator) {
		write_state(WORLD_DOMID, false, true);
		status = (int)write(pipes[1], "x", 1);
		pause();
		_exit(status);
	}
	assert_int_equal(read(pipes[0], &byte, 1), 1);
	json_decref(ask("ping"));
	assert_deeds("");
	kill(creator, SIGKILL);
	waitpid(creator, &status, 0);
	assert_deeds("7 ");
	assert_int_equal(stop_monitor(), 0);
	close(pipes[0]);
	close(pipes[1]);
}

static void monitor_does_not_repeat_what_failed(void **state)
{
	json_t *answer, *deeds;

	(void)state;
	setenv("TEST_FAIL", "1", 1);
	world.shut_down = true;
	write_state(WORLD_DOMID, true, true);
	start_monitor();
	assert_deeds("7 ");
	for (int n = 0; n < 100; n++) {
		answer = ask("list");
		deeds = json_object_get(answer, "deeds");
		assert_int_equal(json_array_size(deeds), 1);
		if (!json_integer_value(json_object_get(json_array_get(deeds, 0), "pid")))
			break;
		json_decref(answer);
		answer = NULL;
		usleep(20000);
	}
	assert_non_null(answer);
	json_decref(answer);
	write_state(8, true, true);
	json_decref(ask("ping"));
	runtime_remove_state(8);
	assert_int_equal(stop_monitor(), 0);
}

static void monitor_makes_way_for_the_next(void **state)
{
	pid_t first;
	int status;

	(void)state;
	start_monitor();
	first = monitor;
	start_monitor();
	assert_int_equal(waitpid(first, &status, 0), first);
	assert_int_equal(status, 0);
	json_decref(ask("ping"));
	assert_int_equal(stop_monitor(), 0);
}

static void monitor_refuses_nonsense(void **state)
{
	struct failure failure = {0};
	json_t *question = json_pack("{s:b}", "hello", 1), *answer;

	(void)state;
	start_monitor();
	assert_int_equal(monitor_ask(question, &answer, &failure), -1);
	assert_string_equal(failure.cause, "this is no question to the monitor");
	assert_int_equal(stop_monitor(), 0);
	assert_int_equal(monitor_ask(question, &answer, &failure), -1);
	json_decref(question);
	assert_string_equal(failure.cause, "it does not run");
}

/* This program is the `tl' beside the monitor. */
static int link_self(void)
{
	char path[256] = "", *name = alloc_format("%s/tl", folder);
	int ret = readlink("/proc/self/exe", path, sizeof(path) - 1) < 0 || symlink(path, name);

	free(name);
	return ret;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(monitor_acts_on_what_ended_before_it_came, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(monitor_leaves_others_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(monitor_clears_after_a_killed_creator, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(monitor_does_not_repeat_what_failed, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(monitor_makes_way_for_the_next, set_up, tear_down),
		cmocka_unit_test_setup_teardown(monitor_refuses_nonsense, set_up, tear_down),
	};
	char *command;
	int ret;

	if (argc == 3 && !strcmp(argv[1], "domain-ended"))
		return be_deed(argv[2]);
	if (!mkdtemp(folder) || setenv("TRESTLE_RUN", folder, 1) ||
	    setenv("TRESTLE_TOOLS", folder, 1) || link_self())
		return 1;
	ret = cmocka_run_group_tests(tests, NULL, NULL);
	command = alloc_format("rm -r %s", folder);
	ret |= system(command);
	free(command);
	return ret;
}
