/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * consoled: reads every guest's console and the hypervisor's, keeps logs, serves readers. Options,
 * start and end; what it is made of: docs/design/consoled.md.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "consoled/client.h"
#include "consoled/console.h"
#include "consoled/guest.h"
#include "consoled/hypervisor.h"
#include "consoled/loop.h"
#include "consoled/ready.h"
#include "consoled/store.h"
#include "libctl/ctl.h"

#define RUN_FOLDER "/run/trestle"
#define STATE_NAME "consoled.hypervisor"

struct options {
	const char *log_folder, *run_folder, *log_file;
	int ready_fd;
	bool without_hypervisor;
	struct guest_options guests;
};

enum option_key {
	KEY_LOG_DIR = 256,
	KEY_ROTATE_BYTES,
	KEY_ROTATE_COUNT,
	KEY_TIMESTAMPS,
	KEY_HISTORY,
	KEY_RATE,
	KEY_RUN_DIR,
	KEY_READY_FD,
	KEY_LOG_FILE,
	KEY_NO_HYPERVISOR,
	KEY_NO_TERMINALS,
	KEY_HELP,
};

static const struct option long_options[] = {
	{"log-dir", required_argument, NULL, KEY_LOG_DIR},
	{"rotate-bytes", required_argument, NULL, KEY_ROTATE_BYTES},
	{"rotate-count", required_argument, NULL, KEY_ROTATE_COUNT},
	{"timestamps", no_argument, NULL, KEY_TIMESTAMPS},
	{"history-bytes", required_argument, NULL, KEY_HISTORY},
	{"rate", required_argument, NULL, KEY_RATE},
	{"run-dir", required_argument, NULL, KEY_RUN_DIR},
	{"ready-fd", required_argument, NULL, KEY_READY_FD},
	{"log-file", required_argument, NULL, KEY_LOG_FILE},
	{"no-hypervisor", no_argument, NULL, KEY_NO_HYPERVISOR},
	{"no-terminals", no_argument, NULL, KEY_NO_TERMINALS},
	{"help", no_argument, NULL, KEY_HELP},
	{NULL, 0, NULL, 0},
};

static const char usage[] =
	"usage: consoled [option...]\n"
	"  --log-dir DIR        logs guest-NAME.log and hypervisor.log (/var/log/xen; '' for "
	"none)\n"
	"  --rotate-bytes N     largest log, 0 for no limit (1048576)\n"
	"  --rotate-count N     older logs kept of each (5)\n"
	"  --timestamps         at the start of each line of a log\n"
	"  --history-bytes N    text kept of each console for those who attach later (65536)\n"
	"  --rate N             bytes a second taken of one guest, 0 for no limit (1048576)\n"
	"  --run-dir DIR        console.sock and state (/run/trestle)\n"
	"  --ready-fd N         gets one byte when it is ready\n"
	"  --log-file FILE      its own messages, rather than standard error\n"
	"  --no-hypervisor      leave the hypervisor's console alone\n"
	"  --no-terminals       no pty for each guest\n";

static int option_number(const char *text, uint64_t most, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 10);
	return end == text || *end || errno || *text == '-' || *value > most ? -1 : 0;
}

static int option_take_number(struct options *options, int key, const char *text)
{
	struct console_settings *settings = console_settings();
	uint64_t value, most = key == KEY_READY_FD || key == KEY_ROTATE_COUNT ? 1000 : 1ull << 40;

	if (option_number(text, most, &value))
		return -1;
	if (key == KEY_ROTATE_BYTES)
		settings->log.rotate_bytes = value;
	else if (key == KEY_ROTATE_COUNT)
		settings->log.rotate_count = value;
	else if (key == KEY_HISTORY)
		settings->history_bytes = value;
	else if (key == KEY_RATE)
		options->guests.bytes_per_second = value;
	else
		options->ready_fd = value;
	return 0;
}

static int option_take(struct options *options, int key, const char *text)
{
	switch (key) {
	case KEY_LOG_DIR:
		options->log_folder = text;
		break;
	case KEY_RUN_DIR:
		options->run_folder = text;
		break;
	case KEY_LOG_FILE:
		options->log_file = text;
		break;
	case KEY_TIMESTAMPS:
		console_settings()->log.timestamps = true;
		break;
	case KEY_NO_HYPERVISOR:
		options->without_hypervisor = true;
		break;
	case KEY_NO_TERMINALS:
		options->guests.with_terminals = false;
		break;
	case '?':
		return -1;
	default:
		return option_take_number(options, key, text);
	}
	return 0;
}

/* Ends the program when there is nothing to run. */
static void options_parse(int argc, char **argv, struct options *options)
{
	int key;

	while ((key = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (key == KEY_HELP) {
			fputs(usage, stdout);
			exit(0);
		}
		if (option_take(options, key, optarg)) {
			if (key != '?')
				fprintf(stderr, "consoled: %s: not a number that it can be\n",
					optarg);
			exit(FAILURE_USAGE);
		}
	}
	if (optind < argc) {
		fprintf(stderr, "consoled: %s: it takes options only; see --help\n", argv[optind]);
		exit(FAILURE_USAGE);
	}
}

static int fail(const char *stage, const char *object, const char *next)
{
	struct failure failure;

	failure_set_errno(&failure, FAILURE_GENERAL, errno, stage, object, next);
	failure_print(&failure, "consoled", stderr);
	return -1;
}

static int open_messages(const char *path)
{
	int fd;

	if (!path)
		return 0;
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
	if (fd < 0)
		return fail("opening the file for messages", path, "");
	dup2(fd, STDERR_FILENO);
	close(fd);
	return 0;
}

static int open_logs(const char *path)
{
	struct logfile_settings *settings = &console_settings()->log;

	if (!*path)
		return 0;
	mkdir(path, 0750);
	settings->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (settings->folder < 0)
		return fail("opening the folder for logs", path,
			    "create it, or name another by --log-dir");
	return 0;
}

/* Two would take each other's text. The lock goes with the process. */
static int open_run_folder(const char *path)
{
	int fd;

	mkdir(path, 0755);
	if (chdir(path))
		return fail("entering the folder for its socket", path, "create it");
	fd = open("consoled.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB))
		return fail("locking consoled.lock", path, "is another consoled running?");
	return 0;
}

static bool has_to_end;

static void signal_handle(struct loop_entry *entry, uint32_t events)
{
	struct signalfd_siginfo info;

	(void)events;
	if (read(entry->fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGHUP)
		console_reopen_logs();
	else
		has_to_end = true;
}

static int open_signals(void)
{
	static struct loop_entry entry;
	sigset_t set;
	int fd;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return fd < 0 ? -1 : loop_add(&entry, fd, EPOLLIN, signal_handle);
}

static int start(const struct options *options)
{
	struct failure failure;
	struct ctl *ctl;

	if (open_messages(options->log_file) || open_logs(options->log_folder) ||
	    open_run_folder(options->run_folder))
		return -1;
	if (loop_open() || open_signals())
		return fail("making the event loop", "epoll", "");
	if (ctl_open(&ctl, &failure)) {
		failure_print(&failure, "consoled", stderr);
		return -1;
	}
	if (guest_open_all(ctl, &options->guests))
		return fail("opening event channels and grants", "/dev/xen",
			    "are xen-evtchn and xen-gntdev loaded?");
	if (!options->without_hypervisor && hypervisor_open(ctl, STATE_NAME))
		fail("binding the interrupt of the hypervisor's console", "VIRQ_CON_RING",
		     "is another program bound to it? its text is not followed");
	client_set_refresh(store_refresh);
	if (client_listen("console.sock"))
		return fail("listening", "console.sock", "");
	if (store_open(ctl))
		return fail("waiting for xenstored", "timerfd", "");
	ready_tell(options->ready_fd);
	return 0;
}

int main(int argc, char **argv)
{
	struct options options = {
		.log_folder = "/var/log/xen",
		.run_folder = RUN_FOLDER,
		.ready_fd = -1,
		.guests = {.bytes_per_second = 1 << 20, .with_terminals = true},
	};
	bool more = true;

	*console_settings() = (struct console_settings){
		.log = {.folder = -1, .rotate_bytes = 1 << 20, .rotate_count = 5},
		.history_bytes = 1 << 16,
	};
	options_parse(argc, argv, &options);
	if (start(&options))
		return FAILURE_GENERAL;
	while (!has_to_end && !loop_run_once(more ? 0 : -1))
		more = console_run_turns();
	client_close_socket();
	return 0;
}
