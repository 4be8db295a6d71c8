/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guests made and unmade by the command line, as a person or a script does it. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"

#define LOGS "/var/log/xen/console"
#define KERNELS "/var/cache/trestle/kernels"
#define TINY_GUESTS 100

static const char *tool;

void console_open(struct console *console, const char *guest)
{
	snprintf(console->path, sizeof(console->path), LOGS "/guest-%s.log", guest);
	unlink(console->path);
	console->notify = inotify_init1(IN_CLOEXEC);
	expect(console->notify >= 0 &&
		       inotify_add_watch(console->notify, LOGS, IN_MODIFY | IN_CREATE) >= 0,
	       "watching the consoles' folder");
}

void console_wait(struct console *console, off_t offset)
{
	char events[4096];
	struct stat status;

	while (stat(console->path, &status) || status.st_size <= offset)
		expect(read(console->notify, events, sizeof(events)) > 0, "waiting for a console");
}

void console_close(struct console *console)
{
	close(console->notify);
}

static uint64_t time_command(char *const argv[])
{
	uint64_t begin = now();

	expect(!finish(start(argv)), argv[1]);
	return now() - begin;
}

static uint64_t destroy(const char *name)
{
	return time_command((char *[]){(char *)tool, "destroy", (char *)name, NULL});
}

static void make_configuration(const char *path, const char *name, const char *kernel,
			       int megabytes)
{
	char text[400];

	snprintf(text, sizeof(text),
		 "name = \"%s\"\nkernel = \"%s\"\nmemory = %d\nvcpus = 1\n"
		 "extra = \"console=hvc0 earlyprintk=xen\"\n%s",
		 name, kernel, megabytes, megabytes > 16 ? "ramdisk = \"/bench/guest.img\"\n" : "");
	write_file(path, text);
}

/* So that the next one is the first of its kernel. */
static void forget_kernels(void)
{
	DIR *folder = opendir(KERNELS);
	struct dirent *entry;

	if (!folder || chdir(KERNELS))
		return;
	while ((entry = readdir(folder)))
		unlink(entry->d_name);
	closedir(folder);
	expect(!chdir("/"), "/");
}

/* Gives the time to the first line on its console. */
static uint64_t create_and_see(void)
{
	struct console console;
	uint64_t begin, seen;
	pid_t pid;

	console_open(&console, "bench");
	begin = now();
	pid = start((char *[]){(char *)tool, "create", "/bench.cfg", NULL});
	console_wait(&console, 0);
	seen = now() - begin;
	expect(!finish(pid), "create");
	console_close(&console);
	return seen;
}

static uint64_t create_paused(const char *configuration)
{
	return time_command((char *[]){(char *)tool, "create", "-p", (char *)configuration, NULL});
}

/* Of a kernel that was not used since the machine started, or not since it was forgotten. */
static void measure_first(void)
{
	forget_kernels();
	print_row("create to the first line, first use", (double)create_and_see());
	print_row("destroy a running guest", (double)destroy("bench"));
	forget_kernels();
	print_row("create -p, first use", (double)create_paused("/bench.cfg"));
	print_row("destroy a guest that never ran", (double)destroy("bench"));
}

/* The peer keeps nothing. */
static void measure_ahead(void)
{
	forget_kernels();
	if (finish(start((char *[]){(char *)tool, "unpack", "-q", "/bench.cfg", NULL})))
		return;
	print_row("create to the first line, unpacked ahead", (double)create_and_see());
	destroy("bench");
}

static void measure_later(void)
{
	print_row("create to the first line, later use", (double)create_and_see());
	destroy("bench");
	print_row("create -p, later use", (double)create_paused("/bench.cfg"));
	destroy("bench");
}

/* Proportional share in KiB, 0 for what is gone or is no tool. */
static unsigned long tool_memory(const char *pid)
{
	static const char *const names[] = {"xenstored\n", "xenconsoled\n", "xl\n",
					    "consoled\n",  "tl\n",	    "trestle-monitor\n"};
	char path[300], line[128] = "";
	unsigned long kib = 0;
	bool known = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	file = fopen(path, "r");
	if (!file)
		return 0;
	if (fgets(line, sizeof(line), file))
		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
			known |= !strcmp(line, names[i]);
	fclose(file);
	snprintf(path, sizeof(path), "/proc/%s/smaps_rollup", pid);
	file = known ? fopen(path, "r") : NULL;
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "Pss: %lu", &kib) == 1)
			break;
	fclose(file);
	return kib;
}

static void measure_memory(int guests)
{
	DIR *folder = opendir("/proc");
	struct dirent *entry;
	unsigned long kib = 0;
	char name[64];

	expect(folder, "/proc");
	while ((entry = readdir(folder)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			kib += tool_memory(entry->d_name);
	closedir(folder);
	snprintf(name, sizeof(name), "memory of the resident tools, %d guest%s", guests,
		 guests == 1 ? "" : "s");
	print_row(name, (double)kib);
}

static uint64_t create_tiny(int number)
{
	char name[24];

	snprintf(name, sizeof(name), "tiny%d", number);
	make_configuration("/tiny.cfg", name, "/bench/tiny.elf", 8);
	return create_paused("/tiny.cfg");
}

/* The first ones warm up; the mean of 5 on both ends. */
static void measure_many(void)
{
	uint64_t first = 0, last = 0, taken;

	for (int i = 1; i <= TINY_GUESTS; i++) {
		taken = create_tiny(i);
		if (i > 1 && i <= 6)
			first += taken;
		if (i > TINY_GUESTS - 5)
			last += taken;
		if (i == 1 || i == 10)
			measure_memory(i);
	}
	print_row("create -p, tiny guests 2 to 6", (double)first / 5);
	print_row("create -p, tiny guests 96 to 100", (double)last / 5);
	print_row("the last tiny guests to the first, %", 100.0 * (double)last / (double)first);
}

static void unmake_many(void)
{
	uint64_t taken = 0;
	char name[24];

	for (int i = 1; i <= TINY_GUESTS; i++) {
		snprintf(name, sizeof(name), "tiny%d", i);
		taken += destroy(name);
	}
	print_row("destroy a tiny guest, mean of 100", (double)taken / TINY_GUESTS);
}

/* For a profiler outside of the machine. */
static void repeat(unsigned int turns)
{
	create_paused("/bench.cfg");
	destroy("bench");
	puts("bench profile: create begins");
	for (unsigned int i = 0; i < turns; i++) {
		create_tiny(i);
	}
	puts("bench profile: destroy begins");
	for (unsigned int i = 0; i < turns; i++) {
		char name[24];

		snprintf(name, sizeof(name), "tiny%u", i);
		destroy(name);
	}
	puts("bench profile: large begins");
	for (unsigned int i = 0; i < turns / 8; i++) {
		create_paused("/bench.cfg");
		destroy("bench");
	}
	puts("bench profile: end");
}

void bench_guests(enum side side)
{
	unsigned int turns = (unsigned int)atoi(word_of("bench.profile", "0"));

	tool = side == SIDE_OURS ? "/usr/sbin/tl" : "/usr/lib/xen-4.17/bin/xl";
	make_configuration("/bench.cfg", "bench", "/bench/vmlinuz", 128);
	if (turns) {
		repeat(turns);
		return;
	}
	measure_first();
	/* The peer keeps nothing: the same work again, which takes minutes here. */
	if (side == SIDE_OURS)
		measure_ahead();
	measure_later();
	measure_memory(0);
	measure_many();
	unmake_many();
}
