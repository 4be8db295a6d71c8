/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole daemon killed under load: its successor has all that it had said to be done. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clients.h"

/* Kills the daemon after some time, from another process. */
static pid_t start_killer(unsigned int us)
{
	pid_t killer = fork();

	if (killer)
		return killer;
	usleep(us);
	kill(daemon_pid, SIGKILL);
	_exit(0);
}

static void restart_killed_daemon(pid_t killer)
{
	assert_int_equal(waitpid(killer, NULL, 0), killer);
	assert_int_equal(waitpid(daemon_pid, NULL, 0), daemon_pid);
	xs_close(handle);
	start_daemon(NULL);
}

/* Each transaction writes its number twice; how many were said to be done. */
static int write_until_killed(int number)
{
	static char value[2000];

	memset(value, 'x', sizeof(value));
	for (;; number++) {
		xs_transaction_t t = xs_transaction_start(handle);
		char path[32];
		int len = snprintf(value, sizeof(value), "%d", number);

		value[len] = ' ';
		snprintf(path, sizeof(path), "/kill/a/%d", number % 100);
		if (!t || !xs_write(handle, t, path, value, sizeof(value)))
			return number;
		snprintf(path, sizeof(path), "/kill/b/%d", number % 100);
		if (!xs_write(handle, t, path, value, sizeof(value)) ||
		    !xs_transaction_end(handle, t, false))
			return number;
	}
}

static int stored_number(const char *side, int key)
{
	char path[32], *value;
	int number;

	snprintf(path, sizeof(path), "/kill/%s/%d", side, key);
	value = xs_read(handle, 0, path, NULL);
	number = value ? atoi(value) : -1;
	free(value);
	return number;
}

/* The one that was not answered may be there or not, but whole. */
static void expect_stored_until(int end)
{
	for (int number = end > 99 ? end - 99 : 0; number < end; number++) {
		assert_int_equal(stored_number("a", number % 100), number);
		assert_int_equal(stored_number("b", number % 100), number);
	}
	assert_int_equal(stored_number("a", end % 100), stored_number("b", end % 100));
}

void a_killed_daemon_loses_nothing_that_it_answered(void **state)
{
	char journal[80];
	struct stat status;
	int number = 0;

	(void)state;
	snprintf(journal, sizeof(journal), "%s.journal", state_path);
	for (int i = 0; i < 30; i++) {
		pid_t killer = start_killer(1000U + (unsigned int)(i * 7919 % 97) * 700U);

		number = write_until_killed(number);
		restart_killed_daemon(killer);
		expect_stored_until(number);
		expect_control("check", "", 1, "OK");
		assert_int_equal(stat(journal, &status), 0);
		assert_in_range(status.st_size, 1, 16 << 20);
	}
	print_message("30 kills, %d transactions\n", number);
}

/* What is no journal is said and left behind; a torn end is not taken. */
void a_bad_journal_is_left(void **state)
{
	char journal[80];
	FILE *file;

	snprintf(journal, sizeof(journal), "%s.journal", state_path);
	assert_true(xs_write(handle, 0, "/j/x", "v", 1));
	restart_killed_daemon(start_killer(0));
	expect_stored(0, "/j/x", "v");
	stop_daemon(state);
	assert_int_not_equal(access(journal, F_OK), 0);
	assert_int_equal(unlink(state_path), 0);
	file = fopen(journal, "w");
	for (int i = 0; i < 4096; i++)
		fputc(i * 31, file);
	fclose(file);
	start_daemon(state);
	assert_null(xs_read(handle, 0, "/j/x", NULL));
	assert_true(xs_write(handle, 0, "/j/x", "w", 1));
	expect_stored(0, "/j/x", "w");
}
