/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first process of the guests that the bench of tools makes. The word bench.role of the kernel's
 * command line says what it is: "serve" takes connections, "measure" prints one line
 * "bench: <name> = <ns>" a row and then "bench end". Without it the guest only waits.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "wire.h"

#define DISK "/dev/xvda"
#define MIB (1UL << 20)
#define DISK_MIB 64UL
#define REQUESTS 1000UL
#define SECTORS_BYTES 4096UL
#define TURNS 1000

static uint8_t *buffer;

static void expect(int good, const char *what)
{
	if (good)
		return;
	printf("bench failed: %s: %m\n", what);
	for (;;)
		pause();
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static void print_row(const char *name, uint64_t begin, unsigned long count)
{
	printf("bench: %s = %.1f\n", name, (double)(now() - begin) / (double)count);
}

static void load_module(const char *path)
{
	int fd = open(path, O_RDONLY);

	expect(fd >= 0 && !syscall(SYS_finit_module, fd, "", 0), path);
	close(fd);
}

/* A device comes some time after its driver. */
static int open_when_there(const char *path, int flags)
{
	static const struct timespec turn = {.tv_nsec = 10000000};
	int fd = -1;

	for (int i = 0; i < TURNS && (fd = open(path, flags)) < 0; i++)
		nanosleep(&turn, NULL);
	expect(fd >= 0, path);
	return fd;
}

static void transfer(int disk, int writes, uint64_t offset, size_t bytes)
{
	ssize_t moved = writes ? pwrite(disk, buffer, bytes, (off_t)offset)
			       : pread(disk, buffer, bytes, (off_t)offset);

	expect(moved == (ssize_t)bytes, DISK);
}

static void measure_stream(int disk, int writes, const char *name)
{
	uint64_t begin = now();

	for (uint64_t i = 0; i < DISK_MIB; i++)
		transfer(disk, writes, i * MIB, MIB);
	print_row(name, begin, DISK_MIB);
}

static void measure_random(int disk, int writes, const char *name)
{
	uint64_t begin = now(), at = 1;

	for (unsigned long i = 0; i < REQUESTS; i++) {
		at = at * 6364136223846793005UL + 1442695040888963407UL;
		transfer(disk, writes,
			 (at >> 33) % (DISK_MIB * MIB / SECTORS_BYTES) * SECTORS_BYTES,
			 SECTORS_BYTES);
	}
	print_row(name, begin, REQUESTS);
}

static void measure_disk(void)
{
	int disk = open_when_there(DISK, O_RDWR | O_DIRECT);

	measure_stream(disk, 1, "disk: write 1 MiB in sequence");
	measure_stream(disk, 0, "disk: read 1 MiB in sequence");
	measure_random(disk, 1, "disk: write 4 KiB at random");
	measure_random(disk, 0, "disk: read 4 KiB at random");
	close(disk);
}

static void set_address(int device, unsigned long request, struct ifreq *wanted, const char *text)
{
	struct sockaddr_in *address = (struct sockaddr_in *)&wanted->ifr_addr;

	memset(address, 0, sizeof(*address));
	address->sin_family = AF_INET;
	inet_aton(text, &address->sin_addr);
	expect(!ioctl(device, request, wanted), text);
}

static void set_up_network(const char *address)
{
	struct ifreq wanted = {.ifr_name = "eth0"};
	int device = socket(AF_INET, SOCK_DGRAM, 0);

	close(open_when_there("/sys/class/net/eth0/address", O_RDONLY));
	set_address(device, SIOCSIFADDR, &wanted, address);
	set_address(device, SIOCSIFNETMASK, &wanted, "255.255.255.0");
	expect(!ioctl(device, SIOCGIFFLAGS, &wanted), "eth0's flags");
	wanted.ifr_flags |= IFF_UP | IFF_RUNNING;
	expect(!ioctl(device, SIOCSIFFLAGS, &wanted), "eth0's flags");
	close(device);
}

static void measure_network(const char *address, const char *send, const char *take)
{
	uint64_t begin;
	int peer;

	peer = wire_connect(address);
	expect(peer >= 0, address);
	begin = now();
	expect(!wire_order(peer, WIRE_TAKE) && !wire_send(peer, buffer) && !wire_take_mark(peer),
	       send);
	print_row(send, begin, WIRE_MIB);
	begin = now();
	expect(!wire_order(peer, WIRE_SEND) && !wire_take(peer, buffer), take);
	print_row(take, begin, WIRE_MIB);
	close(peer);
}

static void measure(void)
{
	measure_disk();
	measure_network(WIRE_DOM0, "network: 1 MiB guest to dom0", "network: 1 MiB dom0 to guest");
	measure_network(WIRE_SERVER, "network: 1 MiB guest to guest", "network: 1 MiB back");
	puts("bench end");
}

int main(void)
{
	char words[1024] = "";
	FILE *file;

	setvbuf(stdout, NULL, _IOLBF, 0);
	buffer = aligned_alloc(4096, MIB);
	memset(buffer, 0x5a, MIB);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	file = fopen("/proc/cmdline", "r");
	if (file && fgets(words, sizeof(words), file) && strstr(words, "bench.role=")) {
		load_module("/xen-blkfront.ko");
		load_module("/xen-netfront.ko");
		if (strstr(words, "bench.role=measure")) {
			set_up_network(WIRE_CLIENT);
			measure();
		} else {
			set_up_network(WIRE_SERVER);
			puts("bench serves");
			expect(!wire_serve(buffer), "serving");
		}
	}
	puts("guest is up");
	for (;;)
		pause();
}
