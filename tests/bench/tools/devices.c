/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A disk and a network between guests and dom0, by our tools under both hypervisors, so that only
 * the hypervisor differs. The rows are what the guest prints.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"
#include "wire.h"

#define DISK_BYTES (64L << 20)

static void make_disk(void)
{
	FILE *file = fopen("/disk.img", "w");

	/* Written once, so that no row pays for memory that the file does not have yet. */
	expect(file, "/disk.img");
	for (long i = 0; i < DISK_BYTES / 4; i++)
		putc_unlocked('d', file), putc_unlocked('i', file), putc_unlocked('s', file),
			putc_unlocked('k', file);
	expect(!fclose(file), "/disk.img");
	run((char *[]){"losetup", "/dev/loop0", "/disk.img", NULL});
}

static void make_bridge(void)
{
	run((char *[]){"brctl", "addbr", "xenbr0", NULL});
	run((char *[]){"ip", "addr", "add", WIRE_DOM0 "/24", "dev", "xenbr0", NULL});
	run((char *[]){"ip", "link", "set", "xenbr0", "up", NULL});
}

static void serve(void)
{
	pid_t pid = fork();

	expect(pid >= 0, "another process");
	if (pid)
		return;
	wire_serve(malloc(1 << 20));
	_exit(1);
}

static void make_guest(const char *name, const char *role, const char *disk)
{
	char path[40], text[400];

	snprintf(path, sizeof(path), "/%s.cfg", name);
	snprintf(text, sizeof(text),
		 "name = \"%s\"\nkernel = \"/bench/vmlinuz\"\nmemory = 128\nvcpus = 1\n"
		 "ramdisk = \"/bench/guest.img\"\nextra = \"console=hvc0 quiet bench.role=%s\"\n"
		 "vif = [ \"bridge=xenbr0\" ]\n%s",
		 name, role, disk);
	write_file(path, text);
	run((char *[]){"/usr/sbin/tl", "create", path, NULL});
}

/* Until the text is on the console; shows the lines that are for the runner. */
static void wait_for_text(struct console *console, const char *wanted)
{
	static char text[65536];
	struct stat status;
	size_t length;
	FILE *file;

	do {
		console_wait(console, stat(console->path, &status) ? 0 : status.st_size);
		file = fopen(console->path, "r");
		expect(file, console->path);
		length = fread(text, 1, sizeof(text) - 1, file);
		text[length] = '\0';
		fclose(file);
		expect(!strstr(text, "bench failed"), strstr(text, "bench failed"));
	} while (!strstr(text, wanted));
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (!strncmp(line, "bench: ", 7))
			puts(line);
}

void bench_devices(void)
{
	struct console server, client;

	make_disk();
	make_bridge();
	serve();
	console_open(&server, "server");
	make_guest("server", "serve", "");
	wait_for_text(&server, "bench serves");
	console_open(&client, "client");
	make_guest("client", "measure", "disk = [ \"phy:/dev/loop0,xvda,w\" ]\n");
	wait_for_text(&client, "bench end");
}
