/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first process of dom0 in the bench of tools: one line "bench: <name> = <ns>" a row. Time is
 * the TSC, which QEMU's -icount runs at one tick a nanosecond and an instruction. Each function that
 * fails ends the machine with one sentence, for the runner to show.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum side {
	SIDE_OURS,
	SIDE_PEER,
};

/* With a result, "SUCCESS bench" or "ERROR bench <why>", switches the machine off. */
_Noreturn void end_machine(const char *result);
/* Ends the machine unless good. */
void expect(bool good, const char *what);
/* The value of a word of the kernel's command line, or otherwise. */
const char *word_of(const char *name, const char *otherwise);
void print_row(const char *name, double value);
uint64_t now(void);

/* Starts argv, found in its folder or in PATH, its output in /var/log/bench. */
pid_t start(char *const argv[]);
/* Waits for its end: its exit status, or 255. */
int finish(pid_t pid);
/* Both; ends the machine if it fails. */
void run(char *const argv[]);
/* argv[0] stays, and says that it is ready by a byte to the descriptor its last option names. */
void run_service(char *const argv[]);
void write_file(const char *path, const char *text);

/* xenstored, the console's and, of ours, the monitor. oxenstored is measured before the peer's. */
void services_start(enum side side);

void bench_store(const char *daemon);
void bench_guests(enum side side);
void bench_devices(void);

/* The file of a guest's console; its lines are waited for, from the given offset on. */
struct console {
	int notify;
	char path[96];
};

void console_open(struct console *console, const char *guest);
/* Until the file is longer than offset. */
void console_wait(struct console *console, off_t offset);
void console_close(struct console *console);

#endif
