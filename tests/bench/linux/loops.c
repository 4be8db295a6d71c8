/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loops on Linux, as the first process of dom0 or of a bare machine: one line
 * "bench: <name> = <ns>" a loop. Time is the TSC, which QEMU's -icount runs at one tick a
 * nanosecond and an instruction. Owns all processes and files of the machine; ends by power-off.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#define PAGE 4096UL
#define TOUCHED_PAGES 1000UL
#define FILE_PAGES 1024UL
#define RING 8
#define COPY_BYTES (64UL << 20)
#define MILLISECOND 1000000L
#define FILE_NAME "/file"
#define EXEC_NAME "/init"
#define EXEC_WORD "end"

static void print(const char *format, ...)
{
	char line[128];
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	if (write(STDOUT_FILENO, line, (size_t)length) != length)
		_exit(2);
}

static void end_machine(const char *result)
{
	print("Test result: %s\n", result);
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

static void expect(int good, const char *what)
{
	char result[80];

	if (good)
		return;
	snprintf(result, sizeof(result), "ERROR bench %s", what);
	end_machine(result);
}

static void print_row(const char *name, uint64_t ticks, unsigned long count)
{
	print("bench: %s = %.1f\n", name, (double)ticks / (double)count);
}

/* Mean of count calls after a tenth as many to warm up; per: operations in a call. */
static void measure(const char *name, void (*call)(void), unsigned long count, unsigned long per)
{
	uint64_t start;
	unsigned long i;

	for (i = 0; i < count / 10 + 1; i++)
		call();
	start = __rdtsc();
	for (i = 0; i < count; i++)
		call();
	print_row(name, __rdtsc() - start, count * per);
}

static void loop_getpid(void)
{
	syscall(SYS_getpid);
}

static int ring_in, ring_out;

static void pass_token(void)
{
	char token = 0;

	if (write(ring_out, &token, 1) != 1 || read(ring_in, &token, 1) != 1)
		_exit(1);
}

static void relay_token(int in, int out)
{
	char token;

	while (read(in, &token, 1) == 1)
		if (write(out, &token, 1) != 1)
			break;
	_exit(0);
}

/* A ring of processes, this one among them, that pass one byte through pipes. */
static void measure_ring(const char *name, unsigned int members, unsigned long count,
			 unsigned long per)
{
	int pipes[RING][2];
	pid_t members_pid[RING];
	unsigned int i;

	for (i = 0; i < members; i++)
		expect(pipe(pipes[i]) == 0, "pipe");
	for (i = 1; i < members; i++) {
		members_pid[i] = fork();
		expect(members_pid[i] >= 0, "fork");
		if (members_pid[i] == 0)
			relay_token(pipes[i - 1][0], pipes[i][1]);
	}
	ring_out = pipes[0][1];
	ring_in = pipes[members - 1][0];
	measure(name, pass_token, count, per);
	for (i = 1; i < members; i++) {
		kill(members_pid[i], SIGKILL);
		waitpid(members_pid[i], NULL, 0);
	}
	for (i = 0; i < members; i++) {
		close(pipes[i][0]);
		close(pipes[i][1]);
	}
}

static void wait_child(pid_t child)
{
	int status;

	expect(child > 0 && waitpid(child, &status, 0) == child && status == 0, "child");
}

static void loop_fork(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	wait_child(child);
}

static void loop_exec(void)
{
	static char *const arguments[] = {EXEC_NAME, EXEC_WORD, NULL};
	static char *const environment[] = {NULL};
	pid_t child = fork();

	if (child == 0) {
		execve(EXEC_NAME, arguments, environment);
		_exit(1);
	}
	wait_child(child);
}

static void *map_pages(unsigned long pages, int flags, int file)
{
	int protection = file < 0 ? PROT_READ | PROT_WRITE : PROT_READ;
	void *area = mmap(NULL, pages * PAGE, protection, flags, file, 0);

	expect(area != MAP_FAILED, "mmap");
	return area;
}

static void loop_mmap(void)
{
	char *area = map_pages(TOUCHED_PAGES, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	unsigned long i;

	/* A PV guest has no huge pages, and bare it would depend on the address. */
	madvise(area, TOUCHED_PAGES * PAGE, MADV_NOHUGEPAGE);
	for (i = 0; i < TOUCHED_PAGES; i++)
		*(volatile char *)(area + i * PAGE) = 1;
	munmap(area, TOUCHED_PAGES * PAGE);
}

static void make_file(void)
{
	static char page[PAGE];
	unsigned long i;
	int file = open(FILE_NAME, O_CREAT | O_WRONLY, 0600);

	expect(file >= 0, "file");
	for (i = 0; i < FILE_PAGES; i++)
		expect(write(file, page, PAGE) == (ssize_t)PAGE, "write");
	close(file);
}

/* Mapping and unmapping are outside the time. */
static void measure_file_faults(const char *name, unsigned long rounds)
{
	uint64_t ticks = 0, start;
	unsigned long i, round;
	int file = open(FILE_NAME, O_RDONLY);
	char *area;

	for (round = 0; round <= rounds; round++) {
		area = map_pages(FILE_PAGES, MAP_SHARED, file);
		start = __rdtsc();
		for (i = 0; i < FILE_PAGES; i++)
			(void)*(volatile char *)(area + i * PAGE);
		if (round)
			ticks += __rdtsc() - start;
		munmap(area, FILE_PAGES * PAGE);
	}
	close(file);
	print_row(name, ticks, rounds * FILE_PAGES);
}

static char *protected_area;
static unsigned long protected_pages;

static void loop_mprotect(void)
{
	static int protection = PROT_READ;

	mprotect(protected_area, protected_pages * PAGE, protection);
	protection ^= PROT_WRITE;
}

static void measure_mprotect(const char *name, unsigned long pages, unsigned long count)
{
	unsigned long i;

	protected_area = map_pages(pages, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	protected_pages = pages;
	for (i = 0; i < pages; i++)
		*(volatile char *)(protected_area + i * PAGE) = 1;
	measure(name, loop_mprotect, count, 1);
	munmap(protected_area, pages * PAGE);
}

static void take_signal(int number)
{
	(void)number;
}

static void loop_signal(void)
{
	kill(1, SIGUSR1);
}

static void measure_sleep(const char *name, unsigned long count)
{
	const struct timespec wait = {.tv_nsec = MILLISECOND};
	uint64_t ticks = 0, start;
	unsigned long i;

	prctl(PR_SET_TIMERSLACK, 1);
	for (i = 0; i < count; i++) {
		start = __rdtsc();
		nanosleep(&wait, NULL);
		ticks += __rdtsc() - start - MILLISECOND;
	}
	print_row(name, ticks, count);
}

static void loop_compute(void)
{
	unsigned long i, sum = 1;

	for (i = 0; i < 1000000; i++) {
		sum = sum * 5 + i;
		__asm__ volatile("" : "+r"(sum));
	}
}

static char *copy_from, *copy_to;

static void loop_copy(void)
{
	memcpy(copy_to, copy_from, COPY_BYTES);
	__asm__ volatile("" : : : "memory");
}

static void measure_processor(void)
{
	copy_from = map_pages(COPY_BYTES / PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	copy_to = map_pages(COPY_BYTES / PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	memset(copy_from, 1, COPY_BYTES);
	memset(copy_to, 2, COPY_BYTES);
	measure("processor-bound loop", loop_compute, 50, 1);
	measure("64 MiB copy", loop_copy, 10, 1);
}

static void open_console(void)
{
	mkdir("/dev", 0755);
	mknod("/dev/console", S_IFCHR | 0600, makedev(5, 1));
	if (open("/dev/console", O_RDWR) != 0)
		dup2(0, 0);
	dup2(0, STDOUT_FILENO);
	dup2(0, STDERR_FILENO);
}

int main(int count, char **words)
{
	uint64_t started = __rdtsc();

	if (count > 1 && strcmp(words[1], EXEC_WORD) == 0)
		_exit(0);
	open_console();
	print_row("power-on to dom0 user space", started, 1);
	make_file();
	signal(SIGUSR1, take_signal);
	measure("getpid", loop_getpid, 20000, 1);
	measure_ring("pipe ping-pong", 2, 2000, 1);
	measure_ring("context switch, 8 processes", RING, 500, RING);
	measure("fork, exit, wait", loop_fork, 100, 1);
	measure("fork, exec, wait", loop_exec, 50, 1);
	measure("mmap, touch 1,000 pages, munmap", loop_mmap, 20, 1);
	measure_file_faults("page fault on a mapped file, read", 10);
	measure_mprotect("mprotect 1 page", 1, 2000);
	measure_mprotect("mprotect 64 pages", 64, 500);
	measure("signal to self", loop_signal, 2000, 1);
	measure_sleep("1 ms sleep, overshoot", 100);
	measure_processor();
	end_machine("SUCCESS bench");
	return 0;
}
