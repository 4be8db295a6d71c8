/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets dom0 up, starts one side's tools, measures, ends. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>

#include "bench.h"

#define OUTPUT "/var/log/bench"

static char command_line[2048];

uint64_t now(void)
{
	return __rdtsc();
}

void print_row(const char *name, double value)
{
	printf("bench: %s = %.1f\n", name, value);
}

static void show_output(void)
{
	char text[4096];
	FILE *file = fopen(OUTPUT, "r");
	size_t length;

	if (!file)
		return;
	if (fseek(file, -(long)sizeof(text), SEEK_END))
		rewind(file);
	length = fread(text, 1, sizeof(text), file);
	printf("output of the last commands:\n%.*s\n", (int)length, text);
	fclose(file);
}

void end_machine(const char *result)
{
	printf("Test result: %s\n", result);
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

void expect(bool good, const char *what)
{
	char result[160];

	if (good)
		return;
	show_output();
	snprintf(result, sizeof(result), "ERROR bench %s: %m", what);
	end_machine(result);
}

const char *word_of(const char *name, const char *otherwise)
{
	static char value[64];
	size_t length = strlen(name);
	const char *at = command_line;

	while ((at = strstr(at, name))) {
		if (at[length] == '=') {
			sscanf(at + length + 1, "%63s", value);
			return value;
		}
		at += length;
	}
	return otherwise;
}

void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	expect(file && fputs(text, file) >= 0 && !fclose(file), path);
}

static void run_child(char *const argv[])
{
	int output = open(OUTPUT, O_WRONLY | O_CREAT | O_APPEND, 0600);
	int input = open("/dev/null", O_RDONLY);

	dup2(input, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	execvp(argv[0], argv);
	_exit(127);
}

pid_t start(char *const argv[])
{
	pid_t pid = vfork();

	if (!pid)
		run_child(argv);
	expect(pid > 0, argv[0]);
	return pid;
}

int finish(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) != pid)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

void run(char *const argv[])
{
	expect(!finish(start(argv)), argv[0]);
}

void run_service(char *const argv[])
{
	int ends[2];
	char byte;

	expect(!pipe(ends) && dup2(ends[1], 9) == 9, "a pipe");
	start(argv);
	close(9);
	close(ends[1]);
	expect(read(ends[0], &byte, 1) == 1, argv[0]);
	close(ends[0]);
}

static void mount_all(void)
{
	expect(!mount("proc", "/proc", "proc", 0, NULL), "/proc");
	expect(!mount("sysfs", "/sys", "sysfs", 0, NULL), "/sys");
	if (access("/dev/null", F_OK))
		expect(!mount("devtmpfs", "/dev", "devtmpfs", 0, NULL), "/dev");
	mkdir("/dev/pts", 0755);
	expect(!mount("devpts", "/dev/pts", "devpts", 0, NULL), "/dev/pts");
}

static void read_command_line(void)
{
	FILE *file = fopen("/proc/cmdline", "r");

	expect(file && fgets(command_line, sizeof(command_line), file), "/proc/cmdline");
	fclose(file);
}

static void load_modules(void)
{
	static const char *const names[] = {"xen-evtchn",  "xen-gntdev", "xen-gntalloc",
					    "xen-privcmd", "xenfs",	 "xen-blkback",
					    "xen-netback", "bridge",	 "loop"};
	char *argv[16] = {"modprobe", "-a"};

	memcpy(argv + 2, names, sizeof(names));
	run(argv);
	expect(!mount("xenfs", "/proc/xen", "xenfs", 0, NULL), "/proc/xen");
}

static void make_folders(void)
{
	static const char *const folders[] = {
		"/var/run/xen",		"/run/lock", "/var/lib/xenstored", "/run/xenstored",
		"/var/log/xen/console", "/run/xen",  "/run/trestle"};

	symlink("/run", "/var/run");
	symlink("/run/lock", "/var/lock");
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		mkdir(folders[i], 0755);
}

int main(void)
{
	enum side side;

	setvbuf(stdout, NULL, _IOLBF, 0);
	setenv("PATH", "/usr/lib/xen-4.17/bin:/usr/sbin:/usr/bin", 1);
	mount_all();
	read_command_line();
	make_folders();
	load_modules();
	side = strcmp(word_of("bench.tools", "ours"), "peer") ? SIDE_OURS : SIDE_PEER;
	services_start(side);
	if (atoi(word_of("bench.devices", "0"))) {
		bench_devices();
	} else {
		if (!atoi(word_of("bench.profile", "0")))
			bench_store("xenstored");
		bench_guests(side);
	}
	end_machine("SUCCESS bench");
}
