/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The console against a consoled of one client, and the plan of a guest whose devices change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libdom/runtime.h"
#include "tl/console_stream.h"
#include "tl/saved_plan.h"

#include "../libdom/libdom.h"

static char directory[] = "/tmp/test-tl-XXXXXX";

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	return setenv("TRESTLE_RUN", directory, 1);
}

static int tear_down(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", directory);
	return system(command);
}

static int listen_here(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/console.sock", directory);
	unlink(address.sun_path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

/* Answers, says text, and gives back all it is told after the request, to `report'. */
static void serve(int listener, const char *answer, int report)
{
	int fd = accept(listener, NULL, NULL);
	char piece[4096];
	ssize_t got;

	got = read(fd, piece, sizeof(piece));
	if (got <= 0 || !memchr(piece, '\n', (size_t)got) || write(fd, answer, strlen(answer)) < 0)
		_exit(1);
	while ((got = read(fd, piece, sizeof(piece))) > 0)
		if (write(report, piece, (size_t)got) < 0)
			_exit(1);
	_exit(0);
}

static pid_t start_consoled(const char *answer, int *report)
{
	int listener = listen_here(), pipes[2];
	pid_t pid;

	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	if (!pid) {
		close(pipes[0]);
		serve(listener, answer, pipes[1]);
	}
	close(listener);
	close(pipes[1]);
	*report = pipes[0];
	return pid;
}

/* Standard input says `input'; what comes to standard output is put into output. */
static int run_console(const char *input, char *output, size_t bytes, struct failure *failure)
{
	int in[2], out[2], saved_in = dup(0), saved_out = dup(1), fd, ret;
	ssize_t got;

	assert_int_equal(pipe(in) || pipe(out), 0);
	assert_int_equal(write(in[1], input, strlen(input)), strlen(input));
	close(in[1]);
	fflush(stdout);
	dup2(in[0], 0);
	dup2(out[1], 1);
	ret = console_stream_open(json_pack("{s:i}", "attach", 1), &fd, failure);
	if (!ret)
		ret = console_stream_run(fd, false, failure);
	dup2(saved_in, 0);
	dup2(saved_out, 1);
	close(saved_in);
	close(saved_out);
	close(in[0]);
	close(out[1]);
	got = read(out[0], output, bytes - 1);
	close(out[0]);
	output[got > 0 ? got : 0] = '\0';
	return ret;
}

static void assert_told(int report, pid_t pid, const char *expected)
{
	char text[64] = "";
	ssize_t got = read(report, text, sizeof(text) - 1);

	assert_int_equal(got < 0 ? 0 : (size_t)got, strlen(expected));
	assert_string_equal(text, expected);
	close(report);
	waitpid(pid, NULL, 0);
}

static void escape_detaches_after_what_came_before(void **state)
{
	struct failure failure = {0};
	char output[64];
	int report;
	pid_t pid = start_consoled("{\"ok\":true}\n", &report);

	(void)state;
	assert_int_equal(run_console("ls\n\035rest", output, sizeof(output), &failure), 0);
	assert_told(report, pid, "ls\n");
}

static void console_is_shown_past_the_end_of_input(void **state)
{
	struct failure failure = {0};
	char output[64];
	int report;
	pid_t pid = start_consoled("{\"ok\":true,\"name\":\"web\"}\nlogin: ", &report);

	(void)state;
	assert_int_equal(run_console("root\n", output, sizeof(output), &failure), 0);
	assert_string_equal(output, "login: ");
	assert_told(report, pid, "root\n");
}

static void refusals_are_told(void **state)
{
	struct failure failure = {0};
	char output[64];
	int report;
	pid_t pid = start_consoled("{\"error\":\"domain 1 has no console 3\"}\n", &report);

	(void)state;
	assert_int_equal(run_console("", output, sizeof(output), &failure), -1);
	assert_int_equal(failure.code, FAILURE_NOT_FOUND);
	assert_string_equal(failure.cause, "domain 1 has no console 3");
	assert_told(report, pid, "");
	failure = (struct failure){0};
	assert_int_equal(run_console("", output, sizeof(output), &failure), -1);
	assert_int_equal(failure.code, FAILURE_GENERAL);
}

static void write_guest(const char *vifs)
{
	struct runtime_state state = {.domid = 5, .complete = true};
	struct failure failure = {0};
	struct made made;
	char text[400];

	snprintf(text, sizeof(text),
		 "name=\"web\"\nkernel=\"/k\"\nmemory=64\ndisk=[\"/a,raw,xvda,w\"]\nvif=[%s]\n",
		 vifs);
	assert_int_equal(made_from(&made, "web.cfg", text), 0);
	state.plan = made.plan;
	assert_int_equal(runtime_write_state(&state, &failure), 0);
	made_free(&made);
}

static struct runtime_state read_guest(void)
{
	struct failure failure = {0};
	struct runtime_state state;

	assert_int_equal(runtime_read_state(5, &state, &failure), 0);
	return state;
}

static void disks_come_and_go(void **unused)
{
	struct failure failure = {0};
	struct runtime_state state;
	uint32_t number = 0;

	(void)unused;
	write_guest("");
	assert_int_equal(saved_plan_add_disk(5, "/b,raw,xvdb,r", &failure), 0);
	state = read_guest();
	assert_int_equal(state.plan.nr_disks, 2);
	assert_string_equal(state.plan.disks[1].vdev, "xvdb");
	plan_free(&state.plan);
	assert_int_equal(disk_vdev_parse("xvda", &number), 0);
	assert_int_equal(saved_plan_remove_disk(5, number, &failure), 0);
	state = read_guest();
	assert_int_equal(state.plan.nr_disks, 1);
	assert_string_equal(state.plan.disks[0].vdev, "xvdb");
	plan_free(&state.plan);
}

/* Interfaces that stay keep number and address, though these came from their places. */
static void interfaces_stay_themselves(void **unused)
{
	struct failure failure = {0};
	struct runtime_state state;
	uint8_t mac[6];

	(void)unused;
	write_guest("\"bridge=br0\", \"\", \"mac=00:16:3e:00:00:07\"");
	state = read_guest();
	memcpy(mac, state.plan.vifs[1].mac, 6);
	plan_free(&state.plan);
	assert_int_equal(saved_plan_remove_vif(5, 0, &failure), 0);
	state = read_guest();
	assert_int_equal(state.plan.nr_vifs, 2);
	assert_int_equal(state.plan.vifs[0].devid, 1);
	assert_memory_equal(state.plan.vifs[0].mac, mac, 6);
	assert_int_equal(state.plan.vifs[1].devid, 2);
	assert_int_equal(state.plan.vifs[1].mac[5], 7);
	plan_free(&state.plan);
}

static void a_domain_of_others_has_no_plan(void **unused)
{
	struct failure failure = {0};

	(void)unused;
	assert_int_equal(saved_plan_add_disk(9, "/b,raw,xvdb,r", &failure), 0);
	assert_int_equal(failure.code, FAILURE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escape_detaches_after_what_came_before),
		cmocka_unit_test(console_is_shown_past_the_end_of_input),
		cmocka_unit_test(refusals_are_told),
		cmocka_unit_test(disks_come_and_go),
		cmocka_unit_test(interfaces_stay_themselves),
		cmocka_unit_test(a_domain_of_others_has_no_plan),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
