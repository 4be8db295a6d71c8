/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole daemon with Debian's libxenstore and programs. This program is the daemon when it is
 * given options; without any, the cases run before its main(), with the daemon as a child.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xenstore.h>
#include <xen/io/xs_wire.h>

#include "clients.h"

static char folder[] = "/tmp/xenstored-test-XXXXXX";
char state_path[64];
static char socket_path[64];
static char self[256];
pid_t daemon_pid;
struct xs_handle *handle;

int start_daemon(void **state)
{
	int ready[2];
	char byte, number[16];

	(void)state;
	assert_int_equal(pipe(ready), 0);
	snprintf(number, sizeof(number), "%d", ready[1]);
	daemon_pid = fork();
	if (!daemon_pid) {
		close(ready[0]);
		execl(self, self, "--no-hypervisor", "--socket", socket_path, "--ready-fd", number,
		      "--state-file", state_path, NULL);
		_exit(1);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	setenv("XENSTORED_PATH", socket_path, 1);
	handle = xs_open(0);
	assert_non_null(handle);
	return 0;
}

int stop_daemon(void **state)
{
	int status;

	(void)state;
	xs_close(handle);
	kill(daemon_pid, SIGTERM);
	assert_int_equal(waitpid(daemon_pid, &status, 0), daemon_pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	return 0;
}

static int end_daemon(void **state)
{
	stop_daemon(state);
	assert_int_equal(unlink(state_path), 0);
	return 0;
}

void expect_stored(xs_transaction_t transaction, const char *path, const char *value)
{
	unsigned int len;
	char *got = xs_read(handle, transaction, path, &len);

	assert_non_null(got);
	assert_string_equal(got, value);
	assert_int_equal(len, strlen(value));
	free(got);
}

static void expect_watch(struct xs_handle *client, const char *path, const char *token)
{
	struct pollfd fd = {.fd = xs_fileno(client), .events = POLLIN};
	char **event;

	assert_int_equal(poll(&fd, 1, 5000), 1);
	event = xs_check_watch(client);
	assert_non_null(event);
	assert_string_equal(event[XS_WATCH_PATH], path);
	assert_string_equal(event[XS_WATCH_TOKEN], token);
	free(event);
}

static void the_library_reads_and_writes(void **state)
{
	struct xs_permissions permissions[2] = {{.id = 3, .perms = XS_PERM_NONE},
						{.id = 4, .perms = XS_PERM_READ}};
	struct xs_permissions *got;
	unsigned int nr;
	char **names;

	(void)state;
	assert_true(xs_write(handle, 0, "/a/b", "v", 1));
	expect_stored(0, "/a/b", "v");
	assert_true(xs_mkdir(handle, 0, "/a/c"));
	names = xs_directory(handle, 0, "/a", &nr);
	assert_int_equal(nr, 2);
	assert_string_equal(names[1], "c");
	free(names);
	assert_true(xs_set_permissions(handle, 0, "/a", permissions, 2));
	got = xs_get_permissions(handle, 0, "/a", &nr);
	assert_int_equal(nr, 2);
	assert_int_equal(got[1].id, 4);
	assert_int_equal(got[1].perms, XS_PERM_READ);
	free(got);
	assert_true(xs_rm(handle, 0, "/a"));
	assert_null(xs_read(handle, 0, "/a", &nr));
	assert_int_equal(errno, ENOENT);
	assert_false(xs_introduce_domain(handle, 1, 1, 1));
	assert_false(xs_is_domain_introduced(handle, 1));
}

static void the_library_lists_many(void **state)
{
	char path[64];
	unsigned int nr;
	char **names;

	(void)state;
	for (int i = 0; i < 1500; i++) {
		snprintf(path, sizeof(path), "/many/number-%d", i);
		assert_true(xs_mkdir(handle, 0, path));
	}
	names = xs_directory(handle, 0, "/many", &nr);
	assert_non_null(names);
	assert_int_equal(nr, 1500);
	assert_string_equal(names[1499], "number-1499");
	free(names);
}

static void the_library_watches(void **state)
{
	struct xs_handle *writer = xs_open(0);

	(void)state;
	assert_true(xs_watch(handle, "/w", "token"));
	expect_watch(handle, "/w", "token");
	assert_true(xs_write(writer, 0, "/w/x", "v", 1));
	expect_watch(handle, "/w/x", "token");
	assert_true(xs_unwatch(handle, "/w", "token"));
	xs_close(writer);
}

static void the_library_makes_transactions(void **state)
{
	xs_transaction_t t = xs_transaction_start(handle);

	(void)state;
	assert_true(xs_write(handle, t, "/t/x", "v", 1));
	assert_true(xs_transaction_end(handle, t, false));
	expect_stored(0, "/t/x", "v");
	t = xs_transaction_start(handle);
	expect_stored(t, "/t/x", "v");
	assert_true(xs_write(handle, 0, "/t/x", "w", 1));
	assert_false(xs_transaction_end(handle, t, false));
	assert_int_equal(errno, EAGAIN);
}

static void run_program(const char *command, const char *expected)
{
	char text[4096];
	FILE *pipe = popen(command, "r");
	size_t len;

	assert_non_null(pipe);
	len = fread(text, 1, sizeof(text) - 1, pipe);
	text[len] = '\0';
	assert_int_equal(pclose(pipe), 0);
	assert_string_equal(text, expected);
}

static void stock_programs_work(void **state)
{
	(void)state;
	if (access("/usr/bin/xenstore-ls", X_OK))
		skip();
	run_program("xenstore-write /s/x one /s/y two", "");
	run_program("xenstore-read /s/x", "one\n");
	run_program("xenstore-list /s", "x\ny\n");
	run_program("xenstore-exists /s/x", "");
	run_program("xenstore-chmod -r /s r3 b4", "");
	run_program("xenstore-ls -fp /s", "/s/x = \"one\"   (r3,b4)\n/s/y = \"two\"   (r3,b4)\n");
	run_program("xenstore-rm /s/x", "");
	run_program("xenstore-ls /s", "y = \"two\"\n");
	run_program("xenstore-watch -n 1 /s", "/s\n");
}

static char *control(const char *command, const char *words, size_t len)
{
	return xs_control_command(handle, command, (void *)(uintptr_t)words, (unsigned int)len);
}

void expect_control(const char *command, const char *words, size_t len, const char *expected)
{
	char *answer = control(command, words, len);

	assert_non_null(answer);
	assert_string_equal(answer, expected);
	free(answer);
}

static void a_live_update_loses_nothing(void **state)
{
	struct xs_handle *writer = xs_open(0);
	char words[300];
	xs_transaction_t t;
	int len;

	(void)state;
	assert_true(xs_write(handle, 0, "/l/x", "v", 1));
	assert_true(xs_watch(writer, "/l", "token"));
	expect_watch(writer, "/l", "token");
	t = xs_transaction_start(writer);
	assert_true(xs_write(writer, t, "/l/y", "w", 1));
	expect_control("live-update", "-s", 3, "no new binary was named (-f)");
	expect_control("live-update", "-f\0/none", 9,
		       "the new binary is not there or not executable");
	expect_control("live-update", "-f\0/bin/false", 14, "OK");
	expect_control("live-update", "-s", 3,
		       "the new binary cannot read the state; see its messages in the log");
	len = snprintf(words, sizeof(words), "-f%c%s", 0, self) + 1;
	for (int i = 0; i < 3; i++) {
		expect_control("live-update", words, (size_t)len, "OK");
		expect_control("live-update", "-s", 3, "OK");
	}
	expect_stored(0, "/l/x", "v");
	assert_true(xs_transaction_end(writer, t, false));
	expect_watch(writer, "/l/y", "token");
	expect_stored(0, "/l/y", "w");
	expect_control("check", "", 1, "OK");
	xs_close(writer);
}

static void an_orderly_end_keeps_the_nodes(void **state)
{
	FILE *file;

	assert_true(xs_write(handle, 0, "/k/x", "v", 1));
	stop_daemon(state);
	start_daemon(state);
	assert_int_not_equal(access(state_path, F_OK), 0);
	expect_stored(0, "/k/x", "v");
	assert_true(xs_write(handle, 0, "/k/x", "w", 1));
	stop_daemon(state);
	file = fopen(state_path, "r+");
	assert_int_equal(fseek(file, 100, SEEK_SET), 0);
	assert_int_equal(fwrite("spoiled", 1, 7, file), 7);
	fclose(file);
	start_daemon(state);
	assert_null(xs_read(handle, 0, "/k/x", NULL));
	assert_true(xs_write(handle, 0, "/k/x", "w", 1));
}

static int connect_raw(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(address.sun_path, socket_path);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void bad_clients_hurt_nobody(void **state)
{
	struct xsd_sockmsg header = {.type = XS_READ, .len = 2};
	char flood[18000];
	int fd = connect_raw();
	size_t sent = 0;

	(void)state;
	header.len = 5000;
	assert_int_equal(send(fd, &header, sizeof(header), MSG_NOSIGNAL), sizeof(header));
	assert_int_equal(recv(fd, &header, sizeof(header), 0), 0);
	close(fd);
	header = (struct xsd_sockmsg){.type = XS_DIRECTORY, .len = 2};
	for (size_t i = 0; i < sizeof(flood); i += 18) {
		memcpy(flood + i, &header, sizeof(header));
		memcpy(flood + i + sizeof(header), "/", 2);
	}
	fd = connect_raw();
	for (;;) {
		ssize_t n = send(fd, flood + sent % 18, sizeof(flood) - 18,
				 MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0)
			break;
		sent += (size_t)n;
		assert_true(xs_write(handle, 0, "/still", "here", 4));
		assert_in_range(sent, 0, 100000000);
	}
	assert_int_equal(errno, EAGAIN);
	expect_stored(0, "/still", "here");
	close(fd);
	expect_stored(0, "/still", "here");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start_daemon, end_daemon)

static int run_cases(void)
{
	const struct CMUnitTest cases[] = {
		CASE(the_library_reads_and_writes),
		CASE(the_library_lists_many),
		CASE(the_library_watches),
		CASE(the_library_makes_transactions),
		CASE(stock_programs_work),
		CASE(a_live_update_loses_nothing),
		CASE(an_orderly_end_keeps_the_nodes),
		CASE(a_killed_daemon_loses_nothing_that_it_answered),
		CASE(a_bad_journal_is_left),
		CASE(bad_clients_hurt_nobody),
	};

	return cmocka_run_group_tests_name("clients", cases, NULL, NULL);
}

__attribute__((constructor)) static void choose(int argc, char **argv)
{
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int failed;

	(void)argv;
	if (argc > 1 || len < 0 || !mkdtemp(folder))
		return;
	snprintf(socket_path, sizeof(socket_path), "%s/run/socket", folder);
	snprintf(state_path, sizeof(state_path), "%s/state", folder);
	failed = run_cases();
	unlink(socket_path);
	*strrchr(socket_path, '/') = '\0';
	rmdir(socket_path);
	rmdir(folder);
	exit(failed);
}
